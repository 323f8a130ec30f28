/**
 * Which sounds speeches are, as far as was found out of late: to plan a speech and to hash the plan costs more than all
 * else when the sound itself is in memory, and most speeches are said again with the next call.
 */
import { planSpeech, type Speech } from '../speech/plan-speech.ts'
import { speechId } from './sound-id.ts'

/** Two megabytes or so: speeches, and how long a speech is that is remembered, in characters of JSON. */
const SPEECHES_MAX = 1000
const SPEECH_CHARS_MAX = 1000

export class SpeechIds {
  readonly #ids = new Map<string, string>()

  /** @param synthesizer the id of the one that speaks */
  idOf(synthesizer: string, speech: Speech): string {
    const { content, voice, language } = speech
    const key = JSON.stringify([synthesizer, voice, language, content])
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const id = speechId(synthesizer, planSpeech(speech))
    if (key.length <= SPEECH_CHARS_MAX) this.#remember(key, id)
    return id
  }

  #remember(key: string, id: string): void {
    const [first] = this.#ids.keys()
    if (this.#ids.size >= SPEECHES_MAX && first !== undefined) this.#ids.delete(first)
    this.#ids.set(key, id)
  }
}
