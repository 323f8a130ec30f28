/** A line over a network that loses, delays, repeats and reorders packets, always the same from the same seed. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import type { LineAddress } from '../../engine/ports/line.ts'
import { seeded } from '../../wire/codec/test-dtmf-audio.ts'
import { parseRtp } from '../../wire/rtp/packet.ts'
import { Network } from '../../wire/rtp/test-network.ts'
import { aBed, eventually, HOST, speech, type TestLine } from './test-lines.ts'

const BAD = { lost: 0.05, repeated: 0.03, jitterMs: 60 }
const FRAMES = 250
const EVENTS_TYPE = 101

/** A router between two lines: what `from` sends there comes to `to`, late, twice or never. Its time goes by ticks. */
async function aRouter(seed: number) {
  const socket = createSocket('udp4')
  socket.bind(0, HOST)
  await once(socket, 'listening')
  const { port } = socket.address()
  const address: LineAddress = { address: HOST, port, rtcpPort: port }
  const lost: Buffer[] = []
  const network = new Network({ ...BAD, random: seeded(seed) }, (bytes) => void lost.push(Buffer.from(bytes)))
  let came = 0
  let passed = 0
  let nowMs = 0
  socket.on('message', (bytes) => {
    came += 1
    network.send(bytes, nowMs)
  })
  return {
    address,
    lost,
    /** 20 ms go by: all that was sent has come in, and what is due goes out and arrives. */
    async tick(from: TestLine, to: TestLine) {
      await eventually(() => came >= from.line.statistics().sentPackets, 'a packet at the router')
      nowMs += 20
      const due = network.receive(nowMs)
      for (const { bytes } of due) socket.send(bytes, to.line.local.port, HOST)
      passed += new Set(due.map(({ bytes }) => parseRtp(bytes)!.sequence)).size
      return passed
    },
    close: () => socket.close(),
  }
}

for (const seed of [1, 2, 3, 4])
  test(`five seconds over a bad network, seed ${seed}: keys are exact, and sound is whole but for what was lost`, async () => {
    const bed = aBed()
    const [a, b] = [await bed.aLine(), await bed.aLine()]
    const router = await aRouter(seed)
    a.connect(router.address)
    b.connect(router.address)
    const keys = '159#'
    const sent = new Set<number>()
    for (let frame = 0; frame < FRAMES + 20; frame++) {
      if (frame >= 50 && frame % 50 === 0 && frame / 50 <= keys.length) a.line.sendKey(keys[frame / 50 - 1]!, 100)
      if (frame < FRAMES) {
        a.line.give(speech(frame))
        sent.add(frame)
      }
      await router.tick(a, b)
      // What went out on this tick is there before the next frame is taken.
      await settle(b)
      b.take()
    }
    assert.deepEqual(b.keys.join(''), keys, `seed ${seed}`)
    const whole = new Set<number>()
    for (const heard of b.heard) {
      if (heard === null) continue
      const number = heard[0]! + 100 * heard[1]!
      if (Buffer.compare(heard, speech(number)) === 0) whole.add(number)
    }
    const lostSound = router.lost.filter((bytes) => parseRtp(bytes)?.payloadType !== EVENTS_TYPE).length
    // Each key takes the place of five packets of sound and a few more.
    const missing = [...sent].filter((number) => !whole.has(number)).length
    const { lostPackets, discardedPackets, receivedPackets } = b.line.statistics()
    const story = `seed ${seed}: ${missing} missing, ${lostSound} lost, ${discardedPackets} discarded`
    assert.ok(missing <= lostSound + discardedPackets + keys.length * 10, story)
    assert.ok(whole.size > FRAMES * 0.75, story)
    assert.ok(lostPackets <= router.lost.length && receivedPackets > FRAMES * 0.9, story)
    router.close()
    await bed.end()
  })

/** Nothing more comes in for some turns of the loop. */
async function settle({ line }: TestLine): Promise<void> {
  let before = -1
  let quiet = 0
  await eventually(() => {
    const now = line.statistics().receivedPackets
    quiet = now === before ? quiet + 1 : 0
    before = now
    return quiet >= 5
  }, 'quiet')
}
