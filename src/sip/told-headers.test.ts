import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headersOf } from './test-people.ts'
import { HEADERS_MAX, sentHeaders, sipDetails } from './told-headers.ts'

test('apps are told of X- header fields and of User-to-User, as they are written', () => {
  const headers = headersOf(
    ['Call-ID', 'c1'],
    ['X-Account', '42'],
    ['x-account', 'other name'],
    ['X-Account', 'second'],
    ['User-to-User', '56a390;encoding=hex'],
    ['User-Agent', 'phone'],
    ['Subject', 'x-ray'],
  )
  assert.deepEqual(sipDetails(headers), {
    callId: 'c1',
    headers: { 'X-Account': '42', 'x-account': 'other name', 'User-to-User': '56a390;encoding=hex' },
  })
})

test('apps are told of so many and so long ones', () => {
  const fields = Array.from({ length: 40 }, (_, index) => [`X-${index}`, 'v'.repeat(2000)] as const)
  const told = Object.values(sipDetails(headersOf(...fields)).headers)
  assert.equal(told.length, HEADERS_MAX)
  assert.ok(told.every((value) => value.length === 1024))
})

for (const [to, headers, sent] of [
  ['sip:bob@example.com', [], []],
  ['+4930123456', [], []],
  ['sip:bob@example.com?x-one=a%20b&X-Two=c=d', [], [['x-one', 'a b'], ['X-Two', 'c=d']]], // biome-ignore format: a table
  ['sip:bob@example.com;transport=tcp?x-one=1', [['X-Three', '3']], [['x-one', '1'], ['X-Three', '3']]], // biome-ignore format: a table
  ['sip:bob@example.com?User-to-User=ab&Remote-Party-ID=c', [], [['User-to-User', 'ab'], ['Remote-Party-ID', 'c']]], // biome-ignore format: a table
  ['sip:bob@example.com?From=%3Csip:x%3E&Via=x&Content-Length=4&route=a', [], []],
  ['sip:bob@example.com?x-a=b%0D%0AVia:%20c', [], []],
  ['sip:bob@example.com?x-a=%zz', [], [['x-a', '%zz']]],
  ['sip:bob@example.com', [['Via', 'SIP/2.0/UDP x'], ['X-A\r\nB', '1'], ['x-a b', '1']], []], // biome-ignore format: a table
  ['sip:bob@example.com?', [], []],
] as const)
  test(`${to} with ${JSON.stringify(headers)} sends ${JSON.stringify(sent)}`, () => {
    const sip = { auth: null, headers: headers.map(([name, value]) => ({ name, value })) }
    assert.deepEqual(sentHeaders({ to, sip }), sent)
  })

test('so many are sent', () => {
  const headers = Array.from({ length: 40 }, (_, index) => ({ name: `X-${index}`, value: '' }))
  assert.equal(sentHeaders({ to: 'sip:bob@example.com?x-a=b', sip: { auth: null, headers } }).length, HEADERS_MAX)
})
