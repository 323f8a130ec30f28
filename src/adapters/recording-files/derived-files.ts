/**
 * Files made from recordings on demand, kept for the next demand up to a total size; those not asked for longest go
 * first. Who asks for one that is being made waits for it. A file is made under a temporary name and carries its
 * recording's time, so that it looks the same to HTTP clients when it is made again.
 */
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { Gate } from '../../lib/gate.ts'
import { isSid, type RecordingSid } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { exists, isMissing } from './missing.ts'

/** What there is of a recording, by the end of its name behind the SID. */
export const DERIVED = { monoWav: '.mono.wav', monoMp3: '.mono.mp3', mp3: '.mp3' } as const
export type DerivedEnd = (typeof DERIVED)[keyof typeof DERIVED]
const ENDS: readonly DerivedEnd[] = Object.values(DERIVED)
const SID_CHARS = 34

const FILES_MAX = 10_000
/** Made at the same time. */
const WIDTH = 2
/** Waiting for their turn; who comes then is told to come again. */
const WAITING_MAX = 100

export interface DerivedOptions {
  readonly folder: string
  readonly bytesMax: number
  /** The path of the recording itself. */
  readonly sourceOf: (sid: RecordingSid) => string
  readonly logger: Logger
}

export class DerivedFiles {
  readonly #folder: string
  readonly #bytesMax: number
  readonly #sourceOf: DerivedOptions['sourceOf']
  readonly #logger: Logger
  /** Sizes by path, in the order of last use. */
  readonly #sizes = new Map<string, number>()
  #bytes = 0
  /** Under way and waiting. */
  readonly #jobs = new Map<string, Promise<string | null>>()
  readonly #gate = new Gate({ atOnce: WIDTH, waitingMax: WAITING_MAX, full: 'too many files are being made' })
  #parts = 0
  readonly #loaded: Promise<void>
  /** What was put out is gone when this resolves. */
  #evicted: Promise<void> = Promise.resolve()

  constructor({ folder, bytesMax, sourceOf, logger }: DerivedOptions) {
    this.#folder = folder
    this.#bytesMax = bytesMax
    this.#sourceOf = sourceOf
    this.#logger = logger
    this.#loaded = this.#load().catch((error: unknown) =>
      logger.warn({ folder, error: String(error) }, 'files made from recordings could not be looked through'),
    )
  }

  /**
   * The file's path, made by `make` (which is given a path that does not exist yet) unless it is kept. Null when the
   * recording is gone. Rejects with what `make` threw.
   */
  async get(
    sid: RecordingSid,
    end: DerivedEnd,
    make: (path: string) => Promise<void>,
  ): Promise<string | null | 'busy'> {
    await this.#loaded
    const path = this.#pathOf(sid, end)
    const size = this.#sizes.get(path)
    if (size !== undefined) {
      this.#sizes.delete(path)
      this.#sizes.set(path, size)
      if (await exists(path)) return path
      this.#forget(path) // somebody else tidied up
    }
    const job = this.#jobs.get(path)
    if (job) return job
    if (this.#jobs.size >= WIDTH + WAITING_MAX) return 'busy'
    const made = this.#gate
      .pass(() => this.#make(path, this.#sourceOf(sid), make))
      .finally(() => this.#jobs.delete(path))
    this.#jobs.set(path, made)
    return made
  }

  /** To be called when the recording itself is gone: then nothing is made of it any more. */
  async remove(sid: RecordingSid): Promise<void> {
    await this.#loaded
    for (const end of ENDS) {
      const path = this.#pathOf(sid, end)
      this.#forget(path)
      await rm(path, { force: true })
    }
  }

  async #make(path: string, source: string, make: (path: string) => Promise<void>): Promise<string | null> {
    const part = `${path}.${++this.#parts}.part`
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await make(part)
      const { atime, mtime } = await stat(source)
      await utimes(part, atime, mtime)
      const { size } = await stat(part)
      await this.#evicted
      await rename(part, path)
      // Deleted meanwhile, perhaps before the renaming: `remove` did not see this file then.
      if (!(await exists(source))) throw new Error('the recording is gone')
      this.#keep(path, size)
      return path
    } catch (error) {
      if (await exists(source)) throw error
      await rm(path, { force: true })
      return null
    } finally {
      await rm(part, { force: true })
    }
  }

  #keep(path: string, size: number): void {
    this.#forget(path)
    this.#sizes.set(path, size)
    this.#bytes += size
    for (const oldest of this.#sizes.keys()) {
      const fits = this.#bytes <= this.#bytesMax && this.#sizes.size <= FILES_MAX
      // The one just made is handed out, however large it is.
      if (fits || oldest === path) return
      this.#forget(oldest)
      this.#evicted = this.#evicted
        .then(() => rm(oldest, { force: true }))
        .catch((error: unknown) =>
          this.#logger.warn({ file: oldest, error: String(error) }, 'a file made from a recording cannot be removed'),
        )
    }
  }

  #forget(path: string): void {
    this.#bytes -= this.#sizes.get(path) ?? 0
    this.#sizes.delete(path)
  }

  /** What an earlier process left: its files, oldest recording first, without the unfinished and the orphaned. */
  async #load(): Promise<void> {
    const found: { readonly path: string; readonly size: number; readonly at: number }[] = []
    for (const name of await namesIn(this.#folder)) {
      const sid = name.slice(0, SID_CHARS)
      if (!isSid('RE', sid)) continue
      const path = join(this.#folder, name)
      const whole = ENDS.some((end) => name === sid + end) && (await exists(this.#sourceOf(sid)))
      if (whole) {
        const { size, mtimeMs } = await stat(path)
        found.push({ path, size, at: mtimeMs })
      } else await rm(path, { force: true })
    }
    for (const { path, size } of found.sort((a, b) => a.at - b.at)) this.#keep(path, size)
  }

  #pathOf(sid: RecordingSid, end: DerivedEnd): string {
    return join(this.#folder, sid + end)
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
