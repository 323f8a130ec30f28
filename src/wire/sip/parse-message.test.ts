import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SipRequest } from './message.ts'
import { type Framing, type Parsed, parseMessage } from './parse-message.ts'
import { HEADER_LENGTH_MAX, HEADERS_MAX, MESSAGE_BYTES_MAX } from './read-head.ts'
import { writeMessage } from './write-message.ts'

const MAIN = [
  'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
  'From: <sip:alice@example.com>;tag=1',
  'To: <sip:bob@example.com>',
  'Call-ID: 1@192.0.2.1',
  'CSeq: 1 OPTIONS',
]
const REQUEST_LINE = 'OPTIONS sip:bob@example.com SIP/2.0'

/** @param instead lines in place of those of the same name, and others behind them */
function lines({ start = REQUEST_LINE, instead = [] as readonly string[], without = '' }): string[] {
  const nameOf = (line: string) => line.split(':', 1)[0]!.trim().toLowerCase()
  const replaced = new Set([...instead.map(nameOf), without.toLowerCase()])
  return [start, ...MAIN.filter((line) => !replaced.has(nameOf(line))), ...instead]
}

const bytes = (head: readonly string[], body = ''): Buffer => Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)

function taken(parsed: Parsed): SipRequest {
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.why)
  assert.equal(parsed.message.kind, 'request')
  return parsed.message as SipRequest
}

test('a request is its start line, header fields and body', () => {
  const request = taken(parseMessage(bytes(lines({ instead: ['Content-Length: 5'] }), 'hello')))
  assert.equal(request.method, 'OPTIONS')
  assert.equal(request.uri, 'sip:bob@example.com')
  assert.equal(request.headers.size, 6)
  assert.equal(Buffer.from(request.body).toString(), 'hello')
})

test('a response is its status, reason and header fields', () => {
  const parsed = parseMessage(bytes(lines({ start: 'SIP/2.0 486 Busy Here' })))
  assert.ok(parsed.ok && parsed.message.kind === 'response')
  assert.equal(parsed.message.status, 486)
  assert.equal(parsed.message.reason, 'Busy Here')
})

test('folded lines are one, and lists are one value a field', () => {
  const { headers } = taken(
    parseMessage(
      bytes(
        lines({
          instead: [
            'Via: SIP/2.0/UDP 192.0.2.1;\r\n\tbranch=z9hG4bK1 ,\r\n  SIP/2.0/TCP b',
            'k: timer,  "a,b"\r\n , 100rel',
            'Subject: one\r\n  two, three',
            'Contact: "Bell, A" <sip:a@b;x=1,2>, <sip:c@d>',
            'Date: Sat, 13 Nov 2010 23:29:00 GMT',
            'Supported:',
          ],
        }),
      ),
    ),
  )
  assert.deepEqual(headers.all('Via'), ['SIP/2.0/UDP 192.0.2.1; branch=z9hG4bK1', 'SIP/2.0/TCP b'])
  assert.deepEqual(headers.all('Supported'), ['timer', '"a,b"', '100rel', ''])
  assert.deepEqual(headers.all('Subject'), ['one two, three'])
  assert.deepEqual(headers.all('Contact'), ['"Bell, A" <sip:a@b;x=1,2>', '<sip:c@d>'])
  assert.deepEqual(headers.all('Date'), ['Sat, 13 Nov 2010 23:29:00 GMT'])
})

test('line ends before a message are passed over, and alone they are nothing', () => {
  taken(parseMessage(Buffer.concat([Buffer.from('\r\n\r\n'), bytes(lines({}))])))
  for (const nothing of ['', '\r\n', '\r\n\r\n', '\n'])
    assert.deepEqual(parseMessage(Buffer.from(nothing)), { ok: false, why: 'nothing but line ends', answer: null })
})

test('text is UTF-8 and bodies are bytes', () => {
  const head = Buffer.from(`${lines({ instead: ['Subject: Grüße', 'Content-Length: 4'] }).join('\r\n')}\r\n\r\n`)
  const request = taken(parseMessage(Buffer.concat([head, Buffer.of(0, 0xff, 0x0d, 0x0a)])))
  assert.equal(request.headers.get('s'), 'Grüße')
  assert.deepEqual([...request.body], [0, 0xff, 0x0d, 0x0a])
})

test('a message is found in the middle of a larger buffer', () => {
  const all = Buffer.concat([Buffer.from('xxx'), bytes(lines({})), Buffer.from('yyy')])
  const request = taken(parseMessage(new Uint8Array(all.buffer, all.byteOffset + 3, all.length - 6)))
  assert.equal(request.body.length, 0)
})

for (const [framing, contentLength, body, expected] of [
  ['datagram', null, 'hello', 'hello'],
  ['datagram', '5', 'hello and more', 'hello'],
  ['datagram', '0', 'hello', ''],
  ['datagram', '6', 'hello', 400],
  ['datagram', 'five', 'hello', 400],
  ['datagram', '-1', 'hello', 400],
  ['datagram', '', 'hello', 400],
  ['datagram', '5, 5', 'hello', 400],
  ['datagram', '99999999999999999999', 'hello', 400],
  ['stream', null, '', 400],
  ['stream', '5', 'hello', 'hello'],
  ['stream', '99999999999999999999', 'hello', 413],
] as readonly (readonly [Framing, string | null, string, string | number])[])
  test(`in a ${framing}, Content-Length ${contentLength} of ${body.length} bytes`, () => {
    const instead = contentLength === null ? [] : [`Content-Length: ${contentLength}`]
    const parsed = parseMessage(bytes(lines({ instead }), body), framing)
    if (typeof expected === 'number') assert.equal(parsed.ok ? null : parsed.answer?.status, expected)
    else assert.equal(Buffer.from(taken(parsed).body).toString(), expected)
  })

const many = (count: number) => Array.from({ length: count }, () => 'X: y')

for (const [what, head, status, reason] of [
  ['no Via', lines({ without: 'Via' }), null, 'Missing Via'],
  ['a Via without a host', lines({ instead: ['Via: SIP/2.0/UDP'] }), null, 'Malformed Via'],
  ['a bad second Via', lines({ instead: [`${MAIN[0]}, nonsense`] }), 400, 'Malformed Via'],
  ['no From', lines({ without: 'From' }), 400, 'Missing From'],
  ['a bad From', lines({ instead: ['From: <sip:alice'] }), 400, 'Malformed From'],
  ['no To', lines({ without: 'To' }), 400, 'Missing To'],
  ['a bad To', lines({ instead: ['t: nobody'] }), 400, 'More than one t'],
  ['an empty To', lines({ instead: ['To:'] }), 400, 'Malformed To'],
  ['no Call-ID', lines({ without: 'Call-ID' }), 400, 'Missing Call-ID'],
  ['a Call-ID with a blank', lines({ instead: ['Call-ID: a b'] }), 400, 'Malformed Call-ID'],
  ['no CSeq', lines({ without: 'CSeq' }), 400, 'Missing CSeq'],
  ['a bad CSeq', lines({ instead: ['CSeq: OPTIONS'] }), 400, 'Malformed CSeq'],
  ['CSeq of another method', lines({ instead: ['CSeq: 1 INVITE'] }), 400, 'CSeq of another method'],
  ['two Call-IDs', lines({ instead: [MAIN[3]!, 'i: 2'] }), 400, 'More than one i'],
  ['a bad header name', lines({ instead: ['Bad Name: x'] }), 400, 'Malformed header field'],
  ['a line without a colon', lines({ instead: ['nonsense'] }), 400, 'Malformed header field'],
  ['a line feed alone', lines({ instead: ['Subject: a\nVia: b'] }), 400, 'Line end that is not CR LF'],
  ['a carriage return alone', lines({ instead: ['Subject: a\rb'] }), 400, 'Line end that is not CR LF'],
  ['a folded start line', lines({ start: `${REQUEST_LINE}\r\n x` }), 400, 'Malformed header field'],
  ['a tab in the start line', lines({ start: REQUEST_LINE.replace(' ', '\t') }), 400, 'Malformed Request-Line'],
  ['a bad address', lines({ start: 'OPTIONS sip:@ SIP/2.0' }), 400, 'Malformed Request-URI'],
  ['no scheme', lines({ start: 'OPTIONS bob SIP/2.0' }), 400, 'Malformed Request-URI'],
  ['version 3', lines({ start: 'OPTIONS sip:bob@example.com SIP/3.0' }), 505, 'Version Not Supported'],
  [
    'a long address',
    lines({ start: `OPTIONS sip:${'b'.repeat(9000)}@c SIP/2.0` }),
    414,
    'Request-URI longer than 8192',
  ],
  ['a long field', lines({ instead: [`X: ${'y'.repeat(HEADER_LENGTH_MAX)}`] }), 513, 'Header field longer than 8192'],
  ['many fields', lines({ instead: many(HEADERS_MAX) }), 513, 'More than 256 header fields'],
  [
    'many values in a field',
    lines({ instead: [`Allow: ${'A,'.repeat(HEADERS_MAX)}`] }),
    513,
    'More than 256 header fields',
  ],
  ['ACK, whatever is wrong', lines({ start: 'ACK sip:bob@example.com SIP/2.0' }), null, 'CSeq of another method'],
  ['a response, whatever is wrong', lines({ start: 'SIP/2.0 200 OK', without: 'To' }), null, 'Missing To'],
  ['a status that is none', lines({ start: 'SIP/2.0 99 Early' }), null, 'a response whose status code is none'],
  ['a response of another version', lines({ start: 'SIP/3.0 200 OK' }), null, 'a response of another version'],
  ['another protocol', ['GET / HTTP/1.1', 'Host: example.com'], null, 'no SIP message'],
] as readonly (readonly [string, readonly string[], number | null, string])[])
  test(`${what}: ${status ?? 'no answer'}`, () => {
    const parsed = parseMessage(bytes(head))
    assert.ok(!parsed.ok)
    assert.equal(parsed.why, reason)
    assert.equal(parsed.answer?.status ?? null, status)
    assert.equal(parsed.answer?.reason ?? reason, reason)
  })

test('a head that does not end is refused', () => {
  const parsed = parseMessage(Buffer.from(lines({}).join('\r\n')))
  assert.equal(parsed.ok ? null : parsed.answer?.reason, 'No empty line behind the header fields')
})

test('a message that is too long is refused with what its beginning says', () => {
  const parsed = parseMessage(bytes(lines({}), 'x'.repeat(MESSAGE_BYTES_MAX)))
  assert.ok(!parsed.ok)
  assert.equal(parsed.answer?.status, 513)
  assert.equal(parsed.answer?.request.headers.get('Call-ID'), '1@192.0.2.1')
})

test('as many header fields as are allowed are taken', () => {
  taken(parseMessage(bytes(lines({ instead: many(HEADERS_MAX - MAIN.length) }))))
})

test('what a refused request can be answered with', () => {
  const parsed = parseMessage(
    bytes(
      lines({ instead: ['Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;;, ;', 'Via: SIP/2.0/TCP 192.0.2.9', 'nonsense'] }),
    ),
  )
  assert.ok(!parsed.ok && parsed.answer !== null)
  const { request } = parsed.answer
  assert.deepEqual(request.headers.all('Via'), ['SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1', 'SIP/2.0/TCP 192.0.2.9'])
  assert.equal(request.headers.get('CSeq'), '1 OPTIONS')
  assert.equal(request.method, 'OPTIONS')
  assert.ok(parseMessage(writeMessage(request)).ok)
})

test('long runs of anything are read in one go', () => {
  for (const run of [
    ' ',
    '\t',
    ';',
    ',',
    '"',
    '\\',
    '<',
    '%',
    '\r\n ',
    ': ',
    '=',
    'SIP/2.0 ',
    'a',
    '1',
    ';a=b',
    '\r\n',
  ])
    for (const before of ['', 'OPTIONS ', `${REQUEST_LINE}\r\nVia: `, `${REQUEST_LINE}\r\nTo: a`, `${MAIN[0]};x="`])
      for (const after of ['', '\r\n\r\n', '\r\nx'])
        parseMessage(Buffer.from(before + run.repeat(Math.floor(60_000 / run.length)) + after))
})
