/**
 * Recognition on this machine, by CMU's pocketsphinx: English, and only what a grammar allows. Each utterance is a process
 * of its own, which is given files in a folder that is gone afterwards: it reads the whole utterance at once, and a small
 * dictionary, so that it starts within some 50 ms. It tells no confidence: what it calls one is always 1 with a grammar.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Recognized, SpeechRecognizer, SpokenSound } from '../../engine/ports/recognition.ts'
import { Gate } from '../../lib/gate.ts'
import { Dictionary } from './dictionary.ts'
import type { Pocketsphinx } from './find-pocketsphinx.ts'
import { type Grammar, makeGrammar } from './grammar.ts'
import { toWideband } from './wideband.ts'

export interface PocketsphinxOptions {
  /** A process that takes longer is killed. Default 30 s. */
  readonly utteranceMsMax?: number
  /** Processes at once. Default 4. */
  readonly atOnce?: number
}

const WAITING_MAX = 256
const OUTPUT_BYTES_MAX = 256 * 1024
const TEXT_LENGTH_MAX = 16_384
const COMPLAINT_LENGTH_MAX = 200
const CLOSED = 'pocketsphinx is closed'

/** Names in the folder of an utterance. */
const [SOUND, GRAMMAR, WORDS, LIST, HEARD] = ['speech', 'said.jsgf', 'said.dict', 'list', 'heard'] as const

export function createPocketsphinx(program: Pocketsphinx, options: PocketsphinxOptions = {}): SpeechRecognizer {
  return new PocketsphinxRecognizer(program, options)
}

class PocketsphinxRecognizer implements SpeechRecognizer {
  readonly #program: Pocketsphinx
  readonly #dictionary: Dictionary
  readonly #utteranceMsMax: number
  readonly #gate: Gate
  readonly #closing = new AbortController()
  readonly #running = new Set<Promise<unknown>>()

  constructor(program: Pocketsphinx, { utteranceMsMax = 30_000, atOnce = 4 }: PocketsphinxOptions) {
    this.#program = program
    this.#dictionary = new Dictionary(program.dictionary)
    this.#utteranceMsMax = utteranceMsMax
    const full = `pocketsphinx has ${WAITING_MAX} utterances waiting and takes no more.`
    this.#gate = new Gate({ atOnce, waitingMax: WAITING_MAX, full })
  }

  async recognize({ ulaw, language, hints, isAnswer }: SpokenSound): Promise<Recognized> {
    if (!/^en(?:-|$)/i.test(language))
      throw new Error(`pocketsphinx understands English only, not ${JSON.stringify(language)}.`)
    if (!isAnswer) throw new Error('pocketsphinx understands answers to a Gather only, not whatever somebody says.')
    const grammar = makeGrammar(hints, this.#dictionary)
    const said = await this.#gate.pass(() => {
      const run = this.#hear(ulaw, grammar)
      this.#running.add(run)
      return run.finally(() => this.#running.delete(run))
    })
    return { text: said === '' ? '' : grammar.toText(said).slice(0, TEXT_LENGTH_MAX), confidence: null }
  }

  async close(): Promise<void> {
    this.#gate.close(new Error(CLOSED))
    this.#closing.abort()
    await Promise.allSettled(this.#running)
  }

  /** @returns the words of the grammar that were heard, "" when there are none */
  async #hear(ulaw: Uint8Array, { jsgf, dictionary }: Grammar): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'ringback-recognition-'))
    try {
      await Promise.all([
        writeFile(join(folder, `${SOUND}.raw`), littleEndian(toWideband(ulaw))),
        writeFile(join(folder, GRAMMAR), jsgf),
        writeFile(join(folder, WORDS), dictionary),
        writeFile(join(folder, LIST), `${SOUND}\n`),
      ])
      await this.#run(folder)
      return readHeard(await readFile(join(folder, HEARD), 'utf8').catch(() => ''))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  #run(folder: string): Promise<void> {
    const { path, acousticModel } = this.#program
    const args = [
      ...['-hmm', acousticModel, '-dict', WORDS, '-jsgf', GRAMMAR],
      // A word more has to be worth it: short words are not heard into breath and noise.
      ...['-wip', '0.01'],
      ...['-adcin', 'yes', '-cepdir', '.', '-cepext', '.raw', '-ctl', LIST, '-hyp', HEARD],
    ]
    return new Promise((resolve, reject) => {
      execFile(
        path,
        args,
        {
          cwd: folder,
          maxBuffer: OUTPUT_BYTES_MAX,
          timeout: this.#utteranceMsMax,
          killSignal: 'SIGKILL',
          signal: this.#closing.signal,
        },
        (error, _output, complaint) => (error ? reject(this.#toError(error, complaint)) : resolve()),
      )
    })
  }

  #toError(error: Error & { readonly code?: unknown; readonly killed?: boolean }, complaint: string): Error {
    if (this.#closing.signal.aborted) return new Error(CLOSED)
    if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
      return new Error(`pocketsphinx wrote more than ${OUTPUT_BYTES_MAX} bytes`)
    if (error.killed) return new Error(`pocketsphinx did not finish within ${this.#utteranceMsMax} ms`)
    const said = /^(?:ERROR|FATAL).*$/m.exec(complaint)?.[0].slice(0, COMPLAINT_LENGTH_MAX) ?? ''
    if (typeof error.code === 'number') return new Error(`pocketsphinx ended with exit code ${error.code}: ${said}`)
    return new Error(`pocketsphinx could not be run: ${error.message.slice(0, COMPLAINT_LENGTH_MAX)}`)
  }
}

/** `four two seven (speech -3698)`: the words, the utterance and how well they fit. */
function readHeard(line: string): string {
  const [, said] = /^(.*)\(\S+ -?\d+\)\s*$/.exec(line) ?? []
  if (said === undefined) throw new Error('pocketsphinx answered with something else than words and a score')
  return said.trim().replace(/\s+/g, ' ')
}

function littleEndian(samples: Int16Array): Uint8Array {
  const bytes = Buffer.alloc(samples.length * 2)
  for (const [index, sample] of samples.entries()) bytes.writeInt16LE(sample, index * 2)
  return bytes
}
