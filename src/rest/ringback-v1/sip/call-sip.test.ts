import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPcap } from '../../../../test/kit/pcap.ts'
import type { LineStatistics, WireMessage, WireStory } from '../../../journal/entry.ts'
import type { Instant } from '../../../lib/ids.ts'
import { ACCOUNT, aPlatform, CALL, OTHER_ACCOUNT } from '../test-platform.ts'

const BEGAN = Date.UTC(2030, 0, 1) as Instant

const STATISTICS: LineStatistics = {
  sentPackets: 250,
  receivedPackets: 248,
  lostPackets: 2,
  discardedPackets: 1,
  jitterMs: 1.26,
  roundTripMs: 12.34,
}

const message = (line: string, more: Partial<WireMessage> = {}): WireMessage => ({
  atMs: 0,
  direction: 'sent',
  hop: 0,
  line,
  cseq: '1 INVITE',
  ...more,
})

const aStory = (messages: readonly WireMessage[]): WireStory => ({
  beganAt: BEGAN,
  callIds: ['one@ringback', 'two@ringback'],
  hops: [
    { transport: 'udp', us: '192.0.2.1:5060', peer: '192.0.2.7:5062' },
    { transport: 'tcp', us: 'pbx.example.com', peer: '[2001:db8::7]:40000' },
  ],
  messages,
})

const TWO_PLACES = aStory([
  message('INVITE sip:b@example.com SIP/2.0', { body: 'application/sdp' }),
  message('INVITE sip:b@example.com SIP/2.0', { atMs: 500, body: 'application/sdp', repeats: true }),
  message('SIP/2.0 503 Full', { atMs: 612, direction: 'received' }),
  message('ACK sip:b@example.com SIP/2.0', { atMs: 613, cseq: '1 ACK' }),
  message('INVITE sip:b@[2001:db8::7] SIP/2.0', { atMs: 700, hop: 1, notSent: 'The connection is gone' }),
  message('INFO sip:b@[2001:db8::7] SIP/2.0', { atMs: 61_000, hop: 1, body: 'application/dtmf', omittedBefore: 34 }),
])

const base64 = (text: string) => Buffer.from(text).toString('base64')

function aCall(facts: { readonly wire?: WireStory; readonly statistics?: LineStatistics }) {
  const platform = aPlatform()
  platform.calls.set(CALL, { accountSid: ACCOUNT, status: 'completed' })
  const { wire, statistics } = facts
  return {
    ...platform,
    written: platform.journal.append([
      platform.fact({ fact: 'call-status', status: 'completed' }),
      ...(statistics ? [platform.fact({ fact: 'line', statistics })] : []),
      ...(wire ? [platform.fact({ fact: 'wire', wire })] : []),
    ]),
  }
}

test('what went over the wire is told with addresses and times', async () => {
  const { ask, written } = aCall({ wire: TWO_PLACES, statistics: STATISTICS })
  await written
  const response = await ask('GET', `/Calls/${CALL}/Sip`)
  const { messages, ...about } = response.json()
  assert.deepEqual(about, {
    callSid: CALL,
    beganAt: '2030-01-01T00:00:00.000Z',
    callIds: ['one@ringback', 'two@ringback'],
    statistics: STATISTICS,
  })
  assert.equal(messages.length, 6)
  assert.deepEqual(messages[4], {
    atMs: 700,
    direction: 'sent',
    transport: 'tcp',
    us: 'pbx.example.com',
    peer: '[2001:db8::7]:40000',
    line: 'INVITE sip:b@[2001:db8::7] SIP/2.0',
    cseq: '1 INVITE',
    notSent: 'The connection is gone',
  })
})

test('as text it is a ladder', async () => {
  const { ask, written } = aCall({ wire: TWO_PLACES, statistics: STATISTICS })
  await written
  const response = await ask('GET', `/Calls/${CALL}/Sip.txt`)
  assert.equal(response.headers['content-type'], 'text/plain; charset=utf-8')
  assert.equal(
    response.body,
    `${CALL}
Call-ID one@ringback
Call-ID two@ringback

           ringback udp 192.0.2.1:5060                                               192.0.2.7:5062
    0.000  │─────────────────────────── INVITE sip:b@example.com, SDP ───────────────────────────▶│
    0.500  │──────────────────────── INVITE sip:b@example.com, SDP, again ───────────────────────▶│
    0.612  │◀──────────────────────────────── 503 Full (INVITE) ──────────────────────────────────│
    0.613  │─────────────────────────────── ACK sip:b@example.com ───────────────────────────────▶│

           ringback tcp pbx.example.com                                         [2001:db8::7]:40000
    0.700  │──────────── INVITE sip:b@[2001:db8::7], not sent: The connection is gone ───────────✕│
           │                                   … 34 not kept …                                    │
   61.000  │───────────────────── INFO sip:b@[2001:db8::7], application/dtmf ────────────────────▶│

sound: 250 packets sent, 248 received, 2 lost, 1 discarded; jitter 1.3 ms, round trip 12.3 ms
`,
  )
})

test('what a party sends cannot move the cursor, nor make a line too long', async () => {
  const { ask, written } = aCall({
    wire: aStory([message(`INVITE sip:\u001b[2J\u202e${'x'.repeat(300)}`)]),
    statistics: { ...STATISTICS, roundTripMs: null },
  })
  await written
  const { body } = await ask('GET', `/Calls/${CALL}/Sip.txt`)
  assert.doesNotMatch(body, /[^\P{Cc}\n]|\u202e/u)
  for (const line of body.split('\n')) assert.ok(line.length <= 100, line)
  assert.match(body, /round trip unknown/)
})

test('as a capture file it has the addresses of its messages, over UDP and TCP', async () => {
  const { ask, written } = aCall({
    wire: aStory([
      message('INVITE', { bytes: base64('INVITE one') }),
      message('SIP/2.0 100 Trying', { atMs: 20, direction: 'received', bytes: base64('100 one') }),
      message('INVITE', { atMs: 30, hop: 1, bytes: base64('INVITE two') }),
      message('ACK', { atMs: 40, hop: 1, bytes: base64('ACK two') }),
    ]),
  })
  await written
  const response = await ask('GET', `/Calls/${CALL}/Sip.pcap`)
  assert.equal(response.headers['content-type'], 'application/vnd.tcpdump.pcap')
  assert.equal(response.headers['content-disposition'], `attachment; filename="${CALL}.pcap"`)
  assert.deepEqual(
    readPcap(response.rawPayload).map(({ atMs, from, to, sequence, payload }) => [
      atMs - BEGAN,
      from,
      to,
      sequence,
      payload.toString(),
    ]),
    [
      [0, '192.0.2.1:5060', '192.0.2.7:5062', null, 'INVITE one'],
      [20, '192.0.2.7:5062', '192.0.2.1:5060', null, '100 one'],
      [30, '[0:0:0:0:0:0:0:0]:5060', '[2001:db8:0:0:0:0:0:7]:40000', 1, 'INVITE two'],
      [40, '[0:0:0:0:0:0:0:0]:5060', '[2001:db8:0:0:0:0:0:7]:40000', 11, 'ACK two'],
    ],
  )
})

test('a live call shows how far it has got', async () => {
  const { ask, calls } = aPlatform()
  const wire = { wire: aStory([message('INVITE', { bytes: base64('INVITE') })]), statistics: null }
  calls.set(CALL, { accountSid: ACCOUNT, status: 'ringing', wire })
  assert.equal((await ask('GET', `/Calls/${CALL}/Sip`)).json().messages.length, 1)
  assert.equal((await ask('GET', `/Calls/${CALL}/Sip.pcap`)).statusCode, 200)
})

for (const [what, path, wire, status, body] of [
  ['messages that were not kept', `/Calls/${CALL}/Sip.pcap`, TWO_PLACES, 409, /not kept whole.*sip\.keepMessages/],
  ['a capture of a call without SIP', `/Calls/${CALL}/Sip.pcap`, undefined, 404, /not found/],
  ['a ladder of a call without SIP', `/Calls/${CALL}/Sip.txt`, undefined, 200, /No SIP messages are known/],
  ['a call that is not there', `/Calls/CA${'f'.repeat(32)}/Sip`, undefined, 404, /not found/],
  ['what is no call', '/Calls/CA1/Sip.txt', undefined, 404, /not found/],
] as const)
  test(`${what}: ${status}`, async () => {
    const { ask, written } = aCall(wire ? { wire } : {})
    await written
    const response = await ask('GET', path)
    assert.equal(response.statusCode, status)
    assert.match(response.body, body)
  })

test('a call of another account is not there', async () => {
  const { ask, written } = aCall({ wire: TWO_PLACES })
  await written
  for (const path of ['Sip', 'Sip.txt', 'Sip.pcap'])
    assert.equal((await ask('GET', `/Calls/${CALL}/${path}`, undefined, { account: OTHER_ACCOUNT })).statusCode, 404)
})
