/** What the network of real phones stands on, and how it is set. */
import type { MediaEngine } from '../engine/ports/media-engine.ts'
import type { Clock } from '../lib/clock.ts'
import type { AccountSid } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { DigestAlgorithm } from '../wire/sip/digest.ts'
import type { Hop } from '../wire/sip/transport.ts'
import type { MediaLoad } from './media-load.ts'
import type { SipDirectory, SipLocator } from './ports.ts'
import type { KeepMessages } from './trace-story.ts'

export interface SipNetworkOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly engine: MediaEngine
  readonly directory: SipDirectory
  readonly locator: SipLocator
  /** Of trunks that are nobody's calls, and of open access. */
  readonly accountSid: AccountSid
  readonly apiVersion: string
  readonly realm: string
  /** What users are challenged with, best first. */
  readonly digestAlgorithms: readonly DigestAlgorithm[]
  readonly headerPrefix: string
  readonly isOpen: boolean
  readonly maxCalls: number
  /** Whether more calls would be heard by those there are. */
  readonly load: Pick<MediaLoad, 'isOverloaded'>
  readonly callsPerSecondPerSource: number
  /** Whose messages stay in the journal whole. */
  readonly keepMessages: KeepMessages
  /** Our address for sound; null: that of the socket which signalling goes by. */
  readonly mediaHost: string | null
  /** Seals nonces; random for each process. */
  readonly secret: string
  /** Where an address that an app named may be called. */
  readonly mayReach: (hop: Hop) => boolean
  readonly version: string
}
