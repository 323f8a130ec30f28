/** Whom to listen to when verdicts are counted: the voices of one synthesizer at several paces and pitches. */
import type { SpeechSynthesizer, Words } from '../ports/speech.ts'
import { joined, soundOf, toTelephoneRate } from './test-line-audio.ts'
import { atLevel } from './test-noises.ts'

export interface Speakers {
  readonly count: number
  /** One sentence after the other. What has been said before is not made again. */
  say(sentences: readonly string[], speaker: number, pauseMs: number): Promise<Spoken>
}

export interface Spoken {
  /** At `SPOKEN_DBFS`, 8 kHz. */
  readonly samples: Int16Array
  /** Where its first word begins and its last one ends. */
  readonly fromMs: number
  readonly toMs: number
}

type Speaker = Omit<Words, 'text'>

const SPOKEN_DBFS = -18
/** What is left of the silence that a synthesizer makes around its words: soft beginnings and ends are in it. */
const AROUND_MS = 60

const speaker = (language: string, gender: 'female' | 'male', rate: number, pitch: number): Speaker => ({
  voice: { name: gender, gender, language },
  rate,
  pitch,
})

export const FLITE_SPEAKERS: readonly Speaker[] = [
  speaker('en-US', 'male', 1, 1),
  speaker('en-US', 'female', 1, 1),
  speaker('en-US', 'male', 1.2, 0.85),
  speaker('en-US', 'female', 1.15, 1.2),
  speaker('en-US', 'male', 1.1, 1.2),
  speaker('en-US', 'female', 0.9, 0.85),
]

/** Accents and, after the plus, throats: `espeak-ng --voices=variant` lists them. */
export const ESPEAK_SPEAKERS: readonly Speaker[] = [
  speaker('en-us', 'male', 1, 1),
  speaker('en-gb', 'female', 1, 1),
  speaker('en-gb-scotland', 'male', 1.1, 0.9),
  speaker('en-us+f2', 'male', 0.9, 1.1),
  speaker('en-gb+m3', 'male', 1.15, 1),
  speaker('en-gb-x-rp+f4', 'male', 1, 1),
  speaker('en-us+klatt', 'male', 1, 1),
  speaker('en-029', 'male', 1, 1.15),
  speaker('en-us-nyc+f5', 'male', 1.05, 1),
  speaker('en-us+croak', 'male', 0.95, 1),
  speaker('en-us+linda', 'male', 1, 1),
  speaker('en-gb+grandpa', 'male', 1, 1),
]

/** The names by which espeak-ng can be asked for them, beside its languages. */
export const withSpeakers = (languages: ReadonlySet<string>, speakers: readonly Speaker[]): ReadonlySet<string> =>
  new Set([...languages, ...speakers.map(({ voice }) => voice.language)])

export function speakersOf(synthesizer: SpeechSynthesizer, speakers: readonly Speaker[]): Speakers {
  const spoken = new Map<string, Promise<Int16Array>>()
  function sentence(text: string, index: number): Promise<Int16Array> {
    const key = `${index} ${text}`
    const made =
      spoken.get(key) ??
      synthesizer.synthesize({ text, ...speakers[index]! }).then((pcm) => {
        const samples = Int16Array.from(atLevel(Float64Array.from(toTelephoneRate(pcm)), SPOKEN_DBFS))
        const { fromMs, toMs } = soundOf(samples)
        return samples.subarray(Math.max(0, fromMs - AROUND_MS) * 8, (toMs + AROUND_MS) * 8)
      })
    spoken.set(key, made)
    return made
  }
  return {
    count: speakers.length,
    async say(sentences, index, pauseMs) {
      const parts: (number | Int16Array)[] = []
      for (const text of sentences) parts.push(await sentence(text, index), Math.max(0, pauseMs - 2 * AROUND_MS))
      const samples = joined(...parts.slice(0, -1))
      const { fromMs, toMs } = soundOf(samples)
      return { samples, fromMs, toMs }
    },
  }
}
