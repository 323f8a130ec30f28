/**
 * From the reference's voice names to what a synthesizer can use: a gender and a language. No name is refused; what the
 * reader of TwiML let through is spoken by somebody. `docs/compat/voices.md` is this for users.
 */
import type { Voice } from '../ports/speech.ts'
import { googleVoice } from './google-voices.ts'
import { pollyVoice } from './polly-voices.ts'

/** Who speaks when a name tells nothing. */
const UNKNOWN = { gender: 'female', language: 'en-US' } as const

/** The three without a vendor; they speak whatever language they are asked for. */
const BASIC = new Map([
  ['man', { gender: 'male', language: 'en-US' }],
  ['woman', { gender: 'female', language: 'en-US' }],
  ['alice', { gender: 'female', language: 'en-US' }],
] as const)

/** @param language of the text; null is the voice's own. It does not change who speaks. */
export function toVoice(name: string, language: string | null): Voice {
  const speaker = speakerOf(name) ?? UNKNOWN
  return { name, gender: speaker.gender, language: language ?? speaker.language }
}

function speakerOf(name: string): Pick<Voice, 'gender' | 'language'> | null {
  const [, vendor, own = ''] = /^(Polly|Google)\.(.+)$/.exec(name) ?? []
  if (vendor === 'Polly') return pollyVoice(own.replace(/-(?:Neural|Generative|Long-Form)$/, ''))
  if (vendor === 'Google') return googleVoice(own)
  return (BASIC as ReadonlyMap<string, Pick<Voice, 'gender' | 'language'>>).get(name) ?? null
}
