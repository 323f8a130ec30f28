import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeWords } from './timed-words.ts'

for (const [text, lengthMs, timed] of [
  [
    'Hello there',
    1100,
    [
      ['Hello', 500],
      ['there', 1100],
    ],
  ],
  [
    '  two\n\twords ',
    1300,
    [
      ['two', 500],
      ['words', 1200],
    ],
  ],
  [
    '👋 hi',
    400,
    [
      ['👋', 100],
      ['hi', 400],
    ],
  ],
  ['no', 300, [['no', 300]]],
  ['   ', 300, []],
  ['', 300, []],
  [
    'a b',
    0,
    [
      ['a', 0],
      ['b', 0],
    ],
  ],
] as const)
  test(`${JSON.stringify(text)} in ${lengthMs} ms`, () =>
    assert.deepEqual(
      timeWords(text, lengthMs).map(({ word, spokenMs }) => [word, spokenMs]),
      timed,
    ))
