/**
 * A leg whose party is a real phone: signalling by a session of SIP, sound by a line. How it came to be, by an INVITE of ours or of
 * theirs, is its `Way`.
 */
import type { Leg, LegInput, LegListener, LegWire, Referral, SipDetails } from '../engine/ports/leg.ts'
import type { LegMedia } from '../engine/ports/leg-media.ts'
import type { LineMedia } from '../engine/ports/line.ts'
import type { MediaEngine } from '../engine/ports/media-engine.ts'
import type { Clock } from '../lib/clock.ts'
import type { Body } from '../wire/sip/dialog/body.ts'
import { writeReferTo } from '../wire/sip/dialog/refer-to.ts'
import type { SipRequest } from '../wire/sip/message.ts'
import type { IncomingOffer } from '../wire/sip/session/incoming-offer.ts'
import type { IncomingRefer } from '../wire/sip/session/incoming-refer.ts'
import type { Session } from '../wire/sip/session/session.ts'
import type { SessionEnd, SessionListener } from '../wire/sip/session/session-listener.ts'
import type { OtherServerTransaction } from '../wire/sip/transaction/other-server.ts'
import { keyOfInfo } from './info-keys.ts'
import { LegStory } from './leg-story.ts'
import { type Encryption, LineAudio } from './line-audio.ts'
import { reasonHeader, warningHeader } from './reasons.ts'
import { Referring } from './referring.ts'
import type { Trace } from './trace.ts'
import { transferInput } from './transfer-input.ts'
import type { Way } from './way.ts'

/** A party that was replaced is told so before it is hung up on. */
const PARTING_MS = 1000

export interface SipLegOptions {
  readonly clock: Clock
  readonly engine: MediaEngine
  readonly listener: LegListener
  readonly encryption: Encryption
  /** Sound that the party is likely to hear. */
  readonly near?: LegMedia | null
  readonly trace: Trace
  /** Called once, whoever ended it. */
  readonly onOver: () => void
}

export class SipLeg implements Leg, SessionListener {
  readonly media: LineMedia
  readonly audio: LineAudio
  readonly #clock: Clock
  readonly #listener: LegListener
  readonly #story: LegStory
  readonly #onOver: () => void
  #way: Way | null = null
  #session: Session | null = null
  /** Of an inbound leg: picked up, but there is no answer yet to send. */
  #state: 'ringing' | 'answering' | 'up' | 'over' = 'ringing'
  #rang = false
  #isEarly = false
  /** The party has asked to be replaced, and what becomes of that is being decided. */
  #isDeciding = false
  #referring: Referring | null = null

  constructor({ clock, engine, listener, encryption, near = null, trace, onOver }: SipLegOptions) {
    this.#clock = clock
    this.#listener = listener
    this.#onOver = onOver
    this.media = engine.openLine(
      {
        spanStarted() {},
        spanEnded: (span, startedAt) => listener({ input: 'heard', span, startedAt }),
        keyHeard: (digit) => {
          if (this.#state === 'up') listener({ input: 'digit', digit })
        },
        recordingBegan: (sid, at) => listener({ input: 'recording', sid, at }),
        lost: () => this.#hungUp(500, 'The sound of the call was lost.'),
        // While it rings there may be nothing to hear.
        lineSilent: () => {
          if (this.#state === 'up') this.#hungUp(408, 'Nothing was heard of the party for a minute.')
        },
      },
      near,
    )
    this.audio = new LineAudio(this.media, encryption)
    this.#story = new LegStory(this.media, trace, listener)
  }

  get isOver(): boolean {
    return this.#state === 'over'
  }

  get closed(): Promise<void> {
    return this.#story.isTold
  }

  wire(): Promise<LegWire> {
    return this.#story.wire()
  }

  /** Once, before anything else happens. */
  goes(way: Way): void {
    this.#way = way
  }

  // What the engine does.

  answer(): void {
    if (this.#state !== 'ringing') return
    this.#state = 'answering'
    this.#way?.pickUp()
  }

  reject(reason: 'rejected' | 'busy'): void {
    if (this.#state !== 'ringing') return
    this.#end()
    this.#way?.refuse(reason)
  }

  hangUp(): void {
    if (this.#state === 'over') return
    const wasUp = this.#state === 'up'
    this.#end()
    const session = wasUp ? this.#session : null
    if (!session) this.#way?.giveUp()
    else if (this.#isDeciding) this.#clock.after(PARTING_MS, () => session.bye())
    else session.bye()
  }

  pressed(digits: string, inBand: boolean = false): void {
    if (this.#state === 'up' && !inBand) this.media.sendKeys(digits)
  }

  refer(target: string): Promise<Referral> | null {
    const session = this.#session
    const referTo = writeReferTo(target, null)
    if (this.#state !== 'up' || !session || referTo === null || this.#referring) return null
    const referring = new Referring(session, referTo)
    this.#referring = referring
    void referring.outcome.then(() => {
      this.#referring = null
    })
    return referring.outcome
  }

  // What the far end does.

  rings(): void {
    if (this.#state !== 'ringing' || this.#rang) return
    this.#rang = true
    this.#listener({ input: 'rang' })
  }

  /** Its sound flows before it is answered. */
  isHeardEarly(): void {
    this.rings()
    if (this.#state !== 'ringing' || this.#isEarly) return
    this.#isEarly = true
    this.#listener({ input: 'early-media' })
  }

  /** The session of an outbound leg stands, and its sound is agreed on. */
  answered(session: Session, sip: SipDetails): void {
    if (this.#state !== 'ringing') return
    this.rings()
    // Whoever was told that it rings may have hung up.
    if (this.isOver) {
      session.bye()
      return
    }
    this.#state = 'up'
    this.joins(session)
    this.#listener({ input: 'answered', sip })
  }

  /** From here on what the session tells is of this leg. */
  joins(session: Session): void {
    this.#session = session
    session.listen(this)
  }

  /** The answer of an inbound leg is on its way. */
  stands(): void {
    if (this.#state === 'answering') this.#state = 'up'
  }

  /** It did not come about. */
  refused(input: LegInput): void {
    if (this.#state === 'over') return
    this.#end()
    this.#listener(input)
  }

  onOffer(offer: IncomingOffer): void {
    if (!offer.offer) {
      // The party wants to hear all that we can, whatever was said before (RFC 3261 section 14.2).
      offer.accept(this.audio.offer(), (answer) => {
        if (answer) this.audio.accept(answer)
      })
      return
    }
    const answer = this.audio.answer(offer.offer)
    if ('refused' in answer) offer.refuse(488, [warningHeader(answer.refused)])
    else offer.accept(answer)
  }

  onRefer(refer: IncomingRefer): void {
    if (this.#state !== 'up' || refer.target.method !== 'INVITE') {
      refer.refuse(603)
      return
    }
    this.#isDeciding = true
    this.#listener(transferInput(refer))
    this.#isDeciding = false
  }

  onRequest(transaction: OtherServerTransaction, request: SipRequest): void {
    const key = request.method === 'INFO' ? keyOfInfo(request) : null
    if (key !== null && this.#state === 'up') {
      this.#listener({ input: 'digit', digit: key })
      this.media.press(key)
    }
    const isKnown = request.method === 'INFO' || request.method === 'OPTIONS' || request.method === 'NOTIFY'
    this.#session?.answer(transaction, request, isKnown ? 200 : 501)
  }

  currentOffer(): Body | null {
    return this.audio.current()
  }

  /** One that cannot be taken leaves all as it was: the party is there, and that was asked. */
  onRefreshed(answer: Body): void {
    if (this.#state === 'up') this.audio.accept(answer)
  }

  onEnded({ by }: SessionEnd): void {
    if (this.#state === 'over') return
    this.#end(by === 'failure')
    this.#listener({ input: 'hung-up' })
  }

  /** The party is gone without a word, or we cannot hear it any more. */
  #hungUp(cause: number, why: string): void {
    if (this.#state === 'over') return
    const session = this.#state === 'up' ? this.#session : null
    this.#end(true)
    if (session) session.bye([reasonHeader(cause, why)])
    else this.#way?.giveUp()
    this.#listener({ input: 'hung-up' })
  }

  #end(isFault: boolean = false): void {
    this.#state = 'over'
    this.#story.end(isFault)
    this.#referring?.end()
    this.#onOver()
  }
}
