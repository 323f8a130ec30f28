/**
 * Seals secrets for the disk: AES-256-GCM with a key that does not lie in the database. What a text belongs to is sealed
 * with it, so that one row's secrets cannot be passed off as another's.
 */
import { createCipheriv, createDecipheriv, hash } from 'node:crypto'
import { randomHex32 } from './ids.ts'

export interface Vault {
  seal(text: string, owner: string): string
  /** @throws Error when the text was not sealed with this key for this owner. */
  open(sealed: string, owner: string): string
}

const FORM = 'v1'
const IV_BYTES = 12
const TAG_BYTES = 16

/** @param secret any text of good randomness; the key is its SHA-256. */
export function createVault(secret: string): Vault {
  const key = hash('sha256', secret, 'buffer')
  return {
    seal(text, owner) {
      const iv = Buffer.from(randomHex32(), 'hex').subarray(0, IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(owner))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `${FORM}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')}`
    },
    open(sealed, owner) {
      const [form, base64 = ''] = sealed.split('.', 2)
      const bytes = Buffer.from(base64, 'base64')
      if (form !== FORM || bytes.length < IV_BYTES + TAG_BYTES)
        throw new Error(`the secrets of ${owner} are not sealed`)
      try {
        const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
          .setAAD(Buffer.from(owner))
          .setAuthTag(tag)
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
      } catch {
        throw new Error(`the secrets of ${owner} were sealed with another key: give the one they were sealed with`)
      }
    },
  }
}
