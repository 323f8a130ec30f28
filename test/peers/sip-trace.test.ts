/** Capture files of calls with a softphone, as tcpdump reads them. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { startPhone } from '../kit/baresip.ts'
import { readPcap } from '../kit/pcap.ts'
import { CA_FILE, type SipPlatform, startSipPlatform } from '../kit/sip-platform.ts'

const run = promisify(execFile)

let platform: SipPlatform
before(async () => {
  const routes = { '/voice': () => '<Play>/tone.wav</Play>' }
  platform = await startSipPlatform(routes, { sipKeepMessages: 'all', sipLateMsMax: 10_000 })
})
after(() => platform.stop())

async function download(path: string): Promise<Buffer> {
  const { url, accountSid, authToken } = platform.ringback
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  const response = await fetch(`${url}/ringback/v1${path}`, { headers: { authorization } })
  assert.equal(response.status, 200)
  return Buffer.from(await response.arrayBuffer())
}

/** A line for each packet. */
async function tcpdump(t: TestContext, pcap: Buffer): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-pcap-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'call.pcap')
  await writeFile(file, pcap)
  const { stdout } = await run('tcpdump', ['-n', '-vv', '-r', file])
  // A packet has a second line, and those of a message that it knows behind that.
  return stdout.split(/\n(?=\d\d:\d\d:\d\d\.)/)
}

for (const [transport, encryption, right] of [
  ['udp', undefined, '[udp sum ok]'],
  ['tcp', undefined, '(correct), seq'],
  ['tls', 'srtp', '[udp sum ok]'],
] as const)
  test(`tcpdump reads a call over ${transport}`, async (t) => {
    const { app, ringback, at } = platform
    const asked = app.requested('/voice', app.to('/voice').length + 1)
    const phone = await startPhone(t, {
      user: 'alice',
      transport,
      server: at[transport],
      caFile: CA_FILE,
      ...(encryption && { encryption }),
    })
    await phone.dial(`sip:${ringback.number.slice(1)}@${at[transport]}`)
    const { CallSid } = (await asked).parameters
    await phone.event('CALL_RTPESTAB')
    await phone.hangUp()
    assert.equal(await ringback.over(CallSid!), 'completed')

    const pcap = await download(`/Calls/${CallSid}/Sip.pcap`)
    const packets = await tcpdump(t, pcap)
    assert.equal(packets.length, readPcap(pcap).length)
    for (const packet of packets) {
      assert.ok(packet.includes(right), packet)
      assert.ok(packet.includes(`${at[transport].replace(':', '.')}`), packet)
      assert.doesNotMatch(packet, /bad|incorrect|truncated/)
    }
    const text = pcap.toString('latin1')
    for (const line of ['INVITE sip:', 'SIP/2.0 180 ', 'SIP/2.0 200 ', 'ACK sip:', 'BYE sip:'])
      assert.ok(text.includes(line), line)
    if (encryption) assert.match(text, /inline:\*{40}/)
    assert.doesNotMatch(text, /inline:[^*]/)
  })
