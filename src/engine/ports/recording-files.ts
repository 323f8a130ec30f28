/** Where recordings are written while they run: WAV files, 16-bit PCM at 8 kHz, valid up to the last second at any moment. */
import type { RecordingSid } from '../../lib/ids.ts'

export interface RecordingFile {
  /**
   * Interleaved samples, appended in order; the array is the caller's again when this returns. Writing goes on behind it.
   * What cannot be written (disk full, more than 8 MB waiting) fails the file: `close` tells.
   */
  append(samples: Int16Array): void
  /** Resolves when everything appended so far has been handed to the system, so that a writer without a clock can wait. */
  drained(): Promise<void>
  /** Whether more than 1 MB waits to be written. */
  readonly behind: boolean
  /**
   * Cuts the file to its first `frames` frames (a frame has one sample a channel), makes the header final and closes it.
   * A file without frames is removed. @returns why it failed, null when it is whole
   */
  close(frames: number): Promise<string | null>
}

export interface RecordingFiles {
  /** Never throws: a file that cannot be opened fails at `close`. */
  create(sid: RecordingSid, channels: 1 | 2): RecordingFile
}
