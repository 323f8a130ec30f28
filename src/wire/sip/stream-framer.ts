/**
 * Whole messages out of a stream of bytes (RFC 3261 section 18.3), however it was cut, and the line ends between them that keep a
 * connection open (RFC 5626 section 4.4.1).
 */
import { trimBlanks } from './grammar.ts'
import { MESSAGE_BYTES_MAX } from './read-head.ts'

export type Framed =
  /** For `parseMessage(bytes, 'stream')`. */
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** Two line ends, to be answered with one. Several without a message between them are told as one. */
  | { readonly kind: 'ping' }
  /** One line end. */
  | { readonly kind: 'pong' }
  /**
   * Where the next message begins cannot be known: the connection is to be closed. `parseMessage(bytes, 'stream')` says what to
   * answer before that.
   */
  | { readonly kind: 'broken'; readonly why: string; readonly bytes: Uint8Array }

const CR = 0x0d
const LF = 0x0a
const HEAD_END = '\r\n\r\n'
const NO_BYTES = Buffer.alloc(0)
const FIRST_BYTES = 4096
// Folded lines begin with a blank, so none of them is taken for a name.
const CONTENT_LENGTH = /\r\n(?:content-length|l)[ \t]*:([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)/gi

export class StreamFramer {
  readonly #accepted: boolean
  /** Bytes of a message that is not whole yet; filled up to `#size`. */
  #held: Buffer = NO_BYTES
  #size = 0
  /** Before it the end of the head has been looked for. */
  #searched = 0
  /** Of the message at the front; null while its head is not whole. */
  #length: number | null = null
  #lineEnds = 0
  #broken = false

  /** @param connection one that was `accepted` gets pings, one that was `opened` from here the pongs */
  constructor(connection: 'accepted' | 'opened') {
    this.#accepted = connection === 'accepted'
  }

  /** Messages may be views of the chunk. After `broken` nothing more comes. */
  push(chunk: Uint8Array): Framed[] {
    const framed: Framed[] = []
    if (this.#broken) return framed
    const bytes = this.#joined(chunk)
    let at = 0
    while (at < bytes.length) {
      if (this.#length === null) {
        if (this.#searched === 0) {
          at = this.#passLineEnds(bytes, at, framed)
          const isHalf = bytes[at] === CR && at + 1 === bytes.length
          if (at === bytes.length || isHalf) break
        }
        const end = bytes.indexOf(HEAD_END, at + Math.max(0, this.#searched - HEAD_END.length + 1), 'latin1')
        if (end < 0) {
          this.#searched = bytes.length - at
          if (this.#searched <= MESSAGE_BYTES_MAX) break
          return this.#break(framed, 'no end of the header fields', bytes.subarray(at))
        }
        const length = lengthOf(bytes, at, end)
        if (typeof length === 'string') return this.#break(framed, length, bytes.subarray(at, end + HEAD_END.length))
        this.#length = length
      }
      if (bytes.length - at < this.#length) break
      framed.push({ kind: 'message', bytes: bytes.subarray(at, at + this.#length) })
      at += this.#length
      this.#length = null
      this.#searched = 0
      this.#lineEnds = 0
    }
    this.#keep(bytes, at)
    return framed
  }

  /** What was held and what has come, in one piece. */
  #joined(chunk: Uint8Array): Buffer {
    if (this.#size === 0) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    const size = this.#size + chunk.length
    if (size > this.#held.length) {
      // Twice as much, so that a message that comes byte by byte is not copied every time.
      const more = Buffer.allocUnsafe(Math.max(size, this.#held.length * 2))
      this.#held.copy(more, 0, 0, this.#size)
      this.#held = more
    }
    this.#held.set(chunk, this.#size)
    this.#size = size
    return this.#held.subarray(0, size)
  }

  /** Into a place of its own: messages before it are views of where it is. */
  #keep(bytes: Buffer, at: number): void {
    const rest = bytes.length - at
    if (rest > 0 && at === 0 && this.#size > 0) return
    this.#held = rest === 0 ? NO_BYTES : Buffer.allocUnsafe(Math.max(FIRST_BYTES, rest))
    bytes.copy(this.#held, 0, at)
    this.#size = rest
  }

  /** @returns where the next message begins */
  #passLineEnds(bytes: Buffer, from: number, framed: Framed[]): number {
    let at = from
    while (bytes[at] === CR && bytes[at + 1] === LF) {
      at += 2
      this.#lineEnds += 1
      if (this.#accepted && this.#lineEnds % 2 === 1) continue
      const kind = this.#accepted ? 'ping' : 'pong'
      if (framed.at(-1)?.kind !== kind) framed.push({ kind })
    }
    return at
  }

  #break(framed: Framed[], why: string, bytes: Uint8Array): Framed[] {
    this.#broken = true
    framed.push({ kind: 'broken', why, bytes })
    this.#held = NO_BYTES
    this.#size = 0
    return framed
  }
}

/** Of the whole message; or why it cannot be known. */
function lengthOf(bytes: Buffer, at: number, headEnd: number): number | string {
  const fields = [...bytes.toString('latin1', at, headEnd).matchAll(CONTENT_LENGTH)]
  if (fields.length === 0) return 'no Content-Length'
  if (fields.length > 1) return 'more than one Content-Length'
  const digits = trimBlanks(fields[0]![1]!.replaceAll('\r\n', ' '))
  if (!/^\d+$/.test(digits)) return 'a Content-Length that is no number'
  const length = headEnd + HEAD_END.length - at + Number(digits)
  return length > MESSAGE_BYTES_MAX ? `a message longer than ${MESSAGE_BYTES_MAX} bytes` : length
}
