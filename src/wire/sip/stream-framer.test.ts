import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMessage } from './parse-message.ts'
import { MESSAGE_BYTES_MAX } from './read-head.ts'
import { type Framed, StreamFramer } from './stream-framer.ts'

const message = (body: string, lengthField = `Content-Length: ${Buffer.byteLength(body)}`): string =>
  [
    'MESSAGE sip:bob@example.com SIP/2.0',
    'Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1',
    'From: <sip:alice@example.com>;tag=1',
    'To: <sip:bob@example.com>',
    'Call-ID: 1@192.0.2.1',
    'CSeq: 1 MESSAGE',
    lengthField,
    '',
    body,
  ].join('\r\n')

const told = (framed: readonly Framed[]): string[] =>
  framed.map((part) => (part.kind === 'message' ? Buffer.from(part.bytes).toString() : part.kind))

/** What comes of the bytes in pieces of a size. */
function inPieces(text: string, size: number, connection: 'accepted' | 'opened' = 'accepted'): string[] {
  const framer = new StreamFramer(connection)
  const bytes = Buffer.from(text)
  const framed: Framed[] = []
  for (let at = 0; at < bytes.length; at += size) {
    // Every piece is overwritten afterwards, as a socket may do with its buffer once it has been read.
    const piece = Buffer.from(bytes.subarray(at, at + size))
    const parts = framer.push(piece)
    framed.push(...parts.map((part) => (part.kind === 'message' ? { ...part, bytes: Buffer.from(part.bytes) } : part)))
    piece.fill(0x21)
  }
  return told(framed)
}

const A = message('hello')
const B = message('')
const C = message('ü\r\n\r\nMESSAGE x', 'l \t:\r\n 15')

for (const [what, connection, text, expected] of [
  ['one message', 'accepted', A, [A]],
  ['three messages', 'accepted', A + B + C, [A, B, C]],
  ['a ping', 'accepted', '\r\n\r\n', ['ping']],
  ['a ping before a message', 'accepted', `\r\n\r\n${A}`, ['ping', A]],
  ['a line end behind a message', 'accepted', `${A}\r\n${B}`, [A, B]],
  ['a ping behind a message', 'accepted', `${A}\r\n\r\n${B}`, [A, 'ping', B]],
  ['pongs', 'opened', `\r\n${A}\r\n`, ['pong', A, 'pong']],
  ['half a message', 'accepted', A + B.slice(0, -3), [A]],
] as const)
  for (const size of [1, 2, 3, 7, 50, 10_000])
    test(`${what}, ${size} bytes at a time`, () => {
      assert.deepEqual(inPieces(text, size, connection), expected)
    })

test('pings that come together are told as one', () => {
  assert.deepEqual(told(new StreamFramer('accepted').push(Buffer.from('\r\n'.repeat(1000)))), ['ping'])
})

for (const [what, text, why, status] of [
  ['without Content-Length', message('', 'X: y'), 'no Content-Length', 400],
  ['with two', message('hello', 'Content-Length: 5\r\nl: 5'), 'more than one Content-Length', 400],
  ['with a word', message('hello', 'Content-Length: five'), 'a Content-Length that is no number', 400],
  ['below zero', message('hello', 'Content-Length: -5'), 'a Content-Length that is no number', 400],
  ['too large', message('', 'Content-Length: 1000000'), `a message longer than ${MESSAGE_BYTES_MAX} bytes`, 413],
  ['a little too large', message('', 'Content-Length: 65536'), `a message longer than ${MESSAGE_BYTES_MAX} bytes`, 413],
] as const)
  for (const size of [1, 64, 10_000])
    test(`a message ${what} ends the stream, ${size} bytes at a time`, () => {
      const framer = new StreamFramer('accepted')
      const bytes = Buffer.from(A + text + A)
      const framed: Framed[] = []
      for (let at = 0; at < bytes.length; at += size) framed.push(...framer.push(bytes.subarray(at, at + size)))
      assert.deepEqual(told(framed), [A, 'broken'])
      const broken = framed[1]!
      assert.ok(broken.kind === 'broken')
      assert.equal(broken.why, why)
      const parsed = parseMessage(broken.bytes, 'stream')
      assert.equal(parsed.ok ? null : parsed.answer?.status, status)
    })

test('header fields without end end the stream', () => {
  const framer = new StreamFramer('accepted')
  const chunk = Buffer.from(`X: ${'y'.repeat(1000)}\r\n`)
  let pushed = 0
  for (;;) {
    const framed = framer.push(pushed === 0 ? Buffer.from(`${A.split('\r\nContent')[0]}\r\n`) : chunk)
    pushed += chunk.length
    if (framed.length === 0) {
      assert.ok(pushed < MESSAGE_BYTES_MAX * 2)
      continue
    }
    const [broken] = framed
    assert.ok(broken?.kind === 'broken')
    assert.equal(broken.why, 'no end of the header fields')
    const parsed = parseMessage(broken.bytes, 'stream')
    assert.equal(parsed.ok ? null : parsed.answer?.status, 513)
    return
  }
})

test('a message as long as is allowed gets through', () => {
  const room = MESSAGE_BYTES_MAX - message('', 'Content-Length: 65000').length
  const text = message('x'.repeat(room))
  assert.equal(text.length, MESSAGE_BYTES_MAX)
  assert.deepEqual(inPieces(text, 1400), [text])
})
