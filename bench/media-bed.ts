/** What the benchmarks of sound share: sounds, orders, CPU time, and legs that do one thing for as long as they are open. */
import type { Collect, Program, Prompt, RecordCall } from '../src/engine/ports/leg-media.ts'
import type { LegEvents, MediaEngine, PartyMedia } from '../src/engine/ports/media-engine.ts'
import type { RecordingFiles } from '../src/engine/ports/recording-files.ts'
import type { Sound } from '../src/engine/ports/sound.ts'
import { joinSound } from '../src/engine/sounds/shared-sound.ts'
import { timedSynthesizer } from '../src/engine/speech/timed-synthesizer.ts'
import { newSid } from '../src/lib/ids.ts'
import { renderKeys } from '../src/wire/codec/dtmf.ts'
import { toUlaw } from '../src/wire/codec/g711.ts'

const voice = { name: 'woman', gender: 'female', language: 'en-US' } as const
/** Somebody speaking for about so long, at -20 dBFS. */
async function speech(lengthMs: number): Promise<Uint8Array> {
  const text = 'x'.repeat(Math.ceil(lengthMs / 60))
  return toUlaw((await timedSynthesizer().synthesize({ text, voice, rate: 1, pitch: 1 })).samples)
}

export const PROMPT_MS = 3000
export const prompt: Sound = joinSound('a'.repeat(32), [await speech(PROMPT_MS)])
export const partysWords: Sound = joinSound('b'.repeat(32), [await speech(10 * 60_000)])
const keys = toUlaw(renderKeys('12#'))
/** Three keys in band, then words: as long as a prompt in all. */
const keysThenWords = [keys, (await speech(PROMPT_MS)).subarray(keys.length)]
export const partysKeys: Sound = joinSound('c'.repeat(32), Array.from({ length: 200 }, () => keysThenWords).flat())

const say = (sound: Sound): Prompt => ({ kind: 'say', verb: 'Say', text: 'For sales, press 1.', sound })
const untilGone = new AbortController().signal

export const silentEvents: LegEvents = {
  spanStarted() {},
  spanEnded() {},
  keyHeard() {},
  recordingBegan() {},
  lost() {
    throw new Error('a leg lost its media')
  },
}

/** What recording costs without the disk. */
export const noFiles: RecordingFiles = {
  create: () => ({ append() {}, drained: async () => {}, behind: false, close: async () => null }),
}

/** Runs one program after the other until the leg is gone. */
async function repeat(leg: PartyMedia, program: Program): Promise<void> {
  while ((await leg.run(program, untilGone)).outcome !== 'gone');
}

const order = (about: Pick<RecordCall, 'channels' | 'track'>): RecordCall => ({
  ...about,
  sid: newSid('RE'),
  trim: false,
  maxLengthMs: 24 * 3600_000,
})
const collect: Collect = { numDigits: 3, finishOnKey: '#', timeoutMs: 5000 }
const playing: Program = { play: [{ prompt: say(prompt), times: 20 }] }

/** What a leg and its party do from the moment it is open. */
export const DOINGS = {
  'play a cached prompt': (leg) => void repeat(leg, playing),
  'gather, keys out of band': (leg, every) => {
    void repeat(leg, { play: [{ prompt: say(prompt), times: 1 }], collect })
    // Each prompt is over, then two keys a second apart and the finishing one.
    every(PROMPT_MS + 3000, [PROMPT_MS + 500, PROMPT_MS + 1500, PROMPT_MS + 2500], (at) =>
      leg.press(at === 2 ? '#' : '1'),
    )
  },
  'gather, keys in band': (leg) => {
    void repeat(leg, { play: [{ prompt: say(prompt), times: 1 }], collect })
    leg.sound(partysKeys)
    leg.listenForKeys()
  },
  'record inbound, mono': (leg) => {
    leg.sound(partysWords)
    leg.record(order({ channels: 1, track: 'inbound' }))
  },
  'record both, dual, while playing': (leg) => {
    void repeat(leg, playing)
    leg.sound(partysWords)
    leg.record(order({ channels: 2, track: 'both' }))
  },
  'record a message, watch for silence': (leg) => {
    leg.sound(partysWords)
    const record = { sid: newSid('RE'), finishOnKey: '#', silenceMs: 5000, maxLengthMs: 3600_000, trim: true }
    void leg.run({ play: [], record }, untilGone)
  },
} as const satisfies Record<string, Doing>

export type Doing = (leg: PartyMedia, every: Every) => void
/** Acts at these moments of each period, counted from the beginning of the leg. */
export type Every = (periodMs: number, atMs: readonly number[], act: (index: number) => void) => void

export const openLeg = (engine: MediaEngine): PartyMedia => engine.open(silentEvents)

/** Milliseconds of CPU of this process, all threads. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0
