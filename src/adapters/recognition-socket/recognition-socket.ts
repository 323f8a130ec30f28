/**
 * Recognition while somebody speaks, by a server that speaks the Vosk server's protocol over a WebSocket. Each utterance has
 * a connection of its own. A server knows one language; which is asked depends on the language that is expected.
 */
import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import { createSecureContext, getCACertificates } from 'node:tls'
import { WebSocket } from 'ws'
import type {
  ExpectedSpeech,
  LiveRecognition,
  Recognized,
  SpeechRecognizer,
  SpokenSound,
} from '../../engine/ports/recognition.ts'
import { LIMITS, Utterance, type UtteranceLimits } from './utterance.ts'

export interface RecognitionServer {
  /** `en` or `en-GB`; null: whatever is spoken. */
  readonly language: string | null
  /** `ws://127.0.0.1:2700` */
  readonly url: string
}

export interface SocketRecognitionOptions {
  readonly servers: readonly RecognitionServer[]
  /** They open the connections, and judge addresses. */
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent }
  /** PEM of authorities to trust besides the usual ones; null: none. */
  readonly ca: string | null
  readonly limits?: Partial<UtteranceLimits>
}

const HANDSHAKE_MS_MAX = 5000
const ANSWER_BYTES_MAX = 256 * 1024
const AT_ONCE = 200
/** Of sound that is known as a whole, 500 ms are sent at a time. */
const PIECE_BYTES = 4000

export function createSocketRecognizer(options: SocketRecognitionOptions): Required<SpeechRecognizer> {
  return new SocketRecognizer(options)
}

class SocketRecognizer implements SpeechRecognizer {
  readonly #options: SocketRecognitionOptions
  readonly #trust: object
  readonly #running = new Set<Utterance>()
  #isClosed = false

  constructor(options: SocketRecognitionOptions) {
    const { ca } = options
    this.#options = options
    this.#trust =
      ca === null ? {} : { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ca] }) }
  }

  async recognize(speech: SpokenSound): Promise<Recognized> {
    const utterance = this.#begin(speech, () => {})
    for (let at = 0; at < speech.ulaw.length; at += PIECE_BYTES) {
      await utterance.push(speech.ulaw.subarray(at, at + PIECE_BYTES))
      await utterance.keptUp()
    }
    return utterance.end()
  }

  open(speech: ExpectedSpeech, onWords: (words: string) => void): LiveRecognition {
    return this.#begin(speech, onWords)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const utterance of [...this.#running]) utterance.fail('is no longer asked')
  }

  #begin({ language }: ExpectedSpeech, onWords: (words: string) => void): Utterance {
    const { servers, limits } = this.#options
    if (this.#isClosed) throw new Error('The recognition server is no longer asked.')
    if (this.#running.size >= AT_ONCE)
      throw new Error(`The recognition server has ${AT_ONCE} utterances under way and takes no more.`)
    const server = pickServer(servers, language)
    if (!server) throw new Error(`No recognition server is set for ${JSON.stringify(language)} (recognition.servers).`)
    const utterance: Utterance = new Utterance({
      socket: this.#connect(server.url),
      onWords,
      limits: { ...LIMITS, ...limits },
      over: () => this.#running.delete(utterance),
    })
    this.#running.add(utterance)
    return utterance
  }

  /** @throws Error with a sentence when the address is none, or not allowed */
  #connect(url: string): WebSocket {
    const { agents } = this.#options
    try {
      return new WebSocket(url, {
        agent: /^wss:/i.test(url) ? agents.https : agents.http,
        ...this.#trust,
        handshakeTimeout: HANDSHAKE_MS_MAX,
        maxPayload: ANSWER_BYTES_MAX,
        perMessageDeflate: false,
        followRedirects: false,
      })
    } catch (error) {
      throw new Error(`The recognition server was not reached: ${(error as Error).message}.`)
    }
  }
}

/** That of `en-GB`, else of `en`, else of any language. */
function pickServer(servers: readonly RecognitionServer[], language: string): RecognitionServer | undefined {
  const wanted = language.toLowerCase()
  const [primary] = wanted.split('-')
  const of = (tag: string | undefined) => servers.find((server) => server.language?.toLowerCase() === tag)
  return of(wanted) ?? of(primary) ?? servers.find((server) => server.language === null)
}
