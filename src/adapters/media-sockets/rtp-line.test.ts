/** Lines over real sockets, on loopback. */
import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LineAgreement } from '../../engine/ports/line.ts'
import { ALAW_TO_ULAW, ULAW_TO_ALAW } from '../../wire/codec/alaw.ts'
import { parseRtp, writeRtp } from '../../wire/rtp/packet.ts'
import type { SrtpKey, SrtpSuite } from '../../wire/rtp/srtp-keys.ts'
import { aBed, aRange, endAll, eventually, FRAME, HOST, numbersOf, speech, type TestLine } from './test-lines.ts'

after(endAll)

type Bed = ReturnType<typeof aBed>

/** Both speak for so many frames; the second says numbers from 5000 on. */
async function talk(bed: Bed, a: TestLine, b: TestLine, frames: number, from = 0): Promise<void> {
  for (let number = from; number < from + frames; number++) {
    a.line.give(speech(number))
    b.line.give(speech(5000 + number))
    await bed.arrived(a, b)
    await bed.arrived(b, a)
    a.take()
    b.take()
  }
}

/** What was said, from the first number that was heard on. */
function assertWhole(heard: readonly (Uint8Array | null)[], first: number, until: number, coded = speech): void {
  const begins = heard.findIndex((frame) => frame !== null)
  assert.ok(begins >= 0 && begins <= 6, `heard from frame ${begins} on`)
  const sound = heard.slice(begins)
  for (const [index, frame] of sound.entries()) {
    const number = first + index
    if (number < until) assert.deepEqual(frame, coded(number), `frame ${index} of ${sound.length}`)
  }
}

test('sound goes both ways, sample for sample', async () => {
  const bed = aBed()
  const { a, b } = await bed.aPair()
  await talk(bed, a, b, 60)
  assertWhole(b.heard, 0, 60)
  assertWhole(a.heard, 5000, 5060)
  const statistics = a.line.statistics()
  assert.deepEqual(
    [statistics.sentPackets, statistics.receivedPackets, statistics.lostPackets, statistics.discardedPackets],
    [60, 60, 0, 0],
  )
  await bed.end()
})

test('in A-law nothing is lost but what A-law does not know', async () => {
  const bed = aBed()
  const { a, b } = await bed.aPair({ codec: 'PCMA', payloadType: 8 })
  await talk(bed, a, b, 20)
  assertWhole(b.heard, 0, 20, (number) => speech(number).map((code) => ALAW_TO_ULAW[ULAW_TO_ALAW[code]!]!))
  await bed.end()
})

for (const ptimeMs of [10, 30, 60])
  test(`packets of ${ptimeMs} ms carry the same sound`, async () => {
    const bed = aBed()
    const { a, b } = await bed.aPair({ ptimeMs }, { ptimeMs: 20 })
    await talk(bed, a, b, 60)
    assert.equal(a.line.statistics().sentPackets, (60 * 20) / ptimeMs)
    assertWhole(b.heard, 0, 57)
    await bed.end()
  })

test('silence is sent as such', async () => {
  const bed = aBed()
  const { a, b } = await bed.aPair()
  for (let frame = 0; frame < 10; frame++) a.line.give(null)
  await bed.arrived(a, b)
  for (let frame = 0; frame < 10; frame++) b.take()
  assert.equal(a.line.statistics().sentPackets, 10)
  assert.ok(b.heard.every((frame) => frame === null || frame.every((code) => code >= 0x7e)))
  await bed.end()
})

test('keys go both ways, once each, and not as sound', async () => {
  const bed = aBed()
  const { a, b } = await bed.aPair()
  await talk(bed, a, b, 10)
  assert.equal(a.line.sendKey('5', 100), true)
  assert.equal(a.line.sendKey('#', 100), true)
  assert.equal(b.line.sendKey('A', 60), true)
  await talk(bed, a, b, 40, 10)
  assert.deepEqual([a.keys, b.keys], [['A'], ['5', '#']])
  await bed.end()
})

test('without events in the agreement no key is sent, nor while the party does not want to hear', async () => {
  const bed = aBed()
  const { a, b } = await bed.aPair({ events: null })
  assert.equal(a.line.sendKey('5', 100), false)
  a.connect(b.line.local, { sends: false })
  assert.equal(a.line.sendKey('5', 100), false)
  await bed.end()
})

test('a held line sends nothing and hears what it may, and goes on afterwards', async () => {
  const bed = aBed()
  const { a, b } = await bed.aPair()
  await talk(bed, a, b, 10)
  a.connect(b.line.local, { sends: false })
  for (let frame = 0; frame < 5; frame++) a.line.give(speech(frame))
  assert.equal(a.line.statistics().sentPackets, 10)
  a.connect(b.line.local, { receives: false })
  const before = a.heard.length
  a.take()
  assert.equal(a.heard[before], null)
  a.connect(b.line.local)
  b.heard.length = 0
  await talk(bed, a, b, 20, 100)
  assert.ok(numbersOf(b.heard).includes(110))
  await bed.end()
})

const KEYS = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const
const aKey = (suite: SrtpSuite, fill: number): SrtpKey => ({ suite, keyAndSalt: new Uint8Array(30).fill(fill) })

for (const suite of KEYS)
  test(`sound and keys go encrypted, ${suite}`, async () => {
    const bed = aBed()
    const [one, other] = [aKey(suite, 1), aKey(suite, 2)]
    const { a, b } = await bed.aPair({ srtp: { ours: one, theirs: other } }, { srtp: { ours: other, theirs: one } })
    a.line.sendKey('7', 100)
    await talk(bed, a, b, 40)
    assert.ok(numbersOf(b.heard).includes(20))
    assertWhole(a.heard, 5000, 5040)
    assert.deepEqual(b.keys, ['7'])
    // Agreed on again with the same keys nothing begins anew.
    a.connect(b.line.local, { srtp: { ours: one, theirs: other } })
    await talk(bed, a, b, 10, 40)
    assert.ok(numbersOf(b.heard).includes(45))
    await bed.end()
  })

test('what is encrypted with another key, or not at all, is not heard', async () => {
  const bed = aBed()
  const [one, other] = [aKey(KEYS[0], 1), aKey(KEYS[0], 2)]
  for (const srtp of [{ ours: other, theirs: other }, null]) {
    const { a, b } = await bed.aPair({ srtp }, { srtp: { ours: one, theirs: one } })
    for (let frame = 0; frame < 10; frame++) a.line.give(speech(frame))
    await nextTurn()
    // Behind these something comes that counts.
    a.connect(b.line.local, { srtp: { ours: one, theirs: one } })
    a.line.give(speech(99))
    await eventually(() => b.line.statistics().receivedPackets === 1, 'the packet that counts')
  }
  await bed.end()
})

for (const [what, changes] of [
  ['on a port of their own', {}],
  ['on the port of the sound', { rtcpMux: true }],
  ['encrypted', { srtp: { ours: aKey(KEYS[0], 1), theirs: aKey(KEYS[0], 1) } }],
] as const satisfies readonly (readonly [string, Partial<LineAgreement>])[])
  test(`reports go ${what}, and tell how long a round trip takes`, async () => {
    const bed = aBed()
    const { a, b } = await bed.aPair(changes)
    assert.equal(a.line.statistics().roundTripMs, null)
    for (
      let time = 0;
      time < 6 && (a.line.statistics().roundTripMs === null || b.line.statistics().roundTripMs === null);
      time++
    ) {
      await talk(bed, a, b, 5, time * 5)
      await bed.clock.advance(4000)
      for (let turn = 0; turn < 20; turn++) await nextTurn()
    }
    for (const { line } of [a, b]) {
      const { roundTripMs } = line.statistics()
      assert.ok(roundTripMs !== null && roundTripMs >= 0 && roundTripMs < 10_000, String(roundTripMs))
    }
    await bed.end()
    assert.equal(bed.clock.pending, 0)
  })

/** Somebody with a socket of their own. */
async function aStranger(): Promise<{ socket: Socket; got: Buffer[]; port: number }> {
  const socket = createSocket('udp4').unref()
  const got: Buffer[] = []
  socket.on('message', (bytes) => void got.push(bytes))
  socket.bind(0, HOST)
  await once(socket, 'listening')
  return { socket, got, port: socket.address().port }
}

const packet = (sequence: number, ssrc = 0xbad) => {
  const bytes = new Uint8Array(12 + FRAME)
  const header = { payloadType: 0, marker: false, sequence, rtpTimestamp: sequence * FRAME, ssrc }
  writeRtp(header, new Uint8Array(FRAME).fill(9), bytes)
  return bytes
}

test('sound from behind a router is taken from where it comes, and ours goes there', async () => {
  const bed = aBed()
  const behind = await aStranger()
  const line = await bed.aLine()
  // What the description names is nowhere.
  line.connect({ address: '127.0.0.9', port: 9, rtcpPort: 10 })
  for (let sequence = 0; sequence < 10; sequence++) behind.socket.send(packet(sequence), line.line.local.port, HOST)
  await eventually(() => line.line.statistics().receivedPackets >= 8, 'packets from behind a router')
  line.line.give(speech(1))
  await eventually(() => behind.got.length > 0, 'our packet')
  assert.equal(parseRtp(behind.got[0]!)?.payloadType, 0)
  behind.socket.close()
  await bed.end()
})

test('a stranger is not heard while the party speaks, and hears nothing', async () => {
  const bed = aBed()
  const stranger = await aStranger()
  const { a, b } = await bed.aPair()
  for (let frame = 0; frame < 60; frame++) {
    stranger.socket.send(packet(frame), b.line.local.port, HOST)
    a.line.give(speech(frame))
    b.line.give(speech(frame))
    await bed.arrived(a, b)
    b.take()
  }
  assertWhole(b.heard, 0, 60)
  assert.equal(b.line.statistics().receivedPackets, 60)
  assert.deepEqual(stranger.got, [])
  stranger.socket.close()
  await bed.end()
})

test('what is no sound is passed over', async () => {
  const bed = aBed()
  const stranger = await aStranger()
  const { a, b } = await bed.aPair()
  b.connect({ address: HOST, port: stranger.port, rtcpPort: stranger.port })
  const { port, rtcpPort } = b.line.local
  const junk = [[], [0x80], new Uint8Array(1400).fill(0xff), Buffer.from('OPTIONS sip:us SIP/2.0'), [0x80, 72, 0, 1]]
  for (const bytes of junk) for (const to of [port, rtcpPort]) stranger.socket.send(Uint8Array.from(bytes), to, HOST)
  // A payload type that was not agreed on.
  const other = packet(1)
  other[1] = 18
  stranger.socket.send(other, port, HOST)
  for (let sequence = 0; sequence < 3; sequence++) stranger.socket.send(packet(sequence), port, HOST)
  await eventually(() => b.line.statistics().receivedPackets === 3, 'the three that count')
  assert.equal(a.line.statistics().receivedPackets, 0)
  stranger.socket.close()
  await bed.end()
})

test('a minute without anything is told, once; a single packet begins it anew', async () => {
  const bed = aBed()
  const { a, b } = await bed.aPair()
  const minute = 3000
  for (let frame = 0; frame < minute; frame++) b.take()
  assert.equal(b.silences, 0)
  a.line.give(speech(1))
  await bed.arrived(a, b)
  for (let frame = 0; frame < minute; frame++) b.take()
  assert.equal(b.silences, 0)
  for (let frame = 0; frame < 2 * minute; frame++) b.take()
  assert.equal(b.silences, 1)
  await bed.end()
})

test('nobody misses what need not come: while the line is held, time does not count', async () => {
  const bed = aBed()
  const { a, b } = await bed.aPair()
  b.connect(a.line.local, { receives: false })
  for (let frame = 0; frame < 4000; frame++) b.take()
  b.connect(a.line.local)
  for (let frame = 0; frame < 3000; frame++) b.take()
  assert.equal(b.silences, 0)
  b.take()
  assert.equal(b.silences, 1)
  await bed.end()
})

test('before an agreement nothing flows, and addresses that cannot be sent to harm nobody', async () => {
  const bed = aBed()
  const line = await bed.aLine()
  line.line.give(speech(1))
  line.take()
  assert.equal(line.line.sendKey('5', 100), false)
  assert.deepEqual([line.heard, line.line.statistics().sentPackets], [[null], 0])
  for (const address of ['::1', 'phone.example.com', '255.255.255.255'])
    line.connect({ address, port: 65_535, rtcpPort: 65_536 })
  line.line.give(speech(1))
  line.connect(null)
  line.line.give(speech(1))
  await bed.clock.advance(10_000)
  await nextTurn()
  assert.equal(line.line.statistics().sentPackets, 1)
  await bed.end()
})

test('a closed line is deaf and dumb, says so once by BYE, and its ports are free', async () => {
  const bed = aBed()
  const stranger = await aStranger()
  const line = await bed.aLine()
  line.connect({ address: HOST, port: stranger.port, rtcpPort: stranger.port }, { rtcpMux: true })
  line.line.give(speech(1))
  line.line.close()
  line.line.close()
  line.line.give(speech(2))
  line.connect({ address: HOST, port: stranger.port, rtcpPort: stranger.port })
  line.take()
  await eventually(() => stranger.got.length === 2, 'a packet and a report')
  await bed.clock.advance(60_000)
  await nextTurn()
  assert.equal(stranger.got.length, 2)
  // The last packet of the report is of the type BYE.
  const report = stranger.got[1]!
  assert.ok(report.includes(Buffer.from([0x81, 203])), report.toString('hex'))
  const again = createSocket('udp4').bind({ port: line.line.local.port, address: HOST, exclusive: true })
  await once(again, 'listening')
  again.close()
  stranger.socket.close()
})

test('when all ports are taken there is no line', async () => {
  const bed = aBed(aRange(2))
  const opened = []
  for (let line = await open(); line; line = await open()) opened.push(line)
  assert.ok(opened.length >= 1 && opened.length <= 2)
  opened[0]!.close()
  await nextTurn()
  await nextTurn()
  const again = await open()
  assert.ok(again)
  for (const line of [...opened, again]) line.close()
  await nextTurn()

  function open() {
    return bed.lines.open({ key() {}, silent() {} })
  }
})
