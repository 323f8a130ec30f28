/**
 * Speech by espeak-ng, a program that many systems have: more than a hundred languages, with the sound of a machine.
 * One process for a text, which reads it from its input and writes a WAV file to its output.
 */
import { execFile } from 'node:child_process'
import type { Pcm } from '../../engine/ports/sound.ts'
import type { SpeechSynthesizer, Words } from '../../engine/ports/speech.ts'
import { Gate } from '../../lib/gate.ts'
import { readWavSamples } from '../../wire/codec/wav-samples.ts'
import { toArguments, toInput } from './espeak-arguments.ts'
import type { Espeak } from './find-espeak.ts'

export interface EspeakOptions {
  /** A process that takes longer is killed. Default 30 s. */
  readonly textMsMax?: number
  /** Default 64 MiB, 25 minutes. */
  readonly outputBytesMax?: number
  /** Processes at once. Default 4. */
  readonly atOnce?: number
}

/** Counts up when the same words begin to sound otherwise for a reason of ours. */
const REVISION = 1
const TEXT_LENGTH_MAX = 5000
const TEXTS_WAITING_MAX = 256
const COMPLAINT_LENGTH_MAX = 200

export function createEspeak(program: Espeak, options: EspeakOptions = {}): SpeechSynthesizer {
  return new EspeakSynthesizer(program, options)
}

class EspeakSynthesizer implements SpeechSynthesizer {
  readonly id: string
  readonly #program: Espeak
  readonly #textMsMax: number
  readonly #outputBytesMax: number
  readonly #gate: Gate
  readonly #closing = new AbortController()
  readonly #running = new Set<Promise<unknown>>()

  constructor(program: Espeak, { textMsMax = 30_000, outputBytesMax = 64 * 1024 * 1024, atOnce = 4 }: EspeakOptions) {
    this.id = `espeak-ng-${program.version}.${REVISION}`
    this.#program = program
    this.#textMsMax = textMsMax
    this.#outputBytesMax = outputBytesMax
    const full = `espeak-ng has ${TEXTS_WAITING_MAX} texts waiting and takes no more`
    this.#gate = new Gate({ atOnce, waitingMax: TEXTS_WAITING_MAX, full })
  }

  async synthesize(words: Words): Promise<Pcm> {
    const { length } = words.text
    if (length > TEXT_LENGTH_MAX)
      throw new Error(`The text has ${length} characters; espeak-ng takes at most ${TEXT_LENGTH_MAX} at once.`)
    const file = await this.#gate.pass(() => {
      const run = this.#run(toArguments(words, this.#program.languages), toInput(words.text))
      this.#running.add(run)
      return run.finally(() => this.#running.delete(run))
    })
    const { samples, sampleRate } = readWavSamples(file)
    if (samples.length === 0) throw new Error('espeak-ng finds nothing in this text that it could read.')
    return { samples, sampleRate }
  }

  async close(): Promise<void> {
    this.#gate.close(new Error('espeak-ng is closed'))
    this.#closing.abort()
    await Promise.allSettled(this.#running)
  }

  #run(args: readonly string[], input: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        this.#program.path,
        args,
        {
          encoding: 'buffer',
          maxBuffer: this.#outputBytesMax,
          timeout: this.#textMsMax,
          killSignal: 'SIGKILL',
          signal: this.#closing.signal,
        },
        (error, output, complaint) => (error ? reject(this.#toError(error, complaint)) : resolve(output)),
      )
      // A program that ends before it has read everything says why in another way.
      child.stdin?.on('error', () => {})
      child.stdin?.end(input)
    })
  }

  #toError(error: Error & { readonly code?: unknown; readonly killed?: boolean }, complaint: Buffer): Error {
    if (this.#closing.signal.aborted) return new Error('espeak-ng is closed')
    if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
      return new Error(`espeak-ng made more than ${this.#outputBytesMax} bytes of sound`)
    if (error.killed) return new Error(`espeak-ng did not finish within ${this.#textMsMax} ms`)
    const said = complaint.toString().trim().slice(0, COMPLAINT_LENGTH_MAX)
    if (typeof error.code === 'number') return new Error(`espeak-ng ended with exit code ${error.code}: ${said}`)
    return new Error(`espeak-ng could not be run: ${error.message.slice(0, COMPLAINT_LENGTH_MAX)}`)
  }
}
