/**
 * Finished sounds over a restart: one file each, least recently used out. The files themselves are the whole state, so
 * several processes may share a folder; a file's time of change is the time of its last use. A disk that fails makes
 * sounds be made again, never calls fail.
 */
import { rm, utimes } from 'node:fs/promises'
import type { SoundCache } from '../../engine/ports/sound.ts'
import type { Logger } from '../../lib/logger.ts'
import { RealClock } from '../../lib/real-clock.ts'
import { isSoundFileSize, pathOf, readSoundFile, soundFileBytes, writeSoundFile } from './sound-file.ts'
import { onDiskBytes, sweep } from './sweep.ts'

export interface SoundCacheOptions {
  readonly folder: string
  /**
   * On disk, in blocks of 4 KiB; 512 MiB (about 18 hours) by default. Each further process that shares the folder may
   * exceed it by a sixteenth, or by one sound when that is more.
   */
  readonly bytesMax?: number
  readonly logger: Logger
}

const BYTES_MAX = 512 * 1024 * 1024
/** The folder is looked through, and room made, each time this share of `bytesMax` has been written. */
const ROOM_SHARE = 1 / 16
/** Sounds that wait to be written; what comes on top is not kept. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024

export function createSoundCache(options: SoundCacheOptions): SoundCache {
  return new FileSoundCache(options)
}

class FileSoundCache implements SoundCache {
  readonly #folder: string
  readonly #bytesMax: number
  readonly #logger: Logger
  /** Files are as old as the machine says, whatever clock calls live by. */
  readonly #clock = new RealClock()
  /** Writes take turns; it never rejects. */
  #turn: Promise<void> = Promise.resolve()
  #waitingBytes = 0
  /** What may be written until the folder is looked through again; nothing before the first time. */
  #roomBytes = 0
  #failing = false

  constructor({ folder, bytesMax = BYTES_MAX, logger }: SoundCacheOptions) {
    this.#folder = folder
    this.#bytesMax = bytesMax
    this.#logger = logger
  }

  async read(id: string): Promise<Uint8Array<SharedArrayBuffer> | null> {
    const path = pathOf(this.#folder, id)
    if (path === null) return null
    try {
      const ulaw = await readSoundFile(path)
      if (ulaw === 'damaged') {
        this.#logger.warn({ path }, 'a damaged file in the sound cache was removed')
        await rm(path, { force: true })
        return null
      }
      if (ulaw) await this.#markUsed(path)
      return ulaw
    } catch (error) {
      this.#failed(error)
      return null
    }
  }

  write(id: string, ulaw: Uint8Array): Promise<void> {
    const path = pathOf(this.#folder, id)
    const bytes = onDiskBytes(soundFileBytes(ulaw))
    if (path === null || !isSoundFileSize(soundFileBytes(ulaw)) || bytes > this.#bytesMax) return Promise.resolve()
    if (this.#waitingBytes + bytes > WAITING_BYTES_MAX) {
      this.#logger.debug({ id }, 'a sound was not kept: too many wait to be written')
      return Promise.resolve()
    }
    this.#waitingBytes += bytes
    this.#turn = this.#turn.then(async () => {
      await this.#write(path, ulaw, bytes)
      this.#waitingBytes -= bytes
    })
    return this.#turn
  }

  async #write(path: string, ulaw: Uint8Array, bytes: number): Promise<void> {
    try {
      if (bytes > this.#roomBytes) await this.#makeRoom(bytes)
      await writeSoundFile(path, ulaw, { durable: false })
      this.#roomBytes -= bytes
      this.#failing = false
    } catch (error) {
      this.#failed(error)
    }
  }

  async #makeRoom(bytes: number): Promise<void> {
    const roomBytes = Math.max(bytes, Math.floor(this.#bytesMax * ROOM_SHARE))
    await sweep(this.#folder, this.#bytesMax - roomBytes, this.#clock.now())
    this.#roomBytes = roomBytes
  }

  async #markUsed(path: string): Promise<void> {
    const nowSec = this.#clock.now() / 1000
    // Another process may just have removed it.
    await utimes(path, nowSec, nowSec).catch(() => {})
  }

  /** Once until a write succeeds again: a full disk has nothing new to say for every sound. */
  #failed(error: unknown): void {
    if (!this.#failing) this.#logger.warn({ err: error, folder: this.#folder }, 'the sound cache cannot be used')
    this.#failing = true
  }
}
