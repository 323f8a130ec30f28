import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkRequest, type Supported } from './check-request.ts'
import { SipHeaders } from './headers.ts'
import { NO_BODY, type SipRequest } from './message.ts'

const SUPPORTED: Supported = {
  methods: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER'],
  schemes: ['sip', 'tel'],
  extensions: ['timer'],
  contentTypes: ['application/sdp', 'application/dtmf-relay'],
  forwards: false,
}
const ALLOW = 'Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, REGISTER'

function request(method: string, lines: readonly string[], uri = 'sip:bob@example.com', body = NO_BODY): SipRequest {
  const headers = new SipHeaders().append('To', '<sip:bob@example.com>')
  for (const line of lines) {
    const [name, ...value] = line.split(': ')
    headers.append(name!, value.join(': '))
  }
  return { kind: 'request', method, uri, headers, body }
}

const said = (request: SipRequest, supported = SUPPORTED): string => {
  const objection = checkRequest(request, supported)
  if (objection === null) return ''
  return [objection.status, objection.reason, ...objection.headers.map((header) => header.join(': '))]
    .filter(Boolean)
    .join(' ')
}

for (const [what, asked, expected] of [
  ['nothing wrong', request('INVITE', ['Contact: <sip:a@b>', 'Require: timer', 'Max-Forwards: 0']), ''],
  ['a method not taken', request('SUBSCRIBE', []), `405 ${ALLOW}`],
  ['a method nobody knows', request('invite', []), `501 ${ALLOW}`],
  ['ACK, whatever it says', request('ACK', ['Require: x', 'Contact: x'], 'http://x'), ''],
  ['another scheme', request('INVITE', [], 'sips:bob@example.com'), '416'],
  ['no scheme', request('INVITE', [], 'bob'), '416'],
  ['a telephone number', request('INVITE', [], 'tel:+15551234'), ''],
  [
    'header fields in the address',
    request('INVITE', [], 'sip:bob@example.com?Subject=x'),
    '400 Header fields in Request-URI',
  ],
  ['a bad Contact', request('INVITE', ['Contact: <sip:a@b>', 'Contact: <sip:a@b']), '400 Malformed Contact'],
  ['a Contact nothing can be sent to', request('INVITE', ['Contact: <sip:@>']), '400 Malformed Contact'],
  ['a Contact of another scheme', request('INVITE', ['Contact: <mailto:a@b>']), ''],
  ['all contacts', request('REGISTER', ['Contact: *']), ''],
  ['all contacts, in a call', request('INVITE', ['Contact: *']), '400 Malformed Contact'],
  ['a bad Route', request('BYE', ['Route: x']), '400 Malformed Route'],
  ['a bad Record-Route', request('INVITE', ['Record-Route: <sip:a;;>']), '400 Malformed Record-Route'],
  ['hops that are no number', request('INVITE', ['Max-Forwards: many']), '400 Malformed Max-Forwards'],
  ['hops beyond the limit', request('INVITE', ['Max-Forwards: 300']), ''],
  [
    'what is not there',
    request('INVITE', ['Require: Timer', 'Require: 100rel', 'Require: X']),
    '420 Unsupported: 100rel, X',
  ],
  ['a CANCEL that requires', request('CANCEL', ['Require: 100rel']), ''],
  ['what only proxies need', request('INVITE', ['Proxy-Require: x']), ''],
  ['an answer in a session', request('INVITE', ['Accept: Application/SDP;level=1']), ''],
  ['an answer in anything', request('INVITE', ['Accept: text/plain', 'Accept: */*']), ''],
  ['an answer in nothing', request('INVITE', ['Accept: ']), '406'],
  ['the answer of OPTIONS in text', request('OPTIONS', ['Accept: text/plain']), ''],
] as const)
  test(`${what}: ${expected || 'no objection'}`, () => {
    assert.equal(said(asked), expected)
  })

for (const [lines, expected] of [
  [['Content-Type: application/sdp'], ''],
  [['c: Application / SDP ; charset=x'], ''],
  [['Content-Type: text/plain'], '415 Accept: application/sdp, application/dtmf-relay'],
  [['Content-Type: text/plain', 'Content-Disposition: render; Handling=optional'], ''],
  [
    ['Content-Type: text/plain', 'Content-Disposition: session;handling=required'],
    '415 Accept: application/sdp, application/dtmf-relay',
  ],
  [['Content-Type: application/sdp', 'Content-Encoding: gzip'], '415 Accept-Encoding: identity'],
  [['Content-Type: application/sdp', 'Content-Encoding: identity'], ''],
  [[], '400 Missing Content-Type'],
] as const)
  test(`a body of ${lines.join(', ') || 'no type'}: ${expected || 'no objection'}`, () => {
    assert.equal(said(request('INVITE', lines, undefined, Buffer.from('body'))), expected)
  })

test('who passes requests on counts hops', () => {
  const forwarding = { ...SUPPORTED, forwards: true }
  assert.equal(said(request('INVITE', ['Max-Forwards: 0']), forwarding), '483')
  assert.equal(said(request('INVITE', ['Max-Forwards: 1']), forwarding), '')
  assert.equal(said(request('INVITE', []), forwarding), '')
})

test('a registration is for a SIP address', () => {
  const asked = request('REGISTER', [])
  asked.headers.set('To', '<tel:+15551234>')
  assert.equal(said(asked), '400 To is no SIP address')
})
