/** Speech parts while they are being put together: words with the same settings grow into one, pauses into another. */
import type { SpeechPart } from './plan-speech.ts'
import { isSameSpeech, type SpeechSettings } from './speech-settings.ts'

/** Below the smallest 16-bit sample. Finite, so that it survives JSON and arithmetic. */
const SILENT_DB = -96

/** What ends a word or a sentence and is not spoken itself. */
const CLOSING = /^[.,;:!?…)\]}»”’]+(?=\s|$)/
const UNSPOKEN = /^[\s.,;:!?…()[\]{}"'«»“”‘’–—-]*$/

export class SpeechDraft {
  readonly #parts: SpeechPart[] = []
  #text = ''
  #settings: SpeechSettings | null = null
  /** How often words were said; tells whether a block had any. */
  #said = 0

  /** Adds text as written; white space within and around it counts as one space. */
  say(text: string, settings: SpeechSettings): void {
    if (this.#settings === null || !isSameSpeech(this.#settings, settings)) {
      // `<emphasis>big</emphasis>, he said`: the comma belongs to what it ends.
      const closing = CLOSING.exec(text)?.[0] ?? ''
      this.#text += closing
      const rest = text.slice(closing.length)
      if (rest.trim() === '') {
        this.#text += rest
        return
      }
      this.#flush()
      this.#settings = settings
      this.#text = rest
    } else {
      this.#text += text
    }
    if (!UNSPOKEN.test(text)) this.#said++
  }

  /** Words on both sides of a pause are parted, even if it has no length. */
  pause(lengthMs: number): void {
    if (lengthMs === 0) this.#text += ' '
    else this.#pause((before) => before + lengthMs)
  }

  /** A sentence or a paragraph: the pause follows if anything was said in it, and a longer one there is enough for both. */
  block(pauseMs: number, sayContent: () => void): void {
    const saidBefore = this.#said
    this.#text += ' '
    sayContent()
    this.#text += ' '
    if (this.#said > saidBefore) this.#pause((before) => Math.max(before, pauseMs))
  }

  finish(): readonly SpeechPart[] {
    this.#flush()
    return this.#parts
  }

  #pause(lengthen: (beforeMs: number) => number): void {
    this.#flush()
    const last = this.#parts.at(-1)
    const beforeMs = last?.part === 'pause' ? last.lengthMs : 0
    if (last?.part === 'pause') this.#parts.pop()
    this.#parts.push({ part: 'pause', lengthMs: lengthen(beforeMs) })
  }

  #flush(): void {
    const text = this.#text.replace(/\s+/g, ' ').trim()
    const settings = this.#settings
    this.#text = ''
    this.#settings = null
    if (settings === null || UNSPOKEN.test(text)) return
    const { voice, rate, pitch, volumeDb } = settings
    this.#parts.push({
      part: 'words',
      words: { text, voice, rate, pitch },
      volumeDb: Math.max(SILENT_DB, volumeDb),
    })
  }
}
