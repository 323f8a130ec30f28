/**
 * What a room costs: CPU of each participant for each second, when what everybody hears is really taken: read in frames of
 * 20 ms, as a wire would, or recorded. Then one room of 250 in real time, in one thread: how late the frames are. Talkers
 * say sentences of some three seconds one after the other, with a second between, and all who hear are told of each.
 *
 *     node bench/conference.ts [cpu] [live]
 */
import { setImmediate, setTimeout as wait } from 'node:timers/promises'
import { InlineEngine } from '../src/engine/media/inline-engine.ts'
import type { LegAudio } from '../src/engine/media/leg-audio.ts'
import type { Sample } from '../src/engine/media/media-time.ts'
import type { LegEvents, RoomPlace } from '../src/engine/ports/media-engine.ts'
import type { Sound } from '../src/engine/ports/sound.ts'
import type { Clock } from '../src/lib/clock.ts'
import { type Instant, newSid } from '../src/lib/ids.ts'
import { RealClock } from '../src/lib/real-clock.ts'
import { VirtualClock } from '../src/lib/virtual-clock.ts'
import { cpuMs, noFiles, prompt, quantile, silentEvents } from './media-bed.ts'

const asked = process.argv.slice(2)
const wants = (section: string) => asked.length === 0 || asked.includes(section)

const FRAME_MS = 20
const SAMPLES_PER_MS = 8
const BETWEEN_SENTENCES_MS = 1000
const HEARD: RoomPlace = { muted: false, held: false, coaches: null }
const sentence: Sound = prompt
const frame = new Uint8Array(FRAME_MS * SAMPLES_PER_MS)

interface About {
  readonly size: number
  readonly talkers: number
  /** What each participant is played is recorded. */
  readonly recorded: boolean
}

function openRoom(clock: Clock, { size, talkers, recorded }: About): readonly LegAudio[] {
  const engine = new InlineEngine({ clock, files: noFiles })
  const room = engine.room()
  const legs = Array.from({ length: size }, (_, index) => {
    const leg = engine.open(silentEvents satisfies LegEvents)
    room.enter(leg, HEARD, 'Conference')
    const talk = () => {
      leg.sound(sentence, 'For sales, press 1.')
      clock.after(sentence.lengthMs + BETWEEN_SENTENCES_MS, talk)
    }
    if (index < talkers) clock.after((index * 397) % (sentence.lengthMs + BETWEEN_SENTENCES_MS), talk)
    const order = { sid: newSid('RE'), channels: 1, track: 'outbound', trim: false, maxLengthMs: 86_400_000 } as const
    if (recorded) leg.record(order)
    return leg
  })
  return legs
}

function readFrames(legs: readonly LegAudio[], untilMs: number): void {
  const from = ((untilMs - FRAME_MS) * SAMPLES_PER_MS) as Sample
  for (const leg of legs) leg.outbound.track.read(from, frame)
}

/** @returns microseconds of CPU for each participant and second; `onFrame` is called for every 20 ms of it */
async function measure(
  about: About,
  seconds: number,
  onFrame?: (legs: readonly LegAudio[], untilMs: number) => void,
): Promise<number> {
  const clock = new VirtualClock({ startAt: 0 as Instant, settleMs: 0, mode: 'held' })
  const legs = openRoom(clock, about)
  await clock.advance(5000)
  const before = cpuMs()
  if (onFrame) {
    for (let ms = 0; ms < seconds * 1000; ms += FRAME_MS) {
      await clock.advance(FRAME_MS)
      onFrame(legs, clock.now())
    }
  } else await clock.advance(seconds * 1000)
  const spent = cpuMs() - before
  clock.stop()
  await setImmediate()
  return (spent * 1000) / about.size / seconds
}

async function best(of: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let time = 0; time < 3; time++) least = Math.min(least, await of())
  return least
}

async function measureCpu(): Promise<void> {
  console.log('CPU of a participant, µs a second (virtual time, best of three)')
  console.log('  participants, talkers      events only   read by frames   recorded')
  for (const [size, talkers, seconds] of [
    [3, 1, 600],
    [3, 3, 600],
    [20, 3, 120],
    [20, 20, 120],
    [250, 10, 20],
    [250, 250, 20],
  ] as const) {
    const unread = { size, talkers, recorded: false }
    const events = await best(() => measure(unread, seconds))
    const recorded = await best(() => measure({ ...unread, recorded: true }, seconds))
    // To stop the clock fifty times a second costs too, and is no part of the room.
    const steps = await best(() => measure(unread, seconds, () => {}))
    const read = await best(() => measure(unread, seconds, readFrames))
    const row = [events, events + read - steps, recorded].map((us) => us.toFixed(1).padStart(14))
    console.log(`  ${String(size).padStart(4)}, ${String(talkers).padStart(4)}        ${row.join('')}`)
  }
}

const LIVE_SECONDS = 20

/** Of size 0: how late such a timer is on this machine when there is nothing to do. */
async function live(size: number, talkers: number): Promise<string> {
  const legs = openRoom(new RealClock(), { size, talkers, recorded: false })
  const late: number[] = []
  const busy: number[] = []
  const startedAt = Math.ceil((performance.timeOrigin + performance.now()) / FRAME_MS) * FRAME_MS
  let before = 0
  for (let due = startedAt; due < startedAt + (LIVE_SECONDS + 2) * 1000; due += FRAME_MS) {
    if (due === startedAt + 2000) {
      late.length = 0
      busy.length = 0
      before = cpuMs()
    }
    const now = () => performance.timeOrigin + performance.now()
    await wait(Math.max(0, due - now()))
    const began = now()
    late.push(Math.max(0, began - due))
    readFrames(legs, due)
    busy.push(now() - began)
  }
  const cpu = (cpuMs() - before) / LIVE_SECONDS
  const shares = (values: readonly number[]) =>
    [0.5, 0.99, 1].map((share) => quantile(values, share).toFixed(1)).join(' / ')
  return `frames late ${shares(late)} ms, each takes ${shares(busy)} ms, ${cpu.toFixed(0)} ms of CPU a second`
}

if (wants('cpu')) await measureCpu()
if (wants('live')) {
  console.log('Real time, one thread, by median / p99 / most')
  console.log(`  nothing to do              ${await live(0, 0)}`)
  console.log(`  room of 250, 10 talkers    ${await live(250, 10)}`)
}
process.exit()
