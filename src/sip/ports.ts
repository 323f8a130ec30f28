/** What the network of real phones needs of the world: sockets, names, and who is who. */
import type { AccountSid } from '../lib/ids.ts'
import type { Hop, SendBytes, TransportName } from '../wire/sip/transport.ts'
import type { Registrar } from './registrar.ts'

/** Where one of our sockets listens. */
export interface SipListener {
  readonly transport: TransportName
  /** As others reach it: an address or a name for Via and Contact. */
  readonly host: string
  readonly port: number
}

export interface SipSocketEvents {
  /** A whole message, as far as the transport can tell. `hop` leads back to whoever sent it. */
  received(bytes: Uint8Array, hop: Hop): void
  /** A connection is no more: what was to go back on it has to find another way. */
  closed(connection: string): void
}

export interface SipSockets {
  readonly listeners: readonly SipListener[]
  /** Connects where it has to, and keeps connections for what follows. */
  readonly send: SendBytes
  /** The listener whose address goes into Via and Contact of what is sent there; null: this transport is not served. */
  listenerFor(hop: Pick<Hop, 'transport' | 'address'>): SipListener | null
  /** Lets no message in or out any more. */
  close(): Promise<void>
}

/** Finds the servers of a name (RFC 3263): best first, at most eight. Empty: there is none. Never rejects. */
export interface SipLocator {
  locate(target: {
    readonly host: string
    readonly port: number | null
    /** As the URI names it; null: not at all. */
    readonly transport: TransportName | null
    readonly isSecure: boolean
  }): Promise<readonly Hop[]>
}

/** The hash that digest authentication compares with, by algorithm; the password is not kept. */
export interface SipCredential {
  readonly username: string
  readonly hashes: { readonly md5: string; readonly sha256: string }
}

/** A domain of an account, and who may call and register there. Null: no list of that kind is mapped to it. */
export interface SipDomain {
  readonly sid: string
  readonly accountSid: AccountSid
  /** In lower case. */
  readonly name: string
  readonly registration: boolean
  readonly secure: boolean
  /** Of the credential lists for calls: by user name. */
  readonly callers: ReadonlyMap<string, SipCredential> | null
  /** Of the credential lists for registrations. */
  readonly registrants: ReadonlyMap<string, SipCredential> | null
  /** Of the address lists for calls: CIDR ranges. */
  readonly addresses: readonly string[] | null
}

/** A way to the telephone network. */
export interface SipTrunk {
  readonly sid: string
  readonly accountSid: AccountSid
  readonly name: string
  /** Tried by priority, lowest first; among equals by weight. */
  readonly targets: readonly {
    readonly host: string
    readonly port: number | null
    readonly transport: TransportName
    readonly priority: number
    readonly weight: number
  }[]
  /** Who we are when we are asked; null: addresses are enough. */
  readonly auth: { readonly username: string; readonly password: string } | null
  /** We register there, so that calls come to us. */
  readonly register: boolean
  /** Numbers that go this way: E.164 beginnings, such as `+49`; `+` is all. Empty: none go out. */
  readonly prefixes: readonly string[]
  /** How the number is written in the Request-URI: as it is, without `+`, or with this in place of `+`. */
  readonly numberFormat: 'e164' | 'no-plus' | { readonly plusBecomes: string }
  /** Shown in place of what a call says; null: the call's own. */
  readonly callerId: string | null
  /** Calls at a time, and begun per second; null: as many as there are. */
  readonly maxCalls: number | null
  readonly maxCallsPerSecond: number | null
  /** Calls to numbers of ours are taken from these CIDR ranges, besides the targets' own addresses. */
  readonly from: readonly string[]
  /** The sound is encrypted. */
  readonly srtp: boolean
}

/** Answered by the store; what changed there is seen at once. */
export interface SipDirectory {
  domain(name: string): Promise<SipDomain | null>
  /** Where there is but one, it may be called by our address; null: there are several, or none. */
  onlyDomain(): Promise<SipDomain | null>
  /** The account that has the number (E.164) as one of its own; null: it is nobody's. */
  ownerOf(number: string): Promise<AccountSid | null>
  /** All that there are, in the order of their names. */
  trunks(): Promise<readonly SipTrunk[]>
}

/** What became of a trunk that was asked whether it is there. */
export interface TrunkCheck {
  /** It answered, whatever it said. */
  readonly isReachable: boolean
  /** The answer to an OPTIONS request; null: there was none. */
  readonly sipResponseCode: number | null
  readonly roundTripMs: number | null
  /** We are registered there now; null: with this trunk we do not register. */
  readonly isRegistered: boolean | null
  /** A sentence about what is not as it should be; null: all is well. */
  readonly why: string | null
}

/** What may be asked of the network while it runs. */
export interface SipInquiries {
  /** None while it is not started. */
  readonly listeners: readonly SipListener[]
  readonly registrar: Pick<Registrar, 'addresses'>
  /** Answers within some seconds, whatever the trunk does. */
  checkTrunk(trunk: SipTrunk): Promise<TrunkCheck>
}
