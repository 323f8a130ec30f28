/**
 * Recognition by a service that answers as OpenAI's does: `POST …/audio/transcriptions` with a WAV file in a form, and
 * JSON with the text comes back. Local servers of Whisper and most vendors have the same interface. It tells no
 * confidence.
 */
import type { Recognized, SpeechRecognizer, SpokenSound } from '../../engine/ports/recognition.ts'
import type { HttpResult, HttpTransport } from '../../journal/http-transport.ts'
import { Gate } from '../../lib/gate.ts'
import { formatForm } from './multipart.ts'
import { telephoneWav } from './telephone-wav.ts'

export interface RecognitionOptions {
  readonly transport: HttpTransport
  /** What `/audio/transcriptions` is appended to: `https://api.openai.com/v1`. */
  readonly url: string
  /** Null: the service wants none. */
  readonly key: string | null
  readonly model: string
}

const AT_ONCE = 8
const WAITING_MAX = 256
const CONNECT_MS_MAX = 5000
const READ_MS_MAX = 30_000
const TOTAL_MS_MAX = 60_000
const ANSWER_BYTES_MAX = 256 * 1024
const TEXT_LENGTH_MAX = 16_384
/** Of hints so many characters are sent: models read no more than a couple of hundred words. */
const PROMPT_LENGTH_MAX = 1000
const COMPLAINT_LENGTH_MAX = 300

export function createOpenaiRecognizer(options: RecognitionOptions): SpeechRecognizer {
  return new OpenaiRecognizer(options)
}

class OpenaiRecognizer implements SpeechRecognizer {
  readonly #options: RecognitionOptions
  readonly #endpoint: string
  readonly #closing = new AbortController()
  readonly #gate = new Gate({
    atOnce: AT_ONCE,
    waitingMax: WAITING_MAX,
    full: `The recognition service has ${WAITING_MAX} utterances waiting and takes no more.`,
  })

  constructor(options: RecognitionOptions) {
    this.#options = options
    this.#endpoint = `${options.url.replace(/\/+$/, '')}/audio/transcriptions`
  }

  recognize(speech: SpokenSound): Promise<Recognized> {
    return this.#gate.pass(() => this.#ask(speech))
  }

  async close(): Promise<void> {
    this.#gate.close(new Error('The recognition service is no longer asked.'))
    this.#closing.abort()
  }

  async #ask({ ulaw, language, hints }: SpokenSound): Promise<Recognized> {
    const { transport, key, model } = this.#options
    const prompt = hints.join(', ').slice(0, PROMPT_LENGTH_MAX)
    const { contentType, body } = formatForm(
      {
        model,
        // The service knows languages without regions.
        language: language.split('-')[0]!.toLowerCase(),
        response_format: 'json',
        ...(prompt !== '' && { prompt }),
      },
      { name: 'file', fileName: 'speech.wav', contentType: 'audio/wav', bytes: telephoneWav(ulaw) },
    )
    const result = await transport.send({
      method: 'POST',
      url: this.#endpoint,
      headers: {
        'content-type': contentType,
        'user-agent': 'ringback',
        ...(key !== null && { authorization: `Bearer ${key}` }),
      },
      body,
      connectTimeoutMs: CONNECT_MS_MAX,
      readTimeoutMs: READ_MS_MAX,
      totalTimeoutMs: TOTAL_MS_MAX,
      bodyBytesMax: ANSWER_BYTES_MAX,
      stop: this.#closing.signal,
    })
    if (!result.ok) throw new Error(`The recognition service was not reached: ${result.message}`)
    return { text: readText(result, key), confidence: null }
  }
}

/** @throws Error with a sentence that does not show the key */
function readText({ status, body }: Extract<HttpResult, { readonly ok: true }>, key: string | null): string {
  const answer = Buffer.from(body).toString()
  if (status !== 200) {
    const complaint = answer.replace(/[\p{Cc}\s]+/gu, ' ').trim()
    const shown = (key === null ? complaint : complaint.replaceAll(key, '***')).slice(0, COMPLAINT_LENGTH_MAX)
    throw new Error(`The recognition service answered ${status}${shown && `: ${shown}`}`)
  }
  const text = textOf(answer)
  if (text === null) throw new Error('The recognition service answered with something else than JSON with a text.')
  return text.replace(/\s+/g, ' ').trim().slice(0, TEXT_LENGTH_MAX)
}

function textOf(answer: string): string | null {
  try {
    const text: unknown = JSON.parse(answer)?.text
    return typeof text === 'string' ? text : null
  } catch {
    return null
  }
}
