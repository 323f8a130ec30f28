import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SipHeaders } from './headers.ts'
import { NO_BODY } from './message.ts'
import { writeMessage } from './write-message.ts'

const written = (message: Parameters<typeof writeMessage>[0]) => Buffer.from(writeMessage(message)).toString()

test('a request with a body has the length of its bytes, whatever its fields said', () => {
  const headers = new SipHeaders().append('L', '99').append('Subject', 'ü').append('content-length', '7')
  assert.equal(
    written({
      kind: 'request',
      method: 'MESSAGE',
      uri: 'sip:bob@example.com',
      headers,
      body: Buffer.from('grüß dich'),
    }),
    'MESSAGE sip:bob@example.com SIP/2.0\r\nSubject: ü\r\nContent-Length: 11\r\n\r\ngrüß dich',
  )
})

test('a response without a body says so', () => {
  assert.equal(
    written({
      kind: 'response',
      status: 180,
      reason: '',
      headers: new SipHeaders().append('To', '<sip:a@b>'),
      body: NO_BODY,
    }),
    'SIP/2.0 180 \r\nTo: <sip:a@b>\r\nContent-Length: 0\r\n\r\n',
  )
})

test('no value becomes a line of its own', () => {
  const headers = new SipHeaders().append('Subject', 'a\r\nVia: b\nc')
  assert.equal(
    written({ kind: 'response', status: 400, reason: 'a\r\n\r\nb', headers, body: NO_BODY }),
    'SIP/2.0 400 a b\r\nSubject: a Via: b c\r\nContent-Length: 0\r\n\r\n',
  )
})
