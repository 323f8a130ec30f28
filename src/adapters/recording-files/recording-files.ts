/** The port by which recordings are written while they run. It may be used in several threads, on different recordings. */
import { mkdirSync } from 'node:fs'
import type { RecordingFiles } from '../../engine/ports/recording-files.ts'
import { type Logger, silentLogger } from '../../lib/logger.ts'
import { RecordingWriter } from './recording-writer.ts'
import { pathIn } from './wav-file.ts'

export interface RecordingFilesOptions {
  /** Made if missing, for its owner only. */
  readonly folder: string
  /** Told of a failure when it happens; whoever closes the file is told in any case. */
  readonly logger?: Logger
}

/** @throws Error when the folder cannot be made. */
export function createRecordingFiles({ folder, logger = silentLogger }: RecordingFilesOptions): RecordingFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return { create: (sid, channels) => new RecordingWriter(pathIn(folder, sid), channels, logger) }
}
