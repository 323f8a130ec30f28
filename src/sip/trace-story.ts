/** What is told of a leg's messages: the compact ladder, with the bytes where they are kept. */
import type { WireHop, WireMessage, WireStory } from '../journal/entry.ts'
import type { Hop } from '../wire/sip/transport.ts'
import type { TracedMessage } from './trace.ts'
import { readingOf } from './trace-dialogs.ts'
import { masked } from './trace-reading.ts'

/** Whose messages are kept whole: those of all legs, of those with trouble, or of none. */
export type KeepMessages = 'all' | 'failed' | 'none'

export interface StoryOptions {
  readonly callIds: readonly string[]
  /** Our end of a hop: `address:port`. */
  readonly us: (hop: Hop) => string
  readonly keepsBytes: boolean
}

/** Final answers with which calls end, or go on, every day: a challenge, nobody there, busy, cancelled, both at once, declined. */
const ORDINARY: ReadonlySet<number> = new Set([401, 407, 408, 422, 480, 486, 487, 491, 600, 603])

/** Null: there are none. */
export function storyOf(
  messages: readonly TracedMessage[],
  { callIds, us, keepsBytes }: StoryOptions,
): WireStory | null {
  const [first] = messages
  if (!first) return null
  const known: Hop[] = []
  const hops: WireHop[] = []
  const placeOf = (hop: Hop): number => {
    const place = known.findIndex((one) => isSameHop(one, hop))
    if (place >= 0) return place
    known.push(hop)
    return hops.push({ transport: hop.transport, us: us(hop), peer: addressPort(hop) }) - 1
  }
  return {
    beganAt: first.at,
    callIds,
    hops,
    messages: messages.map((message, index): WireMessage => {
      const { line, cseq, body } = readingOf(message)
      return {
        atMs: message.at - first.at,
        direction: message.direction,
        hop: placeOf(message.hop),
        line,
        cseq,
        ...(body !== null && { body }),
        ...(isRepeat(message, messages, index) && { repeats: true }),
        ...(message.omittedBefore > 0 && { omittedBefore: message.omittedBefore }),
        ...(message.notSent !== null && { notSent: message.notSent }),
        ...(keepsBytes && { bytes: masked(message.bytes).toString('base64') }),
      }
    }),
  }
}

/** Something was refused that is not refused every day, or did not go out. */
export function hasTrouble(messages: readonly TracedMessage[]): boolean {
  return messages.some((message) => {
    const { status } = readingOf(message)
    return message.notSent !== null || (status !== null && status >= 400 && !ORDINARY.has(status))
  })
}

const isSameHop = (one: Hop, other: Hop): boolean =>
  one === other || (one.port === other.port && one.address === other.address && one.transport === other.transport)

function isRepeat({ direction, bytes }: TracedMessage, messages: readonly TracedMessage[], index: number): boolean {
  for (let at = 0; at < index; at++) {
    const other = messages[at]!
    if (other.direction !== direction || other.bytes.length !== bytes.length) continue
    if (other.bytes === bytes || Buffer.compare(other.bytes, bytes) === 0) return true
  }
  return false
}

const addressPort = ({ address, port }: Hop): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
