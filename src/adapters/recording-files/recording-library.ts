/**
 * Recordings that are over, in the folder they were written to, and in `derived/` what was made from them on demand:
 * mixes of two channels, and MP3s. Who may hear what, and whether a recording is over, is decided by those who ask. One
 * library to a folder: it takes what lies in `derived/` for its own.
 */
import { mkdirSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Mp3Encoder } from '../../engine/ports/sound.ts'
import type { RecordingSid } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import type { RecordingMedia } from '../../rest/deps.ts'
import { WAV_HEADER_BYTES } from '../../wire/codec/wav-header.ts'
import { DERIVED, DerivedFiles } from './derived-files.ts'
import { isMissing } from './missing.ts'
import { mixDown } from './mix-down.ts'
import { type Channels, frameBytes, pathIn, readChannels, writeHeader } from './wav-file.ts'

/** Of all derived files together. */
const DERIVED_BYTES_MAX = 1024 ** 3

export interface RecordingLibrary extends RecordingMedia {
  /**
   * Makes a file that a crash left whole again: all frames that reached it, and a header that counts them. Null when
   * there is none, or it has no frames and was removed, or is not a recording and was left alone.
   */
  recover(sid: RecordingSid): Promise<{ readonly frames: number; readonly channels: Channels } | null>
  /** Deletes the audio and all that was made from it. One that does not exist is no error. */
  remove(sid: RecordingSid): Promise<void>
}

export interface RecordingLibraryOptions {
  /** Made if missing, for its owner only. */
  readonly folder: string
  readonly logger: Logger
  readonly encoder: Mp3Encoder
  /** Default 1 GiB. */
  readonly derivedBytesMax?: number
}

/** @throws Error when the folder cannot be made. */
export function createRecordingLibrary(options: RecordingLibraryOptions): RecordingLibrary {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  return new Library(options)
}

class Library implements RecordingLibrary {
  readonly #folder: string
  readonly #logger: Logger
  readonly #encoder: Mp3Encoder
  readonly #derived: DerivedFiles

  constructor({ folder, logger, encoder, derivedBytesMax: bytesMax = DERIVED_BYTES_MAX }: RecordingLibraryOptions) {
    this.#folder = folder
    this.#logger = logger
    this.#encoder = encoder
    const sourceOf = (sid: RecordingSid) => pathIn(folder, sid)
    this.#derived = new DerivedFiles({ folder: join(folder, 'derived'), bytesMax, sourceOf, logger })
  }

  async recover(sid: RecordingSid): Promise<{ frames: number; channels: Channels } | null> {
    const path = pathIn(this.#folder, sid)
    try {
      await using handle = await open(path, 'r+')
      const { size } = await handle.stat()
      const channels = await readChannels(handle)
      const frames = channels === null ? 0 : Math.floor((size - WAV_HEADER_BYTES) / frameBytes(channels))
      if (channels !== null && frames > 0) {
        const dataBytes = frames * frameBytes(channels)
        await writeHeader(handle, channels, dataBytes)
        await handle.truncate(WAV_HEADER_BYTES + dataBytes)
        await handle.sync()
        return { frames, channels }
      }
      if (channels === null && size > WAV_HEADER_BYTES)
        this.#logger.warn({ file: path }, 'a file among the recordings is none: it is left alone')
      else await rm(path)
      return null
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  async remove(sid: RecordingSid): Promise<void> {
    await rm(pathIn(this.#folder, sid), { force: true })
    await this.#derived.remove(sid)
  }

  async media(sid: RecordingSid, { format, channels: wanted }: Parameters<RecordingMedia['media']>[1]) {
    const path = pathIn(this.#folder, sid)
    const channels = await channelsOf(path)
    if (channels === null) return 'missing'
    const mixed = wanted === 1 && channels === 2
    const made = format === 'mp3' ? this.#mp3(sid, path, mixed) : mixed ? this.#mix(sid, path) : path
    const found = await made
    if (found === null) return 'missing'
    return found === 'busy' ? found : { path: found, contentType: format === 'mp3' ? 'audio/mpeg' : 'audio/x-wav' }
  }

  #mix(sid: RecordingSid, path: string) {
    return this.#derived.get(sid, DERIVED.monoWav, (target) => mixDown(path, target))
  }

  #mp3(sid: RecordingSid, path: string, mixed: boolean) {
    if (!mixed) return this.#derived.get(sid, DERIVED.mp3, (target) => this.#encoder.encodeMp3(path, target))
    // From our own mix, so that MP3 and WAV are equally loud.
    return this.#derived.get(sid, DERIVED.monoMp3, async (target) => {
      const mix = `${target}.wav`
      try {
        await mixDown(path, mix)
        await this.#encoder.encodeMp3(mix, target)
      } finally {
        await rm(mix, { force: true })
      }
    })
  }
}

/** Null when the file does not exist. */
async function channelsOf(path: string): Promise<Channels | null> {
  try {
    await using handle = await open(path, 'r')
    const channels = await readChannels(handle)
    if (channels === null) throw new Error(`${path} does not begin like a recording`)
    return channels
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}
