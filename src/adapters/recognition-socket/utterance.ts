/**
 * One utterance on a socket of its own: its sound goes to the server as it is spoken, and words come back. Whatever goes
 * wrong, a server that is not there, falls silent, talks nonsense or too much, ends it with a sentence; it never hangs.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { LiveRecognition, Recognized } from '../../engine/ports/recognition.ts'
import { fromUlaw } from '../../wire/codec/g711.ts'
import { CONFIG, EOF, parseAnswer } from './vosk-messages.ts'

export interface UtteranceLimits {
  /** From the end of the sound to the last words. */
  readonly lastWordsMsMax: number
  /** Of the whole utterance. */
  readonly utteranceMsMax: number
  /** How long a piece of sound is waited for to be answered, and all of them together when they are not. */
  readonly stepMsMax: number
  readonly stepsMsMax: number
}

export const LIMITS: UtteranceLimits = {
  lastWordsMsMax: 10_000,
  utteranceMsMax: 300_000,
  stepMsMax: 1000,
  stepsMsMax: 5000,
}

const SAMPLE_RATE = 8000
/** What the server has not read yet, 16 s of sound. */
const UNREAD_BYTES_MAX = 256 * 1024
const READ_EVERY_MS = 20
/** Ten a second for a quarter of an hour. */
const ANSWERS_MAX = 10_000
const TEXT_LENGTH_MAX = 16_384
/** Last words are the last when nothing follows them for so long: not every server answers every message, or hangs up. */
const NOTHING_MORE_MS = 500
const SHOWN_LENGTH_MAX = 100

interface Step {
  readonly number: number
  readonly done: () => void
}

export interface UtteranceOptions {
  readonly socket: WebSocket
  readonly onWords: (words: string) => void
  readonly limits: UtteranceLimits
  /** Called once. */
  readonly over: () => void
}

export class Utterance implements LiveRecognition {
  readonly #options: UtteranceOptions
  readonly #outcome = Promise.withResolvers<Recognized>()
  /** Sound that waits for the socket to stand. */
  #waiting: Buffer[] = []
  #waitingBytes = 0
  /** Messages that are to be answered, and that were. */
  #sent = 0
  #answered = 0
  #steps: Step[] = []
  #patienceMs: number
  #phrases: string[] = []
  #confidences: number[] = []
  #told = ''
  /** No more sound comes. */
  #hasEnded = false
  /** A phrase has come since. */
  #hasLastWords = false
  #isOver = false
  readonly #limit: NodeJS.Timeout
  #lastWords: NodeJS.Timeout | undefined
  #nothingMore: NodeJS.Timeout | undefined

  constructor(options: UtteranceOptions) {
    const { socket, limits } = options
    this.#options = options
    this.#patienceMs = limits.stepsMsMax
    // Nobody may ask for it.
    this.#outcome.promise.catch(() => {})
    this.#limit = setTimeout(() => this.fail(`took more than ${limits.utteranceMsMax} ms`), limits.utteranceMsMax)
    socket.on('open', () => this.#opened())
    socket.on('message', (data: Buffer) => this.#onAnswer(data.toString()))
    socket.on('error', (error) => this.fail(`was not reached, or broke the protocol: ${error.message}`))
    socket.on('close', () => this.#closed())
  }

  push(ulaw: Uint8Array): Promise<void> {
    if (this.#isOver || this.#hasEnded || ulaw.length === 0) return Promise.resolve()
    const pcm = toPcm(ulaw)
    if (this.#unread + pcm.length > UNREAD_BYTES_MAX) {
      this.fail(`reads too slowly: it is more than ${UNREAD_BYTES_MAX / 1024} KiB behind`)
      return Promise.resolve()
    }
    this.#sent += 1
    if (this.#options.socket.readyState === WebSocket.OPEN) this.#options.socket.send(pcm)
    else {
      this.#waiting.push(pcm)
      this.#waitingBytes += pcm.length
    }
    return this.#answerTo(this.#sent)
  }

  /** Resolves when the server has read most of what there is, or the utterance is over. */
  async keptUp(): Promise<void> {
    while (!this.#isOver && this.#unread > UNREAD_BYTES_MAX / 4) await wait(READ_EVERY_MS)
  }

  end(): Promise<Recognized> {
    if (this.#isOver || this.#hasEnded) return this.#outcome.promise
    this.#hasEnded = true
    this.#sent += 1
    const { socket, limits } = this.#options
    if (socket.readyState === WebSocket.OPEN) socket.send(EOF)
    this.#lastWords = setTimeout(() => this.#noLastWords(), limits.lastWordsMsMax)
    return this.#outcome.promise
  }

  close(): void {
    if (!this.#hasEnded) this.fail('is no longer asked')
  }

  /** Ends it for this reason. */
  fail(why: string): void {
    if (this.#finish()) this.#outcome.reject(new Error(`The recognition server ${why}.`))
  }

  get #unread(): number {
    return this.#waitingBytes + this.#options.socket.bufferedAmount
  }

  #opened(): void {
    if (this.#isOver) return
    const { socket } = this.#options
    socket.send(CONFIG(SAMPLE_RATE))
    for (const pcm of this.#waiting.splice(0)) socket.send(pcm)
    this.#waitingBytes = 0
    if (this.#hasEnded) socket.send(EOF)
  }

  #onAnswer(json: string): void {
    if (this.#isOver) return
    const answer = parseAnswer(json)
    if (!answer) {
      const shown = json.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, SHOWN_LENGTH_MAX)
      this.fail(`answered with something else than words: ${JSON.stringify(shown)}`)
      return
    }
    this.#answered += 1
    if (this.#answered > ANSWERS_MAX) {
      this.fail(`gave more than ${ANSWERS_MAX} answers`)
      return
    }
    if (answer.kind === 'final') {
      if (answer.text !== '') this.#phrases.push(answer.text)
      this.#confidences.push(...answer.confidences)
      this.#hasLastWords = this.#hasEnded
    }
    this.#tell(answer.kind === 'partial' ? answer.text : '')
    const done = this.#steps.filter(({ number }) => number <= this.#answered)
    for (const step of done) step.done()
    if (!this.#hasLastWords) return
    if (this.#answered >= this.#sent) this.#settle()
    else {
      clearTimeout(this.#nothingMore)
      this.#nothingMore = setTimeout(() => this.#settle(), NOTHING_MORE_MS)
    }
  }

  #tell(partial: string): void {
    const words = [...this.#phrases, partial].filter(Boolean).join(' ').slice(0, TEXT_LENGTH_MAX)
    if (words === this.#told || words === '') return
    this.#told = words
    this.#options.onWords(words)
  }

  #closed(): void {
    if (this.#hasLastWords) this.#settle()
    else this.fail('closed the connection before the last words')
  }

  #noLastWords(): void {
    if (this.#hasLastWords) this.#settle()
    else this.fail(`did not tell the last words within ${this.#options.limits.lastWordsMsMax} ms`)
  }

  #settle(): void {
    if (!this.#finish()) return
    const sum = this.#confidences.reduce((total, one) => total + one, 0)
    this.#outcome.resolve({
      text: this.#phrases.join(' ').slice(0, TEXT_LENGTH_MAX),
      confidence: this.#confidences.length === 0 ? null : sum / this.#confidences.length,
    })
  }

  /** Resolves when so many messages have been answered, or after a while. */
  #answerTo(number: number): Promise<void> {
    const mostMs = Math.min(this.#options.limits.stepMsMax, this.#patienceMs)
    if (mostMs <= 0) return Promise.resolve()
    return new Promise((resolve) => {
      const limit = setTimeout(() => {
        this.#patienceMs -= mostMs
        step.done()
      }, mostMs)
      const step: Step = {
        number,
        done: () => {
          clearTimeout(limit)
          this.#steps = this.#steps.filter((one) => one !== step)
          resolve()
        },
      }
      this.#steps.push(step)
    })
  }

  #finish(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    for (const timer of [this.#limit, this.#lastWords, this.#nothingMore]) clearTimeout(timer)
    for (const step of [...this.#steps]) step.done()
    this.#waiting = []
    this.#options.socket.terminate()
    this.#options.over()
    return true
  }
}

function toPcm(ulaw: Uint8Array): Buffer {
  const samples = fromUlaw(ulaw)
  const pcm = Buffer.alloc(samples.length * 2)
  for (const [index, sample] of samples.entries()) pcm.writeInt16LE(sample, index * 2)
  return pcm
}
