import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wireBytes } from './test-wire.ts'
import { callIdOf, masked, readTraced } from './trace-reading.ts'

const INVITE = 'INVITE sip:b@example.com SIP/2.0'

for (const [what, bytes, expected] of [
  ['as we write it', wireBytes(INVITE, { callId: 'x@y' }), 'x@y'],
  ['in lower case', Buffer.from('SIP/2.0 200 OK\r\ncall-id:  x@y\r\n\r\n'), 'x@y'],
  ['in its short form', Buffer.from('SIP/2.0 200 OK\r\ni:x@y\r\n\r\n'), 'x@y'],
  ['in a body', Buffer.from('SIP/2.0 200 OK\r\nl: 0\r\n\r\ni: x@y\r\n'), null],
  ['nowhere', Buffer.from('\r\n\r\n'), null],
  ['cut off', Buffer.from('SIP/2.0 200 OK\r\nCall-ID: x@'), null],
] as const)
  test(`a Call-ID ${what}`, () => assert.equal(callIdOf(bytes), expected))

test('a request is read: its line, its CSeq, its tags, its body', () => {
  const bytes = wireBytes(INVITE, { from: 'f', to: 't', more: ['Content-Type: Application/SDP;x=1'], body: 'v=0\r\n' })
  assert.deepEqual(readTraced(bytes), {
    line: INVITE,
    method: 'INVITE',
    status: null,
    cseq: '1 INVITE',
    fromTag: 'f',
    toTag: 't',
    body: 'application/sdp',
  })
})

test('a response is read, in short forms, behind line ends', () => {
  const text =
    '\r\n\r\nSIP/2.0 486 Busy\r\nf: <sip:a@b>;tag=f\r\nt:"x;tag=no" <sip:b@b> ; tag=t\r\ncseq:  7   BYE\r\n\r\n'
  assert.deepEqual(readTraced(Buffer.from(text)), {
    line: 'SIP/2.0 486 Busy',
    method: null,
    status: 486,
    cseq: '7 BYE',
    fromTag: 'f',
    toTag: 't',
    body: null,
  })
})

test('what is no message is read all the same', () => {
  const nothing = { method: '', status: null, cseq: '', fromTag: '', toTag: '', body: null }
  assert.deepEqual(readTraced(Buffer.alloc(0)), { line: '', ...nothing })
  const { line } = readTraced(Buffer.from(`INVITE ${'x'.repeat(5000)}`))
  assert.equal(line.length, 300)
})

for (const [what, line, expected] of [
  [
    'a Digest keeps what tells who, and loses what a password could be tried with',
    'Authorization: Digest username="alice", nonce="n1", uri="sip:x", response="0123abcd", cnonce="c"',
    'Authorization: Digest username="alice", nonce="n1", uri="sip:x", response="********", cnonce="c"',
  ],
  [
    'to a proxy, in other cases, over two lines',
    'PROXY-AUTHORIZATION : digest username="alice",\r\n\tRESPONSE = 0123',
    'PROXY-AUTHORIZATION : digest username="alice",\r\n\tRESPONSE = ****',
  ],
  ['any other scheme loses all', 'Authorization: Basic YWxpY2U6cHc=', 'Authorization: Basic ************'],
  [
    'a proof in return',
    'Authentication-Info: rspauth="ff00", qop=auth',
    'Authentication-Info: rspauth="****", qop=auth',
  ],
  ['a password in an address', 'Contact: <sip:alice:secret@example.com>', 'Contact: <sip:alice:******@example.com>'],
  ['a port is no password', 'Route: <sip:192.0.2.1:5060;lr>, <sip:b@c>', 'Route: <sip:192.0.2.1:5060;lr>, <sip:b@c>'],
  ['what is called so elsewhere stays', 'X-Note: response="0123"', 'X-Note: response="0123"'],
] as const)
  test(`masked: ${what}`, () => {
    const bytes = wireBytes(INVITE, { more: [line] })
    const shown = masked(bytes)
    assert.equal(shown.length, bytes.length)
    assert.equal(shown.toString(), wireBytes(INVITE, { more: [expected] }).toString())
  })

test('masked: a password in the first line', () => {
  const { line } = readTraced(wireBytes('INVITE sip:b:secret@example.com SIP/2.0'))
  assert.equal(line, 'INVITE sip:b:******@example.com SIP/2.0')
})

test('masked: keys of SRTP, and nothing else of a body, whatever its bytes', () => {
  const body = (key: string) => `v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20\r\na=x:response="00"\r\n`
  assert.equal(
    masked(wireBytes(INVITE, { body: body('AbC/+123=') })).toString(),
    wireBytes(INVITE, { body: body('*********') }).toString(),
  )
  const binary = Buffer.concat([wireBytes(INVITE), Buffer.from([0, 255, 128, 13, 10, 200])])
  assert.deepEqual(masked(binary), binary)
})

test('masking takes no long time, whatever a text looks like', { timeout: 5000 }, () => {
  for (const piece of [
    'sip:',
    'sip:a:',
    ';tag=',
    '\r\nf: ;',
    '\r\nAuthorization: digest ',
    ' response=',
    'a=crypto:inline:',
    '; ',
  ])
    for (const text of [piece.repeat(65_536 / piece.length), `x\r\n\r\n${piece.repeat(65_536 / piece.length)}`]) {
      masked(Buffer.from(text))
      readTraced(Buffer.from(text))
      callIdOf(Buffer.from(text))
    }
})
