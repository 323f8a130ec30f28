/**
 * Calls to listen to in tests: speech of the built-in voices, tones and silence one after the other, as a line delivers
 * them: with noise, and through µ-law. The same from the same parts.
 */
import { FRAME, VoiceActivity } from '../../wire/codec/energy.ts'
import { fromUlaw, SAMPLES_PER_MS, toUlaw } from '../../wire/codec/g711.ts'
import { seeded } from '../../wire/codec/test-dtmf-audio.ts'
import { amplitudeOf, cadenceLengthMs, parseCadence, renderCadence, toSample } from '../../wire/codec/tone.ts'
import type { Pcm } from '../ports/sound.ts'
import type { SpeechSynthesizer, Words } from '../ports/speech.ts'
import { timedSynthesizer } from '../speech/timed-synthesizer.ts'

export type Speaker = 'female' | 'male' | 'murmur'
export const SPEAKERS: readonly Speaker[] = ['female', 'male', 'murmur']

const NOISE_DBFS = -55

export type Prosody = Partial<Pick<Words, 'rate' | 'pitch'>>

/** @param voices speaks as a woman and as a man; the murmur is the timed voice's own */
export function speechOf(voices: SpeechSynthesizer) {
  const timed = timedSynthesizer()
  const spoken = new Map<string, Promise<Int16Array>>()
  /** Words at 8 kHz. What has been said before is not made again. */
  function say(text: string, speaker: Speaker, { rate = 1, pitch = 1 }: Prosody = {}): Promise<Int16Array> {
    const key = JSON.stringify([text, speaker, rate, pitch])
    const gender = speaker === 'male' ? 'male' : 'female'
    const words: Words = { text, voice: { name: gender, gender, language: 'en-US' }, rate, pitch }
    const made = spoken.get(key) ?? (speaker === 'murmur' ? timed : voices).synthesize(words).then(toTelephoneRate)
    spoken.set(key, made)
    return made
  }
  return { say, close: () => voices.close() }
}

/** Positions between two samples that are told apart. */
const PHASES = 32

/** By a windowed low-pass filter. */
export function toTelephoneRate({ samples, sampleRate }: Pcm): Int16Array {
  if (sampleRate === 8000) return samples
  const ratio = sampleRate / 8000
  const reach = Math.ceil(16 * ratio)
  const filters = Array.from({ length: PHASES }, (_, phase) =>
    Float64Array.from({ length: 2 * reach + 1 }, (_, index) => {
      const distance = index - reach - phase / PHASES
      const x = distance / ratio
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
      return (sinc / ratio) * (0.54 + 0.46 * Math.cos((Math.PI * distance) / (reach + 1)))
    }),
  )
  return Int16Array.from({ length: Math.floor(samples.length / ratio) }, (_, index) => {
    const position = Math.round(index * ratio * PHASES)
    const filter = filters[position % PHASES]!
    const first = Math.floor(position / PHASES) - reach
    let sum = 0
    for (let tap = 0; tap < filter.length; tap++) sum += filter[tap]! * (samples[first + tap] ?? 0)
    return toSample(sum)
  })
}

/** A cadence once through, or for as long as is said. */
export function tone(
  cadence: string,
  { lengthMs, levelDbfs = -15 }: { readonly lengthMs?: number; readonly levelDbfs?: number } = {},
): Int16Array {
  const parsed = parseCadence(cadence)
  return renderCadence(parsed, { lengthMs: lengthMs ?? cadenceLengthMs(parsed), levelDbfs })
}

/** @param parts samples, or milliseconds of silence */
export function joined(...parts: readonly (number | Int16Array)[]): Int16Array {
  const all = parts.map((part) => (typeof part === 'number' ? new Int16Array(part * SAMPLES_PER_MS) : part))
  const samples = new Int16Array(all.reduce((count, part) => count + part.length, 0))
  let at = 0
  for (const part of all) {
    samples.set(part, at)
    at += part.length
  }
  return samples
}

/** Over a line: noise at -55 dBFS, and µ-law. */
export function overLine(samples: Int16Array, noiseDbfs: number | null = NOISE_DBFS): Int16Array {
  const random = seeded(20)
  const width = noiseDbfs === null ? 0 : (amplitudeOf(noiseDbfs) / Math.SQRT2) * Math.sqrt(12)
  const noisy = samples.map((sample) => toSample(sample + width * (random() - 0.5)))
  return fromUlaw(toUlaw(noisy))
}

export interface Sounding {
  readonly fromMs: number
  readonly toMs: number
  /** When it has lasted for so long, counting pauses, and is heard; null when it ends before. */
  reachesMs(spanMs: number): number | null
}

/** Where sound begins and ends in clean audio. */
export function soundOf(samples: Int16Array): Sounding {
  const activity = new VoiceActivity()
  const ends: number[] = []
  for (let at = 0; at < samples.length; at += FRAME) {
    const frame = new Int16Array(FRAME)
    frame.set(samples.subarray(at, at + FRAME))
    activity.push(frame)
    if (activity.lastActiveEnd !== null) ends.push(activity.lastActiveEnd / SAMPLES_PER_MS)
  }
  const fromMs = activity.firstActive! / SAMPLES_PER_MS
  return { fromMs, toMs: ends.at(-1)!, reachesMs: (spanMs) => ends.find((endMs) => endMs >= fromMs + spanMs) ?? null }
}
