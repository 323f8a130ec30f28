import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SipHeaders } from './headers.ts'
import { makeResponse } from './make-response.ts'
import { NO_BODY, type SipRequest } from './message.ts'
import { reasonPhrase } from './reason-phrases.ts'

const request = (method: string, to = '<sip:bob@example.com>'): SipRequest => ({
  kind: 'request',
  method,
  uri: 'sip:bob@example.com',
  headers: new SipHeaders()
    .append('v', 'SIP/2.0/UDP a')
    .append('Max-Forwards', '70')
    .append('Record-Route', '<sip:p1;lr>')
    .append('Via', 'SIP/2.0/UDP b')
    .append('f', '<sip:alice@example.com>;tag=1')
    .append('t', to)
    .append('Timestamp', '54')
    .append('i', '1@a')
    .append('CSeq', `1 ${method}`)
    .append('Record-Route', '<sip:p2;lr>'),
  body: NO_BODY,
})

test('a response has the way back and the names of its request, and nothing else', () => {
  assert.deepEqual(
    [...makeResponse(request('OPTIONS'), 200, undefined, 'x').headers],
    [
      ['Via', 'SIP/2.0/UDP a'],
      ['Via', 'SIP/2.0/UDP b'],
      ['From', '<sip:alice@example.com>;tag=1'],
      ['To', '<sip:bob@example.com>;tag=x'],
      ['Call-ID', '1@a'],
      ['CSeq', '1 OPTIONS'],
    ],
  )
})

for (const [method, status, recordRoute, timestamp] of [
  ['INVITE', 100, false, true],
  ['INVITE', 180, true, false],
  ['INVITE', 200, true, false],
  ['INVITE', 486, false, false],
  ['SUBSCRIBE', 200, true, false],
  ['OPTIONS', 200, false, false],
  ['REGISTER', 200, false, false],
] as const)
  test(`${status} of ${method} ${recordRoute ? 'has' : 'does not have'} Record-Route`, () => {
    const { headers } = makeResponse(request(method), status)
    assert.deepEqual(headers.all('Record-Route'), recordRoute ? ['<sip:p1;lr>', '<sip:p2;lr>'] : [])
    assert.equal(headers.has('Timestamp'), timestamp)
  })

for (const [to, tag, expected] of [
  ['<sip:bob@example.com>', undefined, '<sip:bob@example.com>'],
  ['sip:bob@example.com', 'x', 'sip:bob@example.com;tag=x'],
  ['<sip:bob@example.com;tag=no>', 'x', '<sip:bob@example.com;tag=no>;tag=x'],
  ['<sip:bob@example.com>;tag=y', 'x', '<sip:bob@example.com>;tag=y'],
  ['"never ends <sip:bob@example.com>', 'x', '"never ends <sip:bob@example.com>'],
] as const)
  test(`To ${to} with the tag ${tag}`, () => {
    assert.equal(makeResponse(request('INVITE', to), 200, undefined, tag).headers.get('To'), expected)
  })

test('what is not there is not in the response', () => {
  const bare: SipRequest = { ...request('INVITE'), headers: new SipHeaders().append('Via', 'SIP/2.0/UDP a') }
  assert.deepEqual([...makeResponse(bare, 400, 'Missing From', 'x').headers], [['Via', 'SIP/2.0/UDP a']])
})

test('reasons are the usual ones, or say what the first digit does', () => {
  assert.equal(makeResponse(request('INVITE'), 486).reason, 'Busy Here')
  assert.equal(makeResponse(request('INVITE'), 486, '').reason, '')
  assert.equal(reasonPhrase(499), 'Client Error')
  assert.equal(reasonPhrase(699), 'Global Failure')
})
