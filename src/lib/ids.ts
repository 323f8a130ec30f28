/**
 * SIDs: two letters and 32 lower-case hex digits, the reference's identifiers for everything that has one.
 * The prefix is part of the type, so a number's SID never passes for a call's.
 */
import { randomBytes } from 'node:crypto'

export type Sid<Prefix extends string> = string & { readonly sid: Prefix }
export type AccountSid = Sid<'AC'>
export type KeySid = Sid<'SK'>
export type CallSid = Sid<'CA'>
export type NumberSid = Sid<'PN'>
export type ApplicationSid = Sid<'AP'>
export type ConferenceSid = Sid<'CF'>
export type NotificationSid = Sid<'NO'>
export type RecordingSid = Sid<'RE'>
export type StreamSid = Sid<'MZ'>
/** A session of ConversationRelay. */
export type RelaySessionSid = Sid<'VX'>
export type QueueSid = Sid<'QU'>
export type TranscriptionSid = Sid<'TR'>
/** Of a call, while it goes on. */
export type LiveTranscriptionSid = Sid<'GT'>
/** A message between an app and the party of a call, and an app's subscription to those of the party. */
export type UserMessageSid = Sid<'KX'>
export type MessageSubscriptionSid = Sid<'ZY'>
/** One recorded HTTP exchange. */
export type ExchangeSid = Sid<'VW'>

/** Milliseconds since the epoch, on the platform's clock. Handed in; only the clock makes one. */
export type Instant = number & { readonly unit: 'epoch-ms' }

// Random bytes are drawn 256 SIDs at a time: one system call a SID would cost more than the rest of it.
const POOL_BYTES = 16 * 256
let pool: string = ''
let used = POOL_BYTES * 2

/** 32 random lower-case hex digits (128 bits). */
export function randomHex32(): string {
  if (used >= POOL_BYTES * 2) {
    pool = randomBytes(POOL_BYTES).toString('hex')
    used = 0
  }
  used += 32
  return pool.slice(used - 32, used)
}

export function newSid<Prefix extends string>(prefix: Prefix): Sid<Prefix> {
  return (prefix + randomHex32()) as Sid<Prefix>
}

export function isSid<Prefix extends string>(prefix: Prefix, text: string): text is Sid<Prefix> {
  return text.length === 34 && text.startsWith(prefix) && /^[0-9a-fA-F]{32}$/.test(text.slice(2))
}

/** A random UUID (version 4), for idempotency tokens. */
export function newUuid(): string {
  const hex = randomHex32()
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) & 3]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** 0 to 2^32 - 1, for numbers of a protocol that must not be guessed, such as an SSRC. */
export const randomUint32 = (): number => Number.parseInt(randomHex32().slice(0, 8), 16)

/** Bytes of a key that nobody else may know. */
export const randomSecret = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes))
