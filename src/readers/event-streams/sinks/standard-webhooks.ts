/**
 * Signatures by the Standard Webhooks specification: `webhook-id`, `webhook-timestamp` and `webhook-signature`, an
 * HMAC-SHA256 over `id.timestamp.body` for each secret that is valid.
 */
import { createHmac } from 'node:crypto'
import type { Instant } from '../../../lib/ids.ts'
import type { SigningSecrets } from './sink.ts'

const PREFIX = 'whsec_'
export const OVERLAP_MS_DEFAULT = 24 * 3_600_000

/** @param hex 64 random hex digits: 32 bytes */
export const formatSigningSecret = (hex: string): string => PREFIX + Buffer.from(hex, 'hex').toString('base64')

export interface SignedMessage {
  readonly id: string
  readonly body: string | Uint8Array
  readonly now: Instant
}

export function standardHeaders(message: SignedMessage, secrets: SigningSecrets): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(message.now / 1000))
  const signatures = validSecrets(secrets, message.now).map((secret) => {
    const mac = createHmac('sha256', keyOf(secret)).update(`${message.id}.${timestamp}.`).update(message.body)
    return `v1,${mac.digest('base64')}`
  })
  return { 'webhook-id': message.id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

/** A fresh secret takes over at once; the one it replaces stays valid for `overlapMs`, the one before that does not. */
export function rotateSecret(
  secrets: SigningSecrets,
  fresh: string,
  now: Instant,
  overlapMs: number = OVERLAP_MS_DEFAULT,
): SigningSecrets {
  return { current: fresh, previous: { secret: secrets.current, until: (now + overlapMs) as Instant } }
}

function validSecrets({ current, previous }: SigningSecrets, now: Instant): readonly string[] {
  return previous && now < previous.until ? [current, previous.secret] : [current]
}

const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(PREFIX.length), 'base64')
