/** What went over the wire of a SIP call is there to be looked at: as a ladder, as JSON, as a capture file, with its statistics. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { answerChallenge, parseChallenge } from '../../src/wire/sip/digest.ts'
import { readPcap } from '../kit/pcap.ts'
import { addDomain, PASSWORD, type SipPlatform, startSipPlatform } from '../kit/sip-platform.ts'
import { headerOf, startUdpPhone, type UdpPhone } from '../kit/udp-phone.ts'

const DOMAIN = 'desk.example'
const BIN = join(import.meta.dirname, '../../bin/ringback.js')
const data = mkdtempSync(join(tmpdir(), 'ringback-trace-'))

interface CallSip {
  readonly callSid: string
  readonly beganAt: string | null
  readonly callIds: readonly string[]
  readonly messages: readonly {
    readonly atMs: number
    readonly direction: string
    readonly transport: string
    readonly us: string
    readonly peer: string
    readonly line: string
    readonly cseq: string
    readonly body?: string
    readonly repeats?: true
    readonly bytes?: string
  }[]
  readonly statistics: Record<string, number | null> | null
}

let platform: SipPlatform
before(async () => {
  const routes = {
    '/domain': () => '<Say>One moment</Say><Pause length="1"/><Hangup/>',
    '/end': () => '<Hangup/>',
  }
  // However busy the machine is, no call is refused for it.
  platform = await startSipPlatform(routes, { sipLateMsMax: 10_000, data })
  await addDomain(platform, DOMAIN, ['alice'])
})
after(async () => {
  await platform.stop()
  rmSync(data, { recursive: true, force: true })
})

/** @returns what it printed, on whichever stream */
function command(...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, RINGBACK_DATA: data }
  return promisify(execFile)(process.execPath, [BIN, 'sip', 'trace', ...args], { env }).then(
    ({ stdout }) => stdout,
    ({ stderr }: { readonly stderr: string }) => stderr,
  )
}

const sipOf = (sid: string): Promise<CallSip> => platform.ringback.ask('GET', `/Calls/${sid}/Sip`)

function get(path: string): Promise<Response> {
  const { url, accountSid, authToken } = platform.ringback
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  return fetch(`${url}/ringback/v1${path}`, { headers: { authorization } })
}

const ladder = ({ messages }: CallSip): string[] =>
  messages
    // Only whoever is slow says 100.
    .filter(({ line }) => !line.includes(' 100 '))
    .map(({ direction, line }) => `${direction === 'sent' ? '>' : '<'} ${line.replace(/ ?sip:\S+| ?SIP\/2\.0 ?/g, '')}`)

/** Alice calls, is challenged, and calls again. @returns her call's SID, and its last INVITE's answer */
async function aliceCalls(phone: UdpPhone): Promise<{ readonly sid: string; readonly ok: string }> {
  const uri = `sip:support@${DOMAIN}`
  const headers = (cseq: string, to = `<${uri}>`) => [
    `From: <sip:alice@${DOMAIN}>;tag=alice`,
    `To: ${to}`,
    `Call-ID: trace@${phone.at}`,
    `CSeq: ${cseq}`,
  ]
  const server = platform.at.udp
  const before = platform.app.to('/domain').length
  phone.request(server, `INVITE ${uri}`, headers('1 INVITE'), { body: phone.sdp, branch: 'first' })
  const challenged = await phone.next('SIP/2.0 401')
  phone.request(server, `ACK ${uri}`, headers('1 ACK', headerOf(challenged, 'To')), { branch: 'first' })
  const challenge = parseChallenge(headerOf(challenged, 'WWW-Authenticate'))!
  const about = { method: 'INVITE', uri, cnonce: 'c', count: 1 }
  const answer = answerChallenge(challenge, { username: 'alice', password: PASSWORD }, about)
  phone.request(server, `INVITE ${uri}`, [...headers('2 INVITE'), `Authorization: ${answer}`], { body: phone.sdp })
  const ok = await phone.next('SIP/2.0 200')
  const asked = await platform.app.requested('/domain', before + 1)
  phone.request(server, `ACK ${/<(.*)>/.exec(headerOf(ok, 'Contact'))![1]}`, headers('2 ACK', headerOf(ok, 'To')))
  return { sid: asked.parameters.CallSid!, ok }
}

test('a call’s ladder begins with the INVITE that was challenged and ends with the answer to BYE', async (t) => {
  const phone = await startUdpPhone(t)
  const { sid } = await aliceCalls(phone)

  const live = await sipOf(sid)
  assert.ok(ladder(live).includes('> 200 OK'))
  assert.ok(live.messages.every(({ bytes }) => bytes !== undefined))

  phone.respond(await phone.next('BYE'), '200 OK')
  assert.equal(await platform.ringback.over(sid), 'completed')
  const sip = await sipOf(sid)
  assert.deepEqual(ladder(sip), [
    '< INVITE',
    '> 401 Unauthorized',
    '< ACK',
    '< INVITE',
    '> 180 Ringing',
    '> 200 OK',
    '< ACK',
    '> BYE',
    '< 200 OK',
  ])
  assert.deepEqual(sip.callIds, [`trace@${phone.at}`])
  for (const { transport, us, peer } of sip.messages)
    assert.deepEqual([transport, us, peer], ['udp', platform.at.udp, phone.at])
  const bye = sip.messages.at(-2)!
  assert.ok(bye.atMs >= 1000 && bye.cseq.endsWith(' BYE'))
  assert.equal(sip.messages.find(({ line }) => line.includes('200'))?.body, 'application/sdp')
  assert.ok((sip.statistics?.sentPackets ?? 0) > 0)
  assert.equal(sip.statistics?.receivedPackets, 0)
  assert.equal(sip.statistics?.roundTripMs, null)

  // All went well: what was said is not kept.
  assert.ok(sip.messages.every(({ bytes }) => bytes === undefined))
  const refused = await get(`/Calls/${sid}/Sip.pcap`)
  assert.equal(refused.status, 409)
  assert.match(((await refused.json()) as { message: string }).message, /sip\.keepMessages/)

  const text = await (await get(`/Calls/${sid}/Sip.txt`)).text()
  assert.match(text, /^ +\d+\.\d{3} {2}│─+ BYE sip:phone@\S+ ─+▶│$/m)
  assert.match(text, /^sound: \d+ packets sent, 0 received, /m)
  for (const line of text.split('\n')) assert.ok(line.length <= 100, line)
})

/** An outbound call to a phone that refuses it. */
async function refusedCall(
  t: TestContext,
  status: string,
): Promise<{ readonly sid: string; readonly phone: UdpPhone }> {
  const phone = await startUdpPhone(t)
  const { app, client, ringback } = platform
  const { sid } = await client.calls.create({ to: `sip:bob@${phone.at}`, from: 'office', url: `${app.url}/end` })
  const invite = await phone.next('INVITE')
  phone.respond(invite, status)
  await phone.next('ACK')
  await ringback.over(sid)
  return { sid, phone }
}

test('of a call that failed every byte is kept, and makes a capture file', async (t) => {
  const { sid, phone } = await refusedCall(t, '500 Out of Order')
  const sip = await sipOf(sid)
  assert.deepEqual(ladder(sip), ['> INVITE', '< 500 Out of Order', '> ACK'])
  assert.equal(sip.statistics, null)
  const response = await get(`/Calls/${sid}/Sip.pcap`)
  assert.equal(response.headers.get('content-type'), 'application/vnd.tcpdump.pcap')
  const packets = readPcap(Buffer.from(await response.arrayBuffer()))
  assert.deepEqual(
    packets.map(({ from, to, payload }) => [from, to, payload.toString().split('\r\n')[0]]),
    sip.messages.map(({ direction, us, peer, line }) => (direction === 'sent' ? [us, peer, line] : [peer, us, line])),
  )
  assert.match(packets[0]!.payload.toString(), /\r\nX-Twilio-CallSid: CA/)
  assert.equal(packets[0]!.to, phone.at)
  assert.equal(packets[0]!.atMs, Date.parse(sip.beganAt!))
})

test('a busy phone is nothing that failed: its ladder is kept, its messages are not', async (t) => {
  const { sid } = await refusedCall(t, '486 Busy Here')
  const sip = await sipOf(sid)
  assert.deepEqual(ladder(sip), ['> INVITE', '< 486 Busy Here', '> ACK'])
  assert.ok(sip.messages.every(({ bytes }) => bytes === undefined))
})

test('a call that no real phone had part in has no SIP', async () => {
  const { client, ringback } = platform
  const { sid } = await client.calls.create({
    to: '+15005550101',
    from: ringback.number,
    twiml: '<Response><Hangup/></Response>',
  })
  await ringback.over(sid)
  assert.deepEqual(await sipOf(sid), { callSid: sid, beganAt: null, callIds: [], messages: [], statistics: null })
  assert.equal((await get(`/Calls/${sid}/Sip.pcap`)).status, 404)
  assert.match(await (await get(`/Calls/${sid}/Sip.txt`)).text(), /No SIP messages are known/)
  assert.equal((await get(`/Calls/CA${'0'.repeat(32)}/Sip`)).status, 404)
})

test('`ringback sip trace` prints the ladder, or writes a capture file', async (t) => {
  const failed = await refusedCall(t, '500 Out of Order')
  const busy = await refusedCall(t, '486 Busy Here')
  assert.equal(await command(failed.sid), await (await get(`/Calls/${failed.sid}/Sip.txt`)).text())
  const file = join(data, 'call.pcap')
  assert.match(await command(failed.sid, '--pcap', file), /^\d+ bytes in .*call\.pcap\n$/)
  assert.equal(readPcap(readFileSync(file)).length, 3)
  assert.match(await command(busy.sid, '--pcap', file), /^ringback: The messages of call CA\S+ were not kept whole/)
  assert.match(
    await command(failed.sid, '--pcap', join(data, 'none/call.pcap')),
    /^ringback: \S+ cannot be written: ENOENT/,
  )
  assert.match(await command('CA1'), /^ringback: 'CA1' is not the SID of a call/)
  assert.match(await command(`CA${'0'.repeat(32)}`), /^ringback: The requested resource .* was not found/)
})
