/** A line over a network that loses, delays, repeats and reorders packets, always the same from the same seed. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { after, test } from 'node:test'
import type { LineAddress } from '../../engine/ports/line.ts'
import { seeded } from '../../wire/codec/test-dtmf-audio.ts'
import { parseRtp } from '../../wire/rtp/packet.ts'
import { Network } from '../../wire/rtp/test-network.ts'
import { aBed, endAll, eventually, HOST, speech, type TestLine } from './test-lines.ts'

after(endAll)

const BAD = { lost: 0.05, repeated: 0.03, jitterMs: 60 }
const FRAMES = 250
const EVENTS_TYPE = 101
/** 100 ms, the repeats of its end, and the pause behind it. */
const KEY_FRAMES = 8
/** Samples of a frame that may be faded in. */
const FADED = 120

/** A router between two lines: what `from` sends there comes to `to`, late, twice or never. Its time goes by ticks. */
async function aRouter(seed: number) {
  const socket = createSocket('udp4').unref()
  socket.bind(0, HOST)
  await once(socket, 'listening')
  const { port } = socket.address()
  const address: LineAddress = { address: HOST, port, rtcpPort: port }
  const lost: Buffer[] = []
  const network = new Network({ ...BAD, random: seeded(seed) }, (bytes) => void lost.push(Buffer.from(bytes)))
  let came = 0
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
      for (const { bytes } of network.receive(nowMs)) socket.send(bytes, to.line.local.port, HOST)
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
    // Behind what was made up, what comes is faded in: so it is the end of a frame that tells.
    const whole = new Set<number>()
    for (const heard of b.heard) {
      const end = heard?.subarray(FADED)
      if (end && Buffer.compare(end, speech(numberOf(end)).subarray(FADED)) === 0) whole.add(numberOf(end))
    }
    const excused = new Set<number>()
    for (const bytes of router.lost) {
      const { payloadType, payloadAt } = parseRtp(bytes)!
      if (payloadType !== EVENTS_TYPE) excused.add(numberOf(bytes.subarray(payloadAt)))
    }
    // A key takes the place of the sound.
    for (let frame = 0; frame < FRAMES; frame++)
      if (frame >= 50 && frame / 50 < keys.length + 1 && frame % 50 < KEY_FRAMES) excused.add(frame)
    const missing = [...sent].filter((number) => !whole.has(number) && !excused.has(number))
    assert.deepEqual(missing, [], `seed ${seed}`)
    const { discardedPackets, receivedPackets } = b.line.statistics()
    assert.ok(router.lost.length > 0 && receivedPackets > FRAMES * 0.9, `seed ${seed}`)
    assert.equal(discardedPackets, 0, `seed ${seed}`)
    router.close()
    await bed.end()
  })

const numberOf = (frame: Uint8Array): number => frame[0]! + 100 * frame[1]!

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
