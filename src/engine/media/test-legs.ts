/**
 * Legs for the tests of those who hear each other: a clock in hand, what each leg is told written down, what each is
 * played recorded, and every sound with a code of its own.
 */
import { type Instant, newSid } from '../../lib/ids.ts'
import { VirtualClock } from '../../lib/virtual-clock.ts'
import { encodeUlaw, SAMPLES_PER_MS, ULAW_TO_LINEAR } from '../../wire/codec/g711.ts'
import type { Program, Prompt, RecordCall } from '../ports/leg-media.ts'
import type { MediaLines } from '../ports/line.ts'
import type { RoomPlace } from '../ports/media-engine.ts'
import { InlineEngine } from './inline-engine.ts'
import type { LegAudio } from './leg-audio.ts'
import { aSound, memoryFiles } from './test-sounds.ts'

export const START = 1_000_000

export const HEARD: RoomPlace = { muted: false, held: false, coaches: null }
export const MUTED: RoomPlace = { ...HEARD, muted: true }
export const HELD: RoomPlace = { ...HEARD, held: true }
export const coaching = (coaches: RoomPlace['coaches']): RoomPlace => ({ ...HEARD, coaches })

/** Runs of equal samples, in milliseconds. */
export type Runs = [lengthMs: number, sample: number][]

export interface TestLeg {
  readonly media: LegAudio
  /** `0 Dial party hello` when a span begins, `300 Dial party hello 300 cut` when it ends; milliseconds since the start. */
  readonly told: string[]
}

export const call = (more: Partial<RecordCall> = {}): RecordCall => ({
  sid: newSid('RE'),
  channels: 1,
  track: 'outbound',
  trim: false,
  maxLengthMs: 14_400_000,
  ...more,
})

export function aSoundEngine(lines?: MediaLines) {
  const clock = new VirtualClock({ startAt: START as Instant, settleMs: 0, mode: 'held' })
  const files = memoryFiles()
  const engine = new InlineEngine({ clock, files, ...(lines && { lines }) })
  const now = () => clock.now() - START
  const leg = (): TestLeg => {
    const told: string[] = []
    const media = engine.open({
      spanStarted: ({ verb, kind, text }) => void told.push(`${now()} ${verb} ${kind} ${text}`),
      spanEnded: ({ verb, kind, text, playedMs, cut }) =>
        void told.push(`${now()} ${verb} ${kind} ${text} ${playedMs}${cut ? ' cut' : ''}`),
      keyHeard() {},
      recordingBegan() {},
      lost() {},
    })
    return { media, told }
  }
  /** Records what the leg is played, or what `record` makes; gives it as runs once everything is over. */
  const listen = (source: { record: (order: RecordCall) => unknown }, more: Partial<RecordCall> = {}): (() => Runs) => {
    const index = files.made.length
    source.record(call(more))
    return () => runsOf(files.made[index]!.samples)
  }
  const at = (ms: number, act: () => void) => void clock.after(ms - now(), act)
  /** Goes on until then, and ends everything. */
  const until = async (ms: number) => {
    await clock.advance(ms - now())
    await engine.stop()
  }
  return { start: START, clock, engine, files, leg, listen, at, until }
}

export function runsOf(samples: ArrayLike<number>): Runs {
  const found: Runs = []
  for (let at = 0; at < samples.length; at++) {
    const last = found.at(-1)
    if (last && last[1] === samples[at]) last[0] += 1
    else found.push([1, samples[at]!])
  }
  return found.map(([count, sample]) => [count / SAMPLES_PER_MS, sample])
}

export const linear = (code: number): number => ULAW_TO_LINEAR[code]!
/** What is heard of these codes at once, in the telephone's code. */
export const together = (...codes: readonly number[]): number =>
  linear(encodeUlaw(codes.reduce((sum, code) => sum + linear(code), 0)))

export const prompt = (text: string, lengthMs: number, code: number): Prompt => ({
  kind: 'say',
  verb: 'Say',
  text,
  sound: aSound(lengthMs, code),
})
export const playing = (...prompts: readonly Prompt[]): Program => ({
  play: prompts.map((one) => ({ prompt: one, times: 1 })),
})
export const never = (): AbortSignal => new AbortController().signal
