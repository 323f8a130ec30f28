/**
 * What the Vosk server and its clients tell each other over a WebSocket. The client: what is to come, sound as 16-bit PCM in
 * binary messages, and that there is no more. The server answers each message with sound, and the last: `{"partial": …}`
 * while words may still change, and `{"text": …, "result": [{"word": …, "conf": …}]}` once a phrase is over; then it begins
 * anew. Written after the server's source, as there is no other document.
 */

export type VoskAnswer =
  | { readonly kind: 'partial'; readonly text: string }
  | { readonly kind: 'final'; readonly text: string; readonly confidences: readonly number[] }

export const CONFIG = (sampleRate: number): string => JSON.stringify({ config: { sample_rate: sampleRate } })

/** To the letter: the server compares it with this. */
export const EOF = '{"eof" : 1}'

const TEXT_LENGTH_MAX = 16_384

/** @returns null when it is something else */
export function parseAnswer(json: string): VoskAnswer | null {
  let message: unknown
  try {
    message = JSON.parse(json)
  } catch {
    return null
  }
  if (typeof message !== 'object' || message === null) return null
  if ('partial' in message && typeof message.partial === 'string')
    return { kind: 'partial', text: cleaned(message.partial) }
  if ('text' in message && typeof message.text === 'string')
    return {
      kind: 'final',
      text: cleaned(message.text),
      confidences: 'result' in message && Array.isArray(message.result) ? message.result.flatMap(confidenceOf) : [],
    }
  return null
}

const cleaned = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, TEXT_LENGTH_MAX)

function confidenceOf(word: unknown): number[] {
  const conf = typeof word === 'object' && word !== null && 'conf' in word ? word.conf : null
  return typeof conf === 'number' && conf >= 0 && conf <= 1 ? [conf] : []
}
