/**
 * One recording while it runs. Samples are copied and written behind the caller's back, one write at a time, which takes
 * all that waits. Each write is followed by a header that counts it: data first and header second, so that the file is
 * a whole WAV file of what was written so far whenever the process dies. Only `close` asks for the disk itself (fsync).
 */
import { type FileHandle, open, rm } from 'node:fs/promises'
import type { RecordingFile } from '../../engine/ports/recording-files.ts'
import type { Logger } from '../../lib/logger.ts'
import { WAV_HEADER_BYTES } from '../../wire/codec/wav-header.ts'
import { Block } from './block.ts'
import { type Channels, DATA_BYTES_MAX, frameBytes, writeHeader, writeWhole } from './wav-file.ts'

const MIB = 1024 * 1024
/** Nearly nine minutes of one channel: a disk that far behind does not come back. */
const WAITING_BYTES_MAX = 8 * MIB
const BEHIND_BYTES = MIB

export class RecordingWriter implements RecordingFile {
  readonly #path: string
  readonly #channels: Channels
  readonly #logger: Logger
  #handle: FileHandle | null = null
  /** Copies, in order; what is being written is not among them any more. */
  #waiting: Block[] = []
  #acceptedBytes = 0
  /** In the file, and counted by its header. */
  #writtenBytes = 0
  #running = false
  #written: Promise<void>
  #drains: { readonly upTo: number; readonly resolve: () => void }[] = []
  #failure: string | null = null
  #closed: Promise<string | null> | null = null

  /** Begins to create the file, which must not exist yet. */
  constructor(path: string, channels: Channels, logger: Logger) {
    this.#path = path
    this.#channels = channels
    this.#logger = logger
    this.#written = this.#write()
  }

  get behind(): boolean {
    return this.#failure === null && this.#acceptedBytes - this.#writtenBytes > BEHIND_BYTES
  }

  /** Ignored after `close` and after a failure. */
  append(samples: Int16Array): void {
    if (this.#failure !== null || this.#closed !== null) return
    const bytes = samples.byteLength
    if (this.#acceptedBytes - this.#writtenBytes + bytes > WAITING_BYTES_MAX)
      this.#fail(`more than ${WAITING_BYTES_MAX / MIB} MiB waited to be written`)
    else if (this.#acceptedBytes + bytes > DATA_BYTES_MAX) this.#fail('it is longer than a WAV file can be')
    else this.#accept(samples)
  }

  /** Resolves after a failure too: nothing more will be written then. */
  drained(): Promise<void> {
    const upTo = this.#acceptedBytes
    if (this.#failure !== null || this.#writtenBytes >= upTo) return Promise.resolve()
    return new Promise((resolve) => this.#drains.push({ upTo, resolve }))
  }

  /** What a failed file holds is kept, cut in the same way. A second call answers as the first. */
  close(frames: number): Promise<string | null> {
    this.#closed ??= this.#finish(frames)
    return this.#closed
  }

  #accept(samples: Int16Array): void {
    // WAV samples are little-endian, and so is every machine that is supported.
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
    if (!this.#waiting.at(-1)?.hasRoomFor(bytes.length)) this.#waiting.push(new Block(bytes.length))
    this.#waiting.at(-1)!.put(bytes)
    this.#acceptedBytes += bytes.length
    if (!this.#running) this.#written = this.#write()
  }

  /** Writes until nothing waits. Never rejects. */
  async #write(): Promise<void> {
    this.#running = true
    try {
      // What is appended in this moment is one write.
      const handle = await (this.#handle ?? this.#open())
      while (this.#waiting.length > 0) {
        const blocks = this.#waiting
        this.#waiting = []
        const bytes = blocks.length === 1 ? blocks[0]!.content : Buffer.concat(blocks.map(({ content }) => content))
        await writeWhole(handle, bytes, WAV_HEADER_BYTES + this.#writtenBytes)
        await writeHeader(handle, this.#channels, this.#writtenBytes + bytes.length)
        this.#writtenBytes += bytes.length
        for (const block of blocks) block.release()
        this.#settle()
      }
    } catch (error) {
      this.#fail(String(error))
    } finally {
      this.#running = false
    }
  }

  async #open(): Promise<FileHandle> {
    this.#handle = await open(this.#path, 'wx', 0o600)
    await writeHeader(this.#handle, this.#channels, 0)
    return this.#handle
  }

  #settle(): void {
    const still = this.#drains.filter(({ upTo }) => upTo > this.#writtenBytes)
    for (const { upTo, resolve } of this.#drains) if (upTo <= this.#writtenBytes) resolve()
    this.#drains = still
  }

  async #finish(frames: number): Promise<string | null> {
    await this.#written
    const handle = this.#handle
    if (handle === null) return this.#failure
    const bytesOfFrame = frameBytes(this.#channels)
    const there = Math.floor(this.#writtenBytes / bytesOfFrame)
    try {
      await this.#cut(handle, Math.min(frames, there) * bytesOfFrame)
      await handle.close()
    } catch (error) {
      this.#fail(String(error))
      await handle.close().catch(() => {}) // the first error is the one to tell
    }
    if (frames > there) this.#fail(`${there} of ${frames} frames were written`)
    return this.#failure
  }

  // The header first: it never counts more than there is.
  async #cut(handle: FileHandle, dataBytes: number): Promise<void> {
    if (dataBytes === 0) return rm(this.#path)
    await writeHeader(handle, this.#channels, dataBytes)
    await handle.truncate(WAV_HEADER_BYTES + dataBytes)
    await handle.sync()
  }

  /** The first reason counts. */
  #fail(why: string): void {
    if (this.#failure !== null) return
    this.#failure = why
    this.#logger.error({ file: this.#path, why }, 'a recording could not be written')
    this.#waiting = []
    for (const { resolve } of this.#drains) resolve()
    this.#drains = []
  }
}
