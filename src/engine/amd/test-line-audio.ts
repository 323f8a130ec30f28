/**
 * Calls to listen to in tests: speech of the built-in voices, tones and silence one after the other, as a line delivers
 * them: with noise, and through µ-law. The same from the same parts.
 */
import { createFlite } from '../../adapters/speech-flite/flite.ts'
import { FRAME, VoiceActivity } from '../../wire/codec/energy.ts'
import { fromUlaw, SAMPLES_PER_MS, toUlaw } from '../../wire/codec/g711.ts'
import { seeded } from '../../wire/codec/test-dtmf-audio.ts'
import { amplitudeOf, parseCadence, renderCadence, toSample } from '../../wire/codec/tone.ts'
import type { Pcm } from '../ports/sound.ts'
import type { Words } from '../ports/speech.ts'
import { timedSynthesizer } from '../speech/timed-synthesizer.ts'

export type Speaker = 'female' | 'male' | 'murmur'
export const SPEAKERS: readonly Speaker[] = ['female', 'male', 'murmur']

const NOISE_DBFS = -55

const flite = createFlite()
const timed = timedSynthesizer()
const spoken = new Map<string, Promise<Int16Array>>()

/** Ends the thread that speaks; for `after`. */
export const closeSpeech = (): Promise<void> => flite.close()

/** Words at 8 kHz. What has been said before is not made again. */
export function say(
  text: string,
  speaker: Speaker,
  { rate = 1, pitch = 1 }: Partial<Pick<Words, 'rate' | 'pitch'>> = {},
): Promise<Int16Array> {
  const key = JSON.stringify([text, speaker, rate, pitch])
  const already = spoken.get(key)
  if (already) return already
  const gender = speaker === 'male' ? 'male' : 'female'
  const words: Words = { text, voice: { name: gender, gender, language: 'en-US' }, rate, pitch }
  const made = (speaker === 'murmur' ? timed : flite).synthesize(words).then(toTelephoneRate)
  spoken.set(key, made)
  return made
}

/** An echo of `<Play>`'s own way would be another adapter's: a low-pass filter, and a line between two samples, do. */
function toTelephoneRate({ samples, sampleRate }: Pcm): Int16Array {
  if (sampleRate === 8000) return samples
  const ratio = sampleRate / 8000
  const reach = Math.ceil(16 * ratio)
  const taps = Array.from({ length: 2 * reach + 1 }, (_, index) => {
    const x = (index - reach) / ratio
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
    return (sinc / ratio) * (0.54 + 0.46 * Math.cos((Math.PI * (index - reach)) / (reach + 1)))
  })
  return Int16Array.from({ length: Math.floor(samples.length / ratio) }, (_, index) => {
    const middle = Math.round(index * ratio)
    let sum = 0
    for (const [tap, weight] of taps.entries()) sum += weight * (samples[middle + tap - reach] ?? 0)
    return toSample(sum)
  })
}

/** A cadence once through, or for as long as is said. */
export function tone(cadence: string, { lengthMs, levelDbfs = -15 }: { lengthMs?: number; levelDbfs?: number } = {}) {
  const parsed = parseCadence(cadence)
  const once = parsed.reduce((sum, segment) => sum + segment.lengthMs, 0)
  return renderCadence(parsed, { lengthMs: lengthMs ?? once, levelDbfs })
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

/** Where sound begins and ends in clean audio, in milliseconds. */
export function soundOf(samples: Int16Array): { readonly fromMs: number; readonly toMs: number } {
  const activity = new VoiceActivity()
  activity.push(samples)
  activity.push(new Int16Array(FRAME))
  return { fromMs: activity.firstActive! / SAMPLES_PER_MS, toMs: activity.lastActiveEnd! / SAMPLES_PER_MS }
}
