/** Keys of SRTP: a master key as descriptions carry it (RFC 4568), and the session keys made of it (RFC 3711 §4.3). */
import { createCipheriv } from 'node:crypto'
import { assert } from '../../lib/assert.ts'
import { randomSecret } from '../../lib/ids.ts'

/** The suites of RFC 4568 section 6.2 that are known here. */
export const SRTP_SUITES = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const

export type SrtpSuite = (typeof SRTP_SUITES)[number]

/** A master key of SRTP and how it is used. */
export interface SrtpKey {
  readonly suite: SrtpSuite
  /** 16 bytes of master key, 14 of salt. */
  readonly keyAndSalt: Uint8Array
}

/** For one direction of one kind of packets. */
export interface SessionKeys {
  readonly cipherKey: Uint8Array
  /** 14 bytes. */
  readonly salt: Uint8Array
  /** 20 bytes. */
  readonly authKey: Uint8Array
}

const MASTER_KEY_BYTES = 16
const SALT_BYTES = 14
export const KEY_AND_SALT_BYTES = MASTER_KEY_BYTES + SALT_BYTES
const AUTH_KEY_BYTES = 20
const BLOCK_BYTES = 16
/** Where the label stands in the salt, when no key is derived anew later (a rate of 0). */
const LABEL_AT = 7
const RTP_LABELS = { cipher: 0, auth: 1, salt: 2 }
const RTCP_LABELS = { cipher: 3, auth: 4, salt: 5 }

export const newSrtpKey = (suite: SrtpSuite = 'AES_CM_128_HMAC_SHA1_80'): SrtpKey => ({
  suite,
  keyAndSalt: randomSecret(KEY_AND_SALT_BYTES),
})

export function deriveSessionKeys({ keyAndSalt }: SrtpKey, kind: 'rtp' | 'rtcp'): SessionKeys {
  assert(
    keyAndSalt.length === KEY_AND_SALT_BYTES,
    `a key and its salt have ${KEY_AND_SALT_BYTES} bytes, not ${keyAndSalt.length}`,
  )
  const labels = kind === 'rtp' ? RTP_LABELS : RTCP_LABELS
  return {
    cipherKey: derive(keyAndSalt, labels.cipher, MASTER_KEY_BYTES),
    salt: derive(keyAndSalt, labels.salt, SALT_BYTES),
    authKey: derive(keyAndSalt, labels.auth, AUTH_KEY_BYTES),
  }
}

function derive(keyAndSalt: Uint8Array, label: number, bytes: number): Uint8Array {
  const counter = new Uint8Array(BLOCK_BYTES)
  counter.set(keyAndSalt.subarray(MASTER_KEY_BYTES))
  counter[LABEL_AT]! ^= label
  const cipher = createCipheriv('aes-128-ctr', keyAndSalt.subarray(0, MASTER_KEY_BYTES), counter)
  return new Uint8Array(cipher.update(new Uint8Array(bytes)))
}
