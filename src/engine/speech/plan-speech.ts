/**
 * From the tree of a `<Say>` to what a synthesizer is asked for, in order: stretches of plain words, each with one voice,
 * rate, pitch and loudness, and the pauses between them. All voices read markup, also those for which the reference
 * does not.
 */
import type { SsmlNode } from '../../wire/twiml/index.ts'
import type { Words } from '../ports/speech.ts'
import { phonemeWords } from './phoneme.ts'
import { sayAs } from './say-as.ts'
import { SpeechDraft } from './speech-draft.ts'
import {
  breakMs,
  PARAGRAPH_PAUSE_MS,
  SENTENCE_PAUSE_MS,
  type SpeechSettings,
  withEmphasis,
  withProsody,
} from './speech-settings.ts'
import { toVoice } from './voices.ts'

export interface Speech {
  readonly content: readonly SsmlNode[]
  readonly voice: string
  /** Null is the voice's own. */
  readonly language: string | null
}

export type SpeechPart =
  | {
      readonly part: 'words'
      readonly words: Words
      /** To add to what the synthesizer makes: -96 to 20. Words that are to be silent take their time at -96. */
      readonly volumeDb: number
    }
  | { readonly part: 'pause'; readonly lengthMs: number }

/** Neighbouring words with the same settings are one part, and so are neighbouring pauses. Nothing to say is no part. */
export function planSpeech({ content, voice, language }: Speech): readonly SpeechPart[] {
  const draft = new SpeechDraft()
  plan(content, { voice: toVoice(voice, language), rate: 1, pitch: 1, volumeDb: 0 }, draft)
  return draft.finish()
}

/** As deep as the document is, which its reader limits. */
function plan(content: readonly SsmlNode[], settings: SpeechSettings, draft: SpeechDraft): void {
  for (const node of content) {
    if (typeof node === 'string') {
      draft.say(node, settings)
      continue
    }
    switch (node.tag) {
      case 'break':
        draft.pause(breakMs(node))
        break
      case 'emphasis':
        plan(node.content, withEmphasis(settings, node.level), draft)
        break
      case 'lang': {
        const { voice } = settings
        plan(node.content, { ...settings, voice: { ...voice, language: node.language ?? voice.language } }, draft)
        break
      }
      case 'p':
      case 's':
        draft.block(node.tag === 'p' ? PARAGRAPH_PAUSE_MS : SENTENCE_PAUSE_MS, () =>
          plan(node.content, settings, draft),
        )
        break
      case 'phoneme':
        draft.say(phonemeWords(node, textOf(node.content)), settings)
        break
      case 'prosody':
        plan(node.content, withProsody(settings, node), draft)
        break
      case 'say-as':
        draft.say(sayAs(textOf(node.content), { ...node, language: settings.voice.language }), settings)
        break
      case 'sub':
        draft.say(node.alias ?? textOf(node.content), settings)
        break
      case 'w':
        plan(node.content, settings, draft)
        break
      default:
        node satisfies never
    }
  }
}

function textOf(content: readonly SsmlNode[]): string {
  return content.map((node) => (typeof node === 'string' ? node : textOf(node.content))).join('')
}
