/** Who speaks for an app, by language: the session's own voice, or the one of a `<Language>`. */
import type { ConversationRelay } from '../../wire/twiml/index.ts'

export interface Speaker {
  /** As `<Say>` names voices. */
  readonly voice: string
  readonly language: string
}

type Named = Pick<ConversationRelay, 'ttsProvider' | 'voice'>
export type Voices = Named & Pick<ConversationRelay, 'language' | 'ttsLanguage' | 'languages'>

/** Who speaks when nobody is named. */
const NOBODY_NAMED = 'woman'

/** The language that is spoken until the app says otherwise. */
export const ttsLanguageOf = ({ ttsLanguage, language }: Pick<Voices, 'ttsLanguage' | 'language'>): string =>
  ttsLanguage ?? language

export function speakerOf(voices: Voices, language: string): Speaker {
  const own = voices.languages.find(({ code }) => code.toLowerCase() === language.toLowerCase())
  // A `<Language>` that names no voice has the session's.
  return { voice: voiceName(own?.voice ? own : voices), language }
}

/** The reference's names here are without the vendor, which stands beside them. */
function voiceName({ ttsProvider, voice }: Named): string {
  if (voice === null || voice === '') return NOBODY_NAMED
  if (/^(?:Polly|Google)\./.test(voice)) return voice
  switch (ttsProvider?.toLowerCase()) {
    case 'google':
      return `Google.${voice}`
    case 'amazon':
      return `Polly.${voice}`
    default:
      return voice
  }
}
