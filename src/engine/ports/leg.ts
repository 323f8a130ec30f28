/**
 * A leg is one party's side of a call. The engine sees it through signalling (below) and media (`leg-media.ts`), and
 * does not know whether a simulated phone or SIP is behind it. What the party does comes back as inputs.
 */
import type { HeardSpan, LineStatistics, WireStory } from '../../journal/entry.ts'
import type { AccountSid, CallSid, Instant, RecordingSid } from '../../lib/ids.ts'
import type { LegMedia } from './leg-media.ts'

/** What a SIP party told of itself, as far as apps are told of it. */
export interface SipDetails {
  readonly callId: string
  /** Header fields by name, as the party writes it: `X-…`, `User-to-User`. At most 32. */
  readonly headers: Readonly<Record<string, string>>
}

export type LegInput =
  | { readonly input: 'rang' }
  /** It does not pick up yet, but can be heard: an announcement of its network, a tone. */
  | { readonly input: 'early-media' }
  | { readonly input: 'answered'; readonly sip?: SipDetails }
  | { readonly input: 'busy'; readonly sipResponseCode: number; readonly sip?: SipDetails }
  /** Declined by the party (603). */
  | { readonly input: 'rejected'; readonly sipResponseCode: number; readonly sip?: SipDetails }
  /** It did not pick up, as it or its network says (408, 480). */
  | { readonly input: 'unanswered'; readonly sipResponseCode: number; readonly sip?: SipDetails }
  /** Cannot be reached or does not exist (404, 5xx …). */
  | { readonly input: 'failed'; readonly sipResponseCode: number; readonly sip?: SipDetails }
  | { readonly input: 'hung-up' }
  /** The party begins to press these keys; each arrives as a `digit` in its time. */
  | { readonly input: 'pressing'; readonly digits: string; readonly inBand?: true }
  | { readonly input: 'digit'; readonly digit: string }
  /** The party begins to say something; `sound` is what it sounds like, where that is known. */
  | {
      readonly input: 'said'
      readonly text: string
      readonly sound?: { readonly id: string; readonly lengthMs: number }
    }
  /** A span of sound ended or was cut; sent by the leg's media for every span it played (not for silence). */
  | { readonly input: 'heard'; readonly span: HeardSpan; readonly startedAt: Instant }
  /** The message that a program records has begun. */
  | { readonly input: 'recording'; readonly sid: RecordingSid; readonly at: Instant }
  /** The party asks that the other end call `target` instead of it: a number or a `sip:` address. */
  | {
      readonly input: 'transfer'
      readonly target: string
      readonly sip?: SipDetails
      /** Called once, whether that is done. */
      readonly decide?: (isTaken: boolean) => void
    }
  /** The party sends a user-defined message: JSON text. */
  | { readonly input: 'message'; readonly content: string }
  /** A simulated phone's script moved to a step, ended or failed. */
  | {
      readonly input: 'script'
      readonly state: 'running' | 'done' | 'failed'
      readonly step: number
      readonly wanted?: string
    }
  /** What went over the wire of a leg over SIP, and over its line; after its end, each at most once. */
  | { readonly input: 'wire'; readonly wire: WireStory }
  | { readonly input: 'line'; readonly statistics: LineStatistics }

/** What went over the wire of a leg up to now; null: nothing. */
export interface LegWire {
  readonly wire: WireStory | null
  readonly statistics: LineStatistics | null
}

export type LegListener = (input: LegInput) => void

/** What became of asking a party to call somebody else (REFER). */
export interface Referral {
  /** The party's answer to the asking: 202 when it accepts. */
  readonly sipResponseCode: number
  /** The last state that it told of the call it then made; null when it told none. */
  readonly notifyCode: number | null
}

export interface Leg {
  readonly media: LegMedia
  /** Inbound legs: pick up. Ignored once answered or over. */
  answer(): void
  /** Inbound legs: refuse while unanswered. */
  reject(reason: 'rejected' | 'busy'): void
  /** Ends the leg in any state; a ringing outbound leg is cancelled. No input follows. */
  hangUp(): void
  /**
   * Presses keys towards the party: the platform's own (`SendDigits`, `<Play digits>`), or those of another party.
   * @param inBand a program of its media plays them besides
   */
  pressed(digits: string, inBand?: boolean): void
  /**
   * Asks the party to call another `sip:` address. Resolves, never rejects, when it is known what came of it, or the leg
   * is over. Null: the leg is no SIP leg.
   */
  refer(target: string): Promise<Referral> | null
  /** User-defined messages go to the party and come from it, as with a client of the Voice SDK. Absent: they do not. */
  readonly takesMessages?: boolean
  /** Absent: the leg has no wire. Never rejects. */
  wire?(): Promise<LegWire>
  /** Resolves when the leg is over and everything about it has been told and written. */
  readonly closed: Promise<void>
}

/** An application of the account that is called instead of an address. */
export interface CalledApplication {
  readonly sid: string
  /** Sent to it besides the standard parameters. */
  readonly parameters: Readonly<Record<string, string>>
}

export interface DialOrder {
  readonly callSid: CallSid
  readonly accountSid: AccountSid
  /** What the party is shown: a number, a `client:` or `sip:` address, or any word. */
  readonly from: string
  /** A `sip:` address may have header fields after a `?`. */
  readonly to: string
  readonly application?: CalledApplication | null
  /** Sound that the party is likely to hear: of the leg that dials it. */
  readonly near?: LegMedia | null
  /** For SIP parties. */
  readonly sip?: {
    /** Who we say we are when we are asked. */
    readonly auth: { readonly username: string; readonly password: string } | null
    /** Sent to the party besides those of the address. */
    readonly headers: readonly { readonly name: string; readonly value: string }[]
  }
}

/** Rings a number, a `sip:` address or a `client:` on behalf of a call; or an application, which takes the call as if it were a number. */
export interface Network {
  /** Who rings an address, where there are several networks. Never rejects; absent: this one does. */
  choose?(call: DialOrder): Promise<Pick<Network, 'dial'>>
  /** Never throws for a bad destination: that comes as a `failed` input, never before `dial` has returned. */
  dial(call: DialOrder, listener: LegListener): Leg
}

/** A party that rings a number of ours; the engine takes it by asking for its leg. */
export interface IncomingCall {
  readonly from: string
  readonly to: string
  readonly accountSid: AccountSid
  readonly forwardedFrom?: string
  readonly callerName?: string
  /** Set: it runs this application, and `to` is what that is told. */
  readonly application?: CalledApplication | null
  /** Of a call over SIP: what it told of itself, and whose it is. */
  readonly sip?: SipDetails & {
    readonly sourceIp: string
    /** The SIP domain that was called, whose document it runs; null: a number was. */
    readonly domain: { readonly sid: string; readonly name: string } | null
  }
  take(callSid: CallSid, listener: LegListener): Leg
}

/** What a network does with a party that dials us. Resolves with the new call's SID, null when nobody owns the number. */
export type Answerer = (incoming: IncomingCall) => Promise<CallSid | null>
