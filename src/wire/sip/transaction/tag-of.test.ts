import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tagOf } from './tag-of.ts'

for (const [value, tag] of [
  ['<sip:a@b>;tag=x', 'x'],
  ['"Alice" <sip:a@b;tag=uri>;tag=x', 'x'],
  ['<sip:a@b;tag=uri>', null],
  ['sip:a@b;tag=x', 'x'],
  ['sip:a@b', null],
  ['<sip:a@b> ; foo="a;b" ; TAG = x-1.y', 'x-1.y'],
  ['"a;tag=no" <sip:a@b>', null],
  ['"<a>;tag=no" <sip:a@b>;tag=yes', 'yes'],
  ['<sip:a@b>;tagged=x', null],
  ['<sip:a@b>;tag=', null],
  ['', null],
] as const)
  test(`the tag of ${value} is ${tag}`, () => assert.equal(tagOf(value), tag))
