import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNameAddr, writeNameAddr } from './name-addr.ts'

const SAMPLES: readonly (readonly [
  value: string,
  displayName: string | null,
  uri: string,
  parameters: [string, string | null][],
  written?: string,
])[] = [
  ['<sip:a@b>', null, 'sip:a@b', []],
  ['"Alice" <sip:a@b;lr>;tag=1', 'Alice', 'sip:a@b;lr', [['tag', '1']]],
  ['Alice Liddell <sip:a@b> ; tag=1', 'Alice Liddell', 'sip:a@b', [['tag', '1']], '"Alice Liddell" <sip:a@b>;tag=1'],
  ['caller<sip:a@b>', 'caller', 'sip:a@b', [], '"caller" <sip:a@b>'],
  ['J. O’Hara (Sales) <sip:a@b>', 'J. O’Hara (Sales)', 'sip:a@b', [], '"J. O’Hara (Sales)" <sip:a@b>'],
  ['"" <sip:a@b>', '', 'sip:a@b', []],
  ['"J \\\\\\"R" <sip:a@b>', 'J \\"R', 'sip:a@b', []],
  ['"<sip:x@y>;tag=2" <sip:a@b>', '<sip:x@y>;tag=2', 'sip:a@b', []],
  ['<sip:a@b?Route=%3Csip:c%3E>', null, 'sip:a@b?Route=%3Csip:c%3E', []],
  ['sip:a@b;tag=1', null, 'sip:a@b', [['tag', '1']], '<sip:a@b>;tag=1'],
  ['sip:a@b ;   tag    = 1', null, 'sip:a@b', [['tag', '1']], '<sip:a@b>;tag=1'],
  ['tel:+15551234', null, 'tel:+15551234', [], '<tel:+15551234>'],
  ['<urn:service:sos>', null, 'urn:service:sos', []],
]

for (const [value, displayName, uri, parameters, written] of SAMPLES)
  test(`the address ${value}`, () => {
    const address = parseNameAddr(value)
    assert.deepEqual(address, { displayName, uri, parameters: new Map(parameters) })
    assert.equal(writeNameAddr(address!), written ?? value)
  })

for (const value of [
  '',
  '*',
  'alice',
  '<>',
  '<sip:a@b',
  'sip:a@b>',
  '< sip:a@b >',
  '<sip:a @b>',
  '<alice>',
  '"Alice <sip:a@b>',
  'Bell, Alexander <sip:a@b>',
  '<sip:a@b> x',
  '<sip:a@b>;;',
  '<sip:a@b>;tag=1;tag=2',
  'sip:a@b?Route=%3Csip:c%3E',
  'sip:a,b@c',
  '"Alice" sip:a@b',
])
  test(`no address: ${value}`, () => {
    assert.equal(parseNameAddr(value), null)
  })

test('a long run of blanks is read in one go', () => {
  for (const value of [`a${' '.repeat(60_000)}b:`, `"a"${' '.repeat(60_000)}x`, `${' '.repeat(60_000)}"`])
    assert.equal(parseNameAddr(value), null)
})
