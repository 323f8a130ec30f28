/**
 * What the libraries do not decode, by an `ffmpeg` that is installed: the file goes in at its standard input and µ-law
 * comes out. It is told which format to expect, so that it neither guesses nor takes a playlist for one, and may open
 * nothing but those two pipes.
 */
import { spawn } from 'node:child_process'
import type { Unplayable } from '../../engine/ports/sound.ts'
import type { Logger } from '../../lib/logger.ts'
import { TELEPHONE_HZ, ULAW_BYTES_MAX } from './messages.ts'

export interface FfmpegJob {
  /** As ffmpeg calls the format: `flac`. */
  readonly demuxer: string
  /** As people call it: `FLAC`. */
  readonly what: string
  readonly file: Uint8Array
  readonly stop: AbortSignal
  readonly limitMs: number
}

const COMPLAINT_BYTES_MAX = 2000

/**
 * @param path of the program, or its name to look for on the search path
 * Never rejects.
 */
export async function runFfmpeg(path: string, job: FfmpegJob, logger: Logger): Promise<Uint8Array | Unplayable> {
  const { demuxer, what, file, stop, limitMs } = job
  const limit = AbortSignal.timeout(limitMs)
  const child = spawn(path, argumentsFor(demuxer), {
    stdio: 'pipe',
    signal: AbortSignal.any([stop, limit]),
    killSignal: 'SIGKILL',
  })
  const { promise: ended, resolve } = Promise.withResolvers<{ code: number | null; error?: NodeJS.ErrnoException }>()
  child.on('error', (error) => resolve({ code: null, error }))
  child.on('close', (code) => resolve({ code }))
  // It may end before it has read everything: its exit code tells.
  child.stdin.on('error', () => {})
  child.stdin.end(file)

  const pieces: Uint8Array[] = []
  let bytes = 0
  child.stdout.on('data', (piece: Uint8Array) => {
    const wanted = piece.subarray(0, ULAW_BYTES_MAX - bytes)
    pieces.push(wanted)
    bytes += wanted.length
    if (wanted.length < piece.length) child.kill('SIGKILL')
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, COMPLAINT_BYTES_MAX)
  })

  const { code, error } = await ended
  if (stop.aborted) return { unplayable: 'The platform is stopping' }
  if (limit.aborted) return { unplayable: `ffmpeg took longer than ${Math.round(limitMs / 1000)} seconds` }
  if (error?.code === 'ENOENT') return { unplayable: `${what} needs ffmpeg, which is not installed` }
  if (error) {
    logger.warn({ err: error, path }, 'ffmpeg could not be started')
    return { unplayable: `${what} needs ffmpeg, which could not be started` }
  }
  if (code !== 0 && bytes < ULAW_BYTES_MAX) {
    logger.debug({ code, complaint: complaint.trim() }, 'ffmpeg could not decode a file')
    return { unplayable: `ffmpeg could not decode it as ${what}` }
  }
  return Buffer.concat(pieces)
}

const argumentsFor = (demuxer: string): readonly string[] => [
  ...['-hide_banner', '-nostdin', '-loglevel', 'error'],
  ...['-protocol_whitelist', 'pipe', '-f', demuxer, '-i', 'pipe:0'],
  ...['-vn', '-sn', '-dn', '-t', String(ULAW_BYTES_MAX / TELEPHONE_HZ)],
  ...['-f', 'mulaw', '-ar', String(TELEPHONE_HZ), '-ac', '1', 'pipe:1'],
]
