/**
 * Whatever comes in, nothing throws, what is taken can be written and read again, and nothing stays behind. SIP_FUZZ_DATAGRAMS
 * says how many, SIP_FUZZ_SEED which ones.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { checkRequest } from './check-request.ts'
import { makeResponse } from './make-response.ts'
import type { SipMessage } from './message.ts'
import { parseNameAddr, writeNameAddr } from './name-addr.ts'
import { parseMessage } from './parse-message.ts'
import { StreamFramer } from './stream-framer.ts'
import { mutated, seededRandom } from './test-mutations.ts'
import { tortureMessages } from './torture/test-messages.ts'
import { SUPPORTED } from './torture/test-outcome.ts'
import { parseUri, sameUri, writeUri } from './uri.ts'
import { writeMessage } from './write-message.ts'

const DATAGRAMS = Number(process.env.SIP_FUZZ_DATAGRAMS ?? 20_000)
const SEED = Number(process.env.SIP_FUZZ_SEED ?? 4475)
const GROWTH_BYTES_MAX = 4 * 1024 * 1024

const DIALOG = [
  'From: "Alice" <sip:alice@example.com>;tag=1',
  'To: <sip:+15551234567@example.com>',
  'Call-ID: 1@192.0.2.1',
]
const TYPICAL = [
  [
    'INVITE sip:+15551234567@example.com;user=phone SIP/2.0',
    'CSeq: 1 INVITE',
    'Contact: <sip:alice@192.0.2.1:5062;ob>',
    'Supported: timer, 100rel',
    'Record-Route: <sip:p1;lr>, <sip:p2;lr>',
  ],
  ['SIP/2.0 200 OK', 'CSeq: 1 INVITE', 'Contact: <sip:[2001:db8::1]:5060;transport=tcp>', 'Allow: INVITE, ACK, BYE'],
  ['ACK sip:192.0.2.4 SIP/2.0', 'CSeq: 1 ACK', 'Route: <sip:p1;lr>'],
  ['BYE sip:192.0.2.4 SIP/2.0', 'CSeq: 2 BYE', 'Reason: Q.850;cause=16;text="Normal, of course"'],
  [
    'REGISTER sip:example.com SIP/2.0',
    'CSeq: 1 REGISTER',
    'Contact: "A" <sip:a@b?x=y>;+sip.instance="<urn:uuid:1>", *',
    'Authorization: Digest username="a", realm="b"',
  ],
].map(([start, ...others]) =>
  Buffer.from(
    [
      start,
      'Via: SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK1;rport',
      ...DIALOG,
      ...others,
      'Content-Length: 4',
      '',
      'v=0',
      '',
    ].join('\r\n'),
  ),
)

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

test(`${DATAGRAMS} spoilt datagrams are all read`, { timeout: 3_600_000 }, (context) => {
  const corpus = [...TYPICAL, ...tortureMessages().map(({ bytes }) => bytes)]
  const random = seededRandom(SEED)
  const counts = { taken: 0, refused: 0, dropped: 0 }
  let usedBytes = 0
  for (let at = 0; at < DATAGRAMS; at++) {
    if (at === Math.floor(DATAGRAMS / 2)) usedBytes = heapUsed()
    const datagram = mutated(corpus, random)
    try {
      counts[outcome(datagram)]++
      framedAlike(datagram, Math.floor(random() * datagram.length))
    } catch (error) {
      throw new Error(`datagram ${at} of seed ${SEED}: ${JSON.stringify(datagram.toString('latin1'))}`, {
        cause: error,
      })
    }
  }
  const growthBytes = heapUsed() - usedBytes
  context.diagnostic(`${JSON.stringify(counts)}, heap ${growthBytes} bytes more than half way`)
  assert.ok(growthBytes < GROWTH_BYTES_MAX, `the heap has grown by ${growthBytes} bytes`)
  // Each of them often: mutations that spoil everything, or nothing, would test nothing.
  for (const [what, count] of Object.entries(counts)) assert.ok(count > DATAGRAMS / 20, `${what}: ${count}`)
})

function heapUsed(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

function outcome(datagram: Uint8Array): 'taken' | 'refused' | 'dropped' {
  const parsed = parseMessage(datagram)
  if (!parsed.ok) {
    if (parsed.answer === null) return 'dropped'
    const { request, status, reason } = parsed.answer
    const response = Buffer.from(writeMessage(makeResponse(request, status, reason, 'x'))).toString()
    assert.equal(response.split('\r\n').length, response.split(/\r\n|\r|\n/).length, 'every line ends as it should')
    return 'refused'
  }
  const { message } = parsed
  const again = parseMessage(writeMessage(message), 'stream')
  assert.ok(again.ok, again.ok ? '' : again.why)
  assert.deepEqual(fields(again.message), fields(message))
  assert.equal(Buffer.compare(again.message.body, message.body), 0)
  readValues(message)
  if (message.kind === 'request') {
    checkRequest(message, SUPPORTED)
    assert.ok(parseMessage(writeMessage(makeResponse(message, 180, undefined, 'x'))).ok)
  }
  return 'taken'
}

const fields = ({ headers }: SipMessage) => [...headers].filter(([name]) => !/^(content-length|l)$/i.test(name))

/** Every value that reads as an address is the same address when written. */
function readValues({ headers }: SipMessage): void {
  for (const [, value] of headers) {
    const address = parseNameAddr(value)
    if (address === null) continue
    assert.deepEqual(parseNameAddr(writeNameAddr(address)), address)
    const uri = parseUri(address.uri)
    if (uri === null) continue
    const again = parseUri(writeUri(uri))
    assert.deepEqual(again, uri)
    assert.ok(sameUri(uri, again!))
  }
}

/** A stream says the same of the bytes, wherever they are cut. */
function framedAlike(bytes: Buffer, cut: number): void {
  const whole = new StreamFramer('opened').push(bytes)
  const framer = new StreamFramer('opened')
  const cutUp = [...framer.push(bytes.subarray(0, cut)), ...framer.push(bytes.subarray(cut))]
  const messages = (framed: typeof whole) => framed.filter(({ kind }) => kind !== 'pong')
  assert.deepEqual(messages(cutUp), messages(whole))
  for (const part of whole) if ('bytes' in part) parseMessage(part.bytes, 'stream')
}
