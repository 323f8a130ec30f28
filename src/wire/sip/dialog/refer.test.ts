/** Refer-To, and what NOTIFY tells of a REFER. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SipHeaders } from '../headers.ts'
import { NO_BODY, type SipRequest } from '../message.ts'
import { notifyOfRefer, readReferNotify } from './refer-progress.ts'
import { readReferTo, writeReferTo } from './refer-to.ts'

const REPLACES = { callId: '425928@bobster.example.org', toTag: '7743', fromTag: '6472', earlyOnly: false }

for (const [value, expected] of [
  ['<sip:carol@example.com>', { uri: 'sip:carol@example.com', method: 'INVITE', replaces: null }],
  [
    '"Carol" <sip:carol@example.com;method=SUBSCRIBE>',
    { uri: 'sip:carol@example.com', method: 'SUBSCRIBE', replaces: null },
  ],
  [
    '<sip:carol@example.com;transport=tcp?Replaces=425928%40bobster.example.org%3Bto-tag%3D7743%3Bfrom-tag%3D6472>',
    { uri: 'sip:carol@example.com;transport=tcp', method: 'INVITE', replaces: REPLACES },
  ],
  ['<tel:+15005550001>', { uri: 'tel:+15005550001', method: 'INVITE', replaces: null }],
  ['<sip:carol@example.com?Replaces=nonsense>', null],
  ['<mailto:carol@example.com>', null],
  ['nonsense', null],
] as const)
  test(`Refer-To: ${value}`, () => {
    const found = readReferTo(new SipHeaders().append('Refer-To', value))
    assert.deepEqual(found && { uri: found.uri, method: found.method, replaces: found.replaces }, expected)
  })

test('Refer-To is there exactly once', () => {
  assert.equal(readReferTo(new SipHeaders()), null)
  const two = new SipHeaders().append('Refer-To', '<sip:a@b>').append('Refer-To', '<sip:a@b>')
  assert.equal(readReferTo(two), null)
})

test('Refer-To with Replaces reads as it was written', () => {
  const written = writeReferTo('sip:carol@example.com;transport=tcp', REPLACES)!
  const read = readReferTo(new SipHeaders().append('r', written))
  assert.deepEqual(read?.replaces, REPLACES)
  assert.equal(read?.uri, 'sip:carol@example.com;transport=tcp')
  assert.equal(writeReferTo('nonsense', REPLACES), null)
})

function aNotify(fields: Readonly<Record<string, string>>, body: string): SipRequest {
  const headers = new SipHeaders()
  for (const [name, value] of Object.entries(fields)) headers.append(name, value)
  return { kind: 'request', method: 'NOTIFY', uri: 'sip:a@b', headers, body: body ? Buffer.from(body) : NO_BODY }
}

for (const [id, status, over] of [
  [7, 100, false],
  [7, 183, false],
  [8, 200, true],
  [9, 486, true],
] as const)
  test(`a NOTIFY of ${status} reads as it was written`, () => {
    const { headers, body } = notifyOfRefer({ id, status }, 60)
    const request = aNotify({ ...Object.fromEntries(headers), 'Content-Type': body.type }, '')
    assert.deepEqual(readReferNotify({ ...request, body: body.bytes }), { id, status, over })
  })

const FRAGMENT = { 'Content-Type': 'message/sipfrag' }
for (const [what, fields, body, expected] of [
  [
    'no id',
    { Event: 'refer', 'Subscription-State': 'active', ...FRAGMENT },
    'SIP/2.0 180 Ringing',
    { id: null, status: 180, over: false },
  ],
  [
    'compact',
    { o: 'refer;id=3', 'Subscription-State': 'terminated;reason=noresource', c: 'message/sipfrag' },
    'SIP/2.0 200 OK',
    { id: 3, status: 200, over: true },
  ],
  [
    'given up without a word',
    { Event: 'refer', 'Subscription-State': 'terminated;reason=timeout' },
    '',
    { id: null, status: null, over: true },
  ],
  [
    'no state, a final answer',
    { Event: 'refer', ...FRAGMENT },
    'SIP/2.0 603 Decline',
    { id: null, status: 603, over: true },
  ],
  [
    'a fragment of a request',
    { Event: 'refer', 'Subscription-State': 'active', ...FRAGMENT },
    'INVITE sip:a@b SIP/2.0',
    { id: null, status: null, over: false },
  ],
  ['another event', { Event: 'refer-not', 'Subscription-State': 'active' }, '', null],
  ['dialog event', { Event: 'dialog' }, '', null],
] as const)
  test(`NOTIFY: ${what}`, () => assert.deepEqual(readReferNotify(aNotify(fields, body)), expected))
