/**
 * Calls over networks that lose, delay, repeat and reorder packets: speech stays whole, every key is told once, and the delay
 * stays bounded. A seed that fails is in the name of its assertion.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DTMF_KEYS } from '../codec/dtmf.ts'
import { ULAW_SILENCE } from '../codec/g711.ts'
import { seeded } from '../codec/test-dtmf-audio.ts'
import { JitterBuffer } from './jitter-buffer.ts'
import { USUAL_JITTER_LIMITS } from './jitter-limits.ts'
import { parseRtp } from './packet.ts'
import { RtpReceiver } from './receiver.ts'
import { RtpSender } from './sender.ts'
import { Network, type NetworkFaults } from './test-network.ts'

const FRAME = 160
const BAD = { lost: 0.05, repeated: 0.03, jitterMs: 60 }
const FORMATS = { codec: 'PCMU', payloadType: 0, events: 101, ptimeMs: 20 } as const

/** Loud, and telling its number: two digits of base 100. */
const speech = (frame: number) =>
  Uint8Array.from({ length: FRAME }, (_, at) => (at % 2 === 0 ? frame % 100 : Math.floor(frame / 100) % 100))

interface Heard {
  /** Numbers of frames, in the order in which they were heard. */
  readonly frames: number[]
  readonly lost: Set<number>
  readonly buffer: JitterBuffer
  readonly delaysMs: number[]
}

/** Speech, each frame of it a packet; nothing is sent while nothing is said. */
function talk(frames: number, faults: NetworkFaults, says: (frame: number) => boolean = () => true): Heard {
  const sequences = new Map<number, number>()
  const buffer = new JitterBuffer()
  const lost = new Set<number>()
  const network = new Network(faults, (bytes) => lost.add(numberOf(bytes)))
  const heard: number[] = []
  const delaysMs: number[] = []
  const into = new Uint8Array(FRAME)
  const takeOffsetMs = faults.random() * 20
  for (let frame = 0; frame < frames + 30; frame++) {
    if (frame < frames && says(frame)) {
      sequences.set(frame, sequences.size & 0xffff)
      network.send(speech(frame), frame * 20)
    }
    const nowMs = frame * 20 + takeOffsetMs
    for (const { bytes } of network.receive(nowMs))
      buffer.put(sequences.get(numberOf(bytes))!, numberOf(bytes) * FRAME, bytes)
    buffer.take(into, (stretch, _, from, to) => {
      if (stretch !== 'sound') return
      assert.deepEqual([from, to], [0, FRAME])
      heard.push(numberOf(into))
      delaysMs.push(nowMs - numberOf(into) * 20)
    })
  }
  return { frames: heard, lost, buffer, delaysMs }
}

const numberOf = (codes: Uint8Array) => codes[0]! + 100 * codes[1]!

test('of speech all that comes in time is heard once and in order, and the rest is concealed, over 500 seeds', () => {
  const FRAMES = 400
  let missing = 0
  for (let seed = 1; seed <= 500; seed++) {
    const { frames, lost, buffer, delaysMs } = talk(FRAMES, { ...BAD, random: seeded(seed) })
    for (let index = 1; index < frames.length; index++)
      assert.ok(frames[index]! > frames[index - 1]!, `seed ${seed}: ${frames[index]} after ${frames[index - 1]}`)
    const { late, concealedSamples, insertedSamples, droppedSamples, discarded, jumps } = buffer.counts
    assert.deepEqual([droppedSamples, discarded, jumps], [0, 0, 0], `seed ${seed}`)
    assert.equal(frames.length, FRAMES - lost.size - late, `seed ${seed}`)
    // The line's last holes are not told from its end.
    const first = frames[0]!
    const last = frames.at(-1)!
    const holes = last - first + 1 - frames.length
    const after = concealedSamples / FRAME - holes - insertedSamples / FRAME
    assert.ok(after >= 0 && after <= 8, `seed ${seed}: ${after} concealed that were no holes`)
    assert.ok(Math.max(...delaysMs) <= 30 + 60 + USUAL_JITTER_LIMITS.maxMs + 20, `seed ${seed}`)
    missing += late
  }
  assert.ok(missing / (500 * FRAMES) < 0.01, `${missing} frames came too late`)
})

test('without loss, a minute of speech over 60 ms of jitter loses a few frames at its beginning at most', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { frames, buffer } = talk(3000, { lost: 0, repeated: 0, jitterMs: 60, random: seeded(seed) })
    assert.ok(frames.length >= 2995, `seed ${seed}: ${frames.length}`)
    assert.equal(frames.length, 3000 - buffer.counts.late)
  }
})

test('words between pauses are heard whole, from their first frame on', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = seeded(seed)
    const words: boolean[] = []
    for (let says = true; words.length < 3000; says = !says)
      words.push(...new Array<boolean>(5 + Math.floor(random() * 60)).fill(says))
    const faults = { lost: 0, repeated: 0.03, jitterMs: 60, random }
    const { frames, buffer, delaysMs } = talk(3000, faults, (frame) => words[frame]!)
    const heard = new Set(frames)
    assert.equal(heard.size, frames.length, `seed ${seed}`)
    // The first seconds find out which delay is needed.
    const missing = words.slice(0, 3000).flatMap((says, frame) => (says && !heard.has(frame) ? [frame] : []))
    assert.equal(missing.length, buffer.counts.late, `seed ${seed}`)
    assert.ok(missing.length <= 5 && missing.every((frame) => frame < 500), `seed ${seed}: ${missing}`)
    const beginnings = words.flatMap((says, frame) =>
      says && frame > 0 && !words[frame - 1] && frame < 3000 ? [frame] : [],
    )
    for (const frame of beginnings) assert.ok(heard.has(frame), `seed ${seed}: the word at ${frame}`)
    assert.ok(Math.max(...delaysMs) <= 30 + 60 + USUAL_JITTER_LIMITS.maxMs + 20, `seed ${seed}`)
  }
})

test('every key is told once, in order, over 500 seeds', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = seeded(seed)
    const sender = new RtpSender(FORMATS)
    const network = new Network({ ...BAD, random })
    const began: string[] = []
    const ended: string[] = []
    const receiver = new RtpReceiver({
      formats: FORMATS,
      tellKey: ({ happened, key }) => (happened === 'began' ? began : ended).push(key),
    })
    const keys = Array.from({ length: 12 }, () => DTMF_KEYS[Math.floor(random() * 16)]!).join('')
    const into = new Uint8Array(FRAME + 12)
    for (let tick = 0; tick < 200; tick++) {
      if (tick >= 5 && tick < 17) sender.sendKey(keys[tick - 5]!, 40 + Math.floor(random() * 120))
      sender.give(speech(tick))
      for (let length = sender.next(into); length > 0; length = sender.next(into))
        network.send(into.slice(0, length), tick * 20)
      for (const { bytes, atMs } of network.receive(tick * 20 + 3)) receiver.receive(parseRtp(bytes)!, bytes, atMs)
      receiver.take(into.subarray(0, FRAME))
    }
    assert.equal(began.join(''), keys, `seed ${seed}`)
    assert.equal(ended.join(''), keys, `seed ${seed}`)
  }
})

test('whatever arrives, nothing is thrown and 20 ms are 20 ms', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seeded(seed)
    const sender = new RtpSender({ ...FORMATS, pauses: 'comfort-noise' })
    const receiver = new RtpReceiver({ formats: FORMATS, tellKey: () => {} })
    const into = new Uint8Array(FRAME + 12)
    for (let tick = 0; tick < 1500; tick++) {
      if (random() < 0.02) sender.sendKey('5', 60)
      sender.give(random() < 0.2 ? null : speech(tick))
      for (let length = sender.next(into); length > 0; length = sender.next(into)) {
        const bytes = into.slice(0, Math.floor(length * (random() < 0.1 ? random() : 1)))
        for (let change = random() < 0.3 ? 3 : 0; change > 0; change--)
          if (bytes.length > 0) bytes[Math.floor(random() * Math.min(bytes.length, 16))] = random() * 256
        const packet = parseRtp(bytes)
        for (let times = random() < 0.1 ? 3 : 1; packet && times > 0; times--)
          receiver.receive(packet, bytes, tick * 20)
      }
      const frame = new Uint8Array(FRAME).fill(0x11)
      if (!receiver.take(frame))
        assert.ok(
          frame.every((code) => code === ULAW_SILENCE),
          `seed ${seed}`,
        )
    }
    assert.ok(receiver.delayMs <= USUAL_JITTER_LIMITS.maxMs, `seed ${seed}: ${receiver.delayMs}`)
  }
})
