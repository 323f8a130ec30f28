/**
 * Speech by a service that answers as OpenAI's does: `POST …/audio/speech` with JSON, and sound comes back. Local
 * servers and most vendors have the same interface. It knows a speed but no pitch: a pitch asked for is not heard.
 */
import type { Pcm } from '../../engine/ports/sound.ts'
import type { SpeechSynthesizer, Words } from '../../engine/ports/speech.ts'
import type { HttpTransport } from '../../journal/http-transport.ts'
import { Gate } from '../../lib/gate.ts'
import { splitText } from '../../lib/split-text.ts'
import { type AnswerFormat, readAnswer } from './read-answer.ts'

/** The service's own names. */
export interface ServiceVoices {
  readonly female: string
  readonly male: string
  /** Instead of those, for voices asked for by these names: `Polly.Joanna`. */
  readonly named: ReadonlyMap<string, string>
}

export interface OpenaiOptions {
  readonly transport: HttpTransport
  /** What `/audio/speech` is appended to: `https://api.openai.com/v1`. */
  readonly url: string
  /** Null: the service wants none. */
  readonly key: string | null
  readonly model: string
  readonly voices: ServiceVoices
  readonly format: AnswerFormat
}

const TEXT_LENGTH_MAX = 5000
/** OpenAI's own limit is 4096. */
const PIECE_LENGTH_MAX = 4000
const SPEED_MIN = 0.25
const SPEED_MAX = 4
const AT_ONCE = 8
const TEXTS_WAITING_MAX = 256
const CONNECT_MS_MAX = 5000
const READ_MS_MAX = 30_000
const TOTAL_MS_MAX = 60_000
/** Twenty minutes at 24 kHz. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024

export function createOpenai(options: OpenaiOptions): SpeechSynthesizer {
  return new Openai(options)
}

class Openai implements SpeechSynthesizer {
  readonly id: string
  readonly #options: OpenaiOptions
  readonly #endpoint: string
  readonly #closing = new AbortController()
  readonly #gate = new Gate({
    atOnce: AT_ONCE,
    waitingMax: TEXTS_WAITING_MAX,
    full: `The speech service has ${TEXTS_WAITING_MAX} texts waiting and takes no more.`,
  })

  constructor(options: OpenaiOptions) {
    const { url, model, format, voices } = options
    this.#options = options
    this.#endpoint = `${url.replace(/\/+$/, '')}/audio/speech`
    const { female, male, named } = voices
    const pairs = [['female', female], ['male', male], ...[...named].sort()].map((pair) => pair.join('='))
    this.id = `openai ${model} ${format} ${pairs.join(',')} ${this.#endpoint}`
  }

  async synthesize(words: Words): Promise<Pcm> {
    const { length } = words.text
    if (length > TEXT_LENGTH_MAX)
      throw new Error(
        `The text has ${length} characters; a speech service is given at most ${TEXT_LENGTH_MAX} at once.`,
      )
    const spoken: Pcm[] = []
    for (const piece of splitText(words.text, PIECE_LENGTH_MAX))
      spoken.push(await this.#gate.pass(() => this.#ask({ ...words, text: piece })))
    return joined(spoken)
  }

  async close(): Promise<void> {
    this.#gate.close(new Error('The speech service is no longer asked.'))
    this.#closing.abort()
  }

  async #ask({ text, voice, rate }: Words): Promise<Pcm> {
    const { transport, key, model, voices, format } = this.#options
    const result = await transport.send({
      method: 'POST',
      url: this.#endpoint,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'ringback',
        ...(key !== null && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({
        model,
        voice: voices.named.get(voice.name) ?? voices[voice.gender],
        input: text,
        response_format: format,
        speed: Math.min(SPEED_MAX, Math.max(SPEED_MIN, rate)),
      }),
      connectTimeoutMs: CONNECT_MS_MAX,
      readTimeoutMs: READ_MS_MAX,
      totalTimeoutMs: TOTAL_MS_MAX,
      bodyBytesMax: ANSWER_BYTES_MAX,
      stop: this.#closing.signal,
    })
    if (!result.ok) throw new Error(`The speech service was not reached: ${result.message}`)
    return readAnswer(result, format, key)
  }
}

function joined(spoken: readonly Pcm[]): Pcm {
  const [first, second] = spoken
  if (first && !second) return first
  const { sampleRate = 24_000 } = first ?? {}
  if (spoken.some((piece) => piece.sampleRate !== sampleRate))
    throw new Error('The speech service changed its sample rate in the middle of a text.')
  const samples = new Int16Array(spoken.reduce((length, piece) => length + piece.samples.length, 0))
  let at = 0
  for (const piece of spoken) {
    samples.set(piece.samples, at)
    at += piece.samples.length
  }
  return { samples, sampleRate }
}
