/** What a `<Gather>` for speech expects to hear, and what it tells of it while it is said. */
import type { Gather } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import type { VerbContext } from '../interpreter/flow.ts'
import { maskProfanity } from '../recognition/profanity.ts'
import { absoluteUrl } from './urls.ts'

/** Of one Gather; words beyond are in the final result only. */
const PARTIAL_RESULTS_MAX = 500
/** How sure a partial result is: the same for all. */
const STABILITY = '0.9'

/** Phrases, without the names of classes of phrases, which only their inventor's recognizer knows. */
export const hintsOf = ({ hints }: Pick<Gather, 'hints'>): readonly string[] =>
  (hints ?? '')
    .split(',')
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '' && !phrase.startsWith('$'))

/**
 * Told of all words so far, it makes the partial result callback; undefined when nobody wants it. The word that was
 * spoken last may change, as far as the app knows; those before it are stable. (A recognizer may still change its mind.)
 */
export function partialResults(gather: Gather, context: VerbContext): ((words: string) => void) | undefined {
  const { partialResultCallback, partialResultCallbackMethod: method, profanityFilter, position } = gather
  if (partialResultCallback === null || partialResultCallback === '') return undefined
  const { host } = context
  const url = absoluteUrl(partialResultCallback, context)
  if (url === null) {
    const message = `partialResultCallback ${JSON.stringify(partialResultCallback)}: not a URL that can be fetched`
    host.alert(alertByName('invalidUrl', message, position))
    return undefined
  }
  let sequence = 0
  return (words) => {
    if (sequence >= PARTIAL_RESULTS_MAX) return
    const shown = profanityFilter ? maskProfanity(words) : words
    const parameters = {
      UnstableSpeechResult: shown,
      StableSpeechResult: shown.slice(0, Math.max(0, shown.lastIndexOf(' '))),
      Stability: STABILITY,
      SequenceNumber: String(sequence),
    }
    sequence += 1
    host.callback({ purpose: 'partial-result', verb: 'Gather', to: { url, method }, parameters })
  }
}
