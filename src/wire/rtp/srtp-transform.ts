/**
 * What SRTP does to bytes: AES in counter mode over them, and a tag of HMAC-SHA1 (RFC 3711 §4.1.1, §4.2.1). Making a cipher
 * or an HMAC costs several times what using it on a packet does. So the key stream is made of counter blocks by one
 * cipher that lives as long as its key, and HMAC is put together of two hashes (RFC 2104).
 */
import { type Cipheriv, createCipheriv, hash, timingSafeEqual } from 'node:crypto'
import { writeUint32 } from './packet.ts'
import type { SessionKeys } from './srtp-keys.ts'

const BLOCK_BYTES = 16
const HASHED_BLOCK_BYTES = 64
const HASH_BYTES = 20
const INNER_PAD = 0x36
const OUTER_PAD = 0x5c
/** Longer packets are not taken. */
export const SRTP_BYTES_MAX = 2048
const SSRC_AT = 4
const INDEX_AT = 8
const COUNTER_AT = 14

/** Which packet of which source: 48 bits. */
export interface PacketIndex {
  readonly ssrc: number
  readonly index: number
}

export class SrtpTransform {
  readonly #cipher: Cipheriv
  readonly #salt: Uint8Array
  /** The key in its first block, what is signed behind it. */
  readonly #inner = new Uint8Array(HASHED_BLOCK_BYTES + SRTP_BYTES_MAX)
  readonly #outer = new Uint8Array(HASHED_BLOCK_BYTES + HASH_BYTES)
  readonly #counters = new Uint8Array(SRTP_BYTES_MAX)
  readonly #first = new Uint8Array(BLOCK_BYTES)

  constructor({ cipherKey, salt, authKey }: SessionKeys) {
    this.#cipher = createCipheriv('aes-128-ecb', cipherKey, null).setAutoPadding(false)
    this.#salt = salt
    this.#inner.set(authKey)
    this.#outer.set(authKey)
    for (let at = 0; at < HASHED_BLOCK_BYTES; at++) {
      this.#inner[at]! ^= INNER_PAD
      this.#outer[at]! ^= OUTER_PAD
    }
  }

  /** Encrypts `bytes[from..to)` in place, or decrypts it: both are the same. */
  crypt(bytes: Uint8Array, from: number, to: number, { ssrc, index }: PacketIndex): void {
    const blocks = Math.ceil((to - from) / BLOCK_BYTES)
    if (blocks === 0) return
    const first = this.#first
    // The source in bytes 4 to 7, the packet in 8 to 13, the block in the last two, all upon the salt.
    first.fill(0)
    writeUint32(first, SSRC_AT, ssrc)
    writeUint32(first, INDEX_AT, Math.floor(index / 0x10000))
    first[INDEX_AT + 4] = index >>> 8
    first[INDEX_AT + 5] = index
    for (let at = 0; at < COUNTER_AT; at++) first[at]! ^= this.#salt[at]!
    const counters = this.#counters
    for (let block = 0, start = 0; block < blocks; block++, start += BLOCK_BYTES) {
      for (let at = 0; at < COUNTER_AT; at++) counters[start + at] = first[at]!
      counters[start + COUNTER_AT] = block >>> 8
      counters[start + COUNTER_AT + 1] = block
    }
    const stream = this.#cipher.update(counters.subarray(0, blocks * BLOCK_BYTES))
    for (let at = from; at < to; at++) bytes[at]! ^= stream[at - from]!
  }

  /** 20 bytes, of which the first are the tag. */
  sign(bytes: Uint8Array, length: number): Uint8Array {
    for (let at = 0; at < length; at++) this.#inner[HASHED_BLOCK_BYTES + at] = bytes[at]!
    this.#outer.set(hash('sha1', this.#inner.subarray(0, HASHED_BLOCK_BYTES + length), 'buffer'), HASHED_BLOCK_BYTES)
    return hash('sha1', this.#outer, 'buffer')
  }

  isSigned(bytes: Uint8Array, length: number, tag: Uint8Array): boolean {
    return timingSafeEqual(this.sign(bytes, length).subarray(0, tag.length), tag)
  }
}
