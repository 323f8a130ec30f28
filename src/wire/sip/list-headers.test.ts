import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isListHeader, splitList } from './list-headers.ts'

for (const [value, values] of [
  ['timer', ['timer']],
  ['timer, 100rel ,replaces', ['timer', '100rel', 'replaces']],
  ['"Bell, Alexander" <sip:a@b>, <sip:c,d@e;x=1>;q=0.1', ['"Bell, Alexander" <sip:a@b>', '<sip:c,d@e;x=1>;q=0.1']],
  ['"a \\", b" <sip:a@b>,<sip:c@d>', ['"a \\", b" <sip:a@b>', '<sip:c@d>']],
  ['a;x="1,2",b', ['a;x="1,2"', 'b']],
  ['a,,b,', ['a', '', 'b', '']],
  ['', ['']],
  ['"never ends, a', ['"never ends, a']],
  ['<sip:a@b, <sip:c@d>, e', ['<sip:a@b, <sip:c@d>', 'e']],
] as const)
  test(`the values of ${value || 'nothing'}`, () => {
    assert.deepEqual(splitList(value), values)
  })

test('credentials, dates and what is unknown are no lists', () => {
  for (const key of ['authorization', 'www-authenticate', 'date', 'subject', 'user-agent', 'x-unknown'])
    assert.equal(isListHeader(key), false, key)
  for (const key of ['via', 'contact', 'route', 'allow', 'supported', 'require']) assert.equal(isListHeader(key), true)
})
