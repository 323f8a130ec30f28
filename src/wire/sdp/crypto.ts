/** Keys of SRTP in session descriptions (RFC 4568): only over a signalling path that is encrypted itself. */
import { KEY_AND_SALT_BYTES, SRTP_SUITES, type SrtpKey } from '../rtp/srtp-keys.ts'
import { attributeValues, type MediaDescription } from './session-description.ts'

export interface Crypto {
  /** Names the key in offer and answer. */
  readonly tag: number
  readonly key: SrtpKey
}

const CRYPTO = /^(\d{1,9}) (\S+) inline:([A-Za-z0-9+/=]{40,44})(?:\|[^|;\s]+){0,2}( .*)?$/

/** Those that can be used, in the order of the description. */
export function readCryptos(media: MediaDescription): Crypto[] {
  return attributeValues(media, 'crypto').flatMap((value) => {
    const found = CRYPTO.exec(value)
    if (!found) return []
    const [, tag, suite, inline, parameters = ''] = found
    const known = SRTP_SUITES.find((one) => one === suite)
    const keyAndSalt = new Uint8Array(Buffer.from(inline!, 'base64'))
    // Sessions that are not encrypted or not authenticated after all are none of ours, nor those that change their keys.
    const isWhole = !/UNENCRYPTED|UNAUTHENTICATED|KDR=/i.test(parameters) && !/\|\d+:[1-9]/.test(value)
    if (!known || keyAndSalt.length !== KEY_AND_SALT_BYTES || !isWhole) return []
    return [{ tag: Number(tag), key: { suite: known, keyAndSalt } }]
  })
}

/** The value of an `a=crypto`. */
export function cryptoAttribute(tag: number, { suite, keyAndSalt }: SrtpKey): string {
  return `${tag} ${suite} inline:${Buffer.from(keyAndSalt).toString('base64')}`
}
