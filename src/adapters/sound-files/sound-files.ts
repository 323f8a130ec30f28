/**
 * The sound decoder and MP3 encoder: WAV, AIFF, AU, MP3 and bare µ-law by libraries in worker threads, everything else by
 * ffmpeg where it is installed. Files, speech and recordings have threads of their own, so that none waits for another.
 */
import { rm, stat } from 'node:fs/promises'
import { endianness } from 'node:os'
import type { Mp3Encoder, Pcm, SoundDecoder, Unplayable } from '../../engine/ports/sound.ts'
import { Gate } from '../../lib/gate.ts'
import type { Logger } from '../../lib/logger.ts'
import { spawnWorker } from '../../lib/spawn-worker.ts'
import { toUlaw } from '../../wire/codec/g711.ts'
import { toLayout } from '../../wire/codec/sample-layout.ts'
import { runFfmpeg } from './ffmpeg.ts'
import { type Answer, type Job, TELEPHONE_HZ, ULAW_BYTES_MAX, unfinished } from './messages.ts'
import { type Plan, planDecoding } from './plan-decoding.ts'
import { WorkerPool } from './worker-pool.ts'

export interface SoundFilesOptions {
  readonly logger: Logger
  /** By default `ffmpeg` is looked for on the search path; null when it is not to be used. */
  readonly ffmpegPath?: string | null
  /** For files to decode; speech and recordings have one more each. Default 1. */
  readonly threads?: number
}

/** A decoding that takes longer is given up. */
const JOB_MS_MAX = 30_000
/** An encoding may take longer the more there is to do: ten times what a slow machine needs. */
const ENCODED_BYTES_PER_MS = 800
const JOBS_WAITING_MAX = 256
/** Of files that wait or are being decoded. */
const FILE_BYTES_MAX = 256 * 1024 * 1024
/** Ten seconds at 8 kHz are encoded faster than they are handed to a thread. */
const AT_ONCE_SAMPLES_MAX = 10 * TELEPHONE_HZ
/** Of a thread's own heap; samples and files lie outside it. */
const HEAP_MB_MAX = 256

export function createSoundFiles(options: SoundFilesOptions): SoundDecoder & Mp3Encoder {
  return new SoundFiles(options)
}

class SoundFiles implements SoundDecoder, Mp3Encoder {
  readonly #logger: Logger
  readonly #ffmpegPath: string | null
  readonly #files: WorkerPool<Job, Answer>
  readonly #speech = startPool('speech-encoder', 1)
  readonly #recordings = startPool('mp3-encoder', 1)
  readonly #ffmpegs: Gate
  readonly #closed = new AbortController()
  #fileBytes = 0

  constructor({ logger, ffmpegPath = 'ffmpeg', threads = 1 }: SoundFilesOptions) {
    this.#logger = logger
    this.#ffmpegPath = ffmpegPath
    this.#files = startPool('sound-decoder', threads)
    this.#ffmpegs = new Gate({ atOnce: threads, waitingMax: JOBS_WAITING_MAX, full: 'too many sounds are waiting' })
  }

  /** Never rejects. */
  async decode(file: Uint8Array, mediaType: string): Promise<Uint8Array | Unplayable> {
    const plan = planDecoding(file, mediaType)
    if (plan.by === 'nobody') return plan
    if (this.#fileBytes + file.length > FILE_BYTES_MAX)
      return { unplayable: 'The file could not be decoded: too many sounds are waiting' }
    this.#fileBytes += file.length
    try {
      const decoded = await this.#carryOut(plan, file)
      if ('unplayable' in decoded || decoded.length > 0) return decoded
      return {
        unplayable: plan.by === 'mp3' ? 'There is no MP3 audio in the file' : 'There is nothing to hear in the file',
      }
    } catch (error) {
      this.#logger.warn({ err: error, mediaType, bytes: file.length }, 'a sound file could not be decoded')
      return { unplayable: `The file could not be decoded: ${(error as Error).message}` }
    } finally {
      this.#fileBytes -= file.length
    }
  }

  async encode({ samples, sampleRate }: Pcm): Promise<Uint8Array> {
    if (sampleRate === TELEPHONE_HZ && samples.length <= AT_ONCE_SAMPLES_MAX) return toUlaw(samples)
    const file = new Uint8Array(samples.slice().buffer)
    const layout = toLayout(
      'PCM',
      { encoding: 'pcm', bits: 16, littleEndian: endianness() === 'LE', channels: 1, sampleRate },
      { dataOffset: 0, dataBytes: file.length },
    )
    return ulawOf(
      await this.#speech.run({ job: 'samples', file, layout }, { limitMs: JOB_MS_MAX, transfer: [file.buffer] }),
    )
  }

  async encodeMp3(
    wavPath: string,
    mp3Path: string,
    { channels = 'as-is' }: { readonly channels?: 'mixed' | 'as-is' } = {},
  ): Promise<void> {
    try {
      const { size } = await stat(wavPath)
      const job = { job: 'encode-mp3', wavPath, mp3Path, channels } as const
      const answer = await this.#recordings.run(job, { limitMs: JOB_MS_MAX + size / ENCODED_BYTES_PER_MS })
      if ('failed' in answer) throw new Error(answer.failed)
    } catch (error) {
      await rm(unfinished(mp3Path), { force: true })
      throw new Error(`the MP3 file could not be made: ${(error as Error).message}`, { cause: error })
    }
  }

  async close(): Promise<void> {
    this.#closed.abort()
    this.#ffmpegs.close(new Error('the platform is stopping'))
    await Promise.all([this.#files, this.#speech, this.#recordings].map((pool) => pool.close()))
  }

  async #carryOut(plan: Exclude<Plan, { by: 'nobody' }>, file: Uint8Array): Promise<Uint8Array | Unplayable> {
    switch (plan.by) {
      case 'copy':
        return new Uint8Array(file.subarray(plan.from, Math.min(plan.to, plan.from + ULAW_BYTES_MAX)))
      case 'samples':
        return this.#inThread(file, (copy) => ({ job: 'samples', file: copy, layout: plan.layout }))
      case 'mp3':
        return this.#inThread(file, (copy) => ({ job: 'mp3', file: copy }))
      case 'ffmpeg':
        return this.#byFfmpeg(plan, file)
    }
  }

  async #inThread(file: Uint8Array, toJob: (copy: Uint8Array) => Job): Promise<Uint8Array> {
    // Handed over for good, so it has to be one of our own.
    const copy = new Uint8Array(file)
    return ulawOf(await this.#files.run(toJob(copy), { limitMs: JOB_MS_MAX, transfer: [copy.buffer] }))
  }

  #byFfmpeg({ demuxer, what }: { demuxer: string; what: string }, file: Uint8Array): Promise<Uint8Array | Unplayable> {
    const path = this.#ffmpegPath
    if (path === null) return Promise.resolve({ unplayable: `${what} cannot be played here` })
    const job = { demuxer, what, file, stop: this.#closed.signal, limitMs: JOB_MS_MAX }
    return this.#ffmpegs.pass(() => runFfmpeg(path, job, this.#logger))
  }
}

function startPool(name: string, threads: number): WorkerPool<Job, Answer> {
  const start = () =>
    spawnWorker('worker', import.meta.url, { name, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX } })
  return new WorkerPool({ start, threads, waitingMax: JOBS_WAITING_MAX })
}

function ulawOf(answer: Answer): Uint8Array {
  if ('ulaw' in answer) return answer.ulaw
  throw new Error('failed' in answer ? answer.failed : 'the thread gave no sound')
}
