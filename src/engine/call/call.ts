/**
 * One live call: an actor that owns its record, its leg, its timers and its running document. Inputs come from the leg,
 * from REST and from its timers; every change goes to the journal in one commit with the intent of the callback it
 * causes.
 */
import type { Write } from '../../journal/store.ts'
import type { Instant } from '../../lib/ids.ts'
import { type CallHost, type DocumentSource, toSource } from '../interpreter/flow.ts'
import type { Ending } from '../interpreter/interpreter.ts'
import type { Leg, LegInput, SipDetails } from '../ports/leg.ts'
import type { Sounds } from '../ports/sound.ts'
import type { Recordings } from '../recording/recordings.ts'
import { alertByName } from './alerts.ts'
import { changed, inStatus, statusFact, toldWithAnswer } from './call-change.ts'
import { type HostDeps, makeCallHost } from './call-host.ts'
import type { CallRecord } from './call-record.ts'
import type { CallChange } from './call-service.ts'
import { type CallInput, stepCall } from './call-state.ts'
import { CallStory, type StoryDeps } from './call-story.ts'
import { CallTimers } from './call-timers.ts'
import type { ChildDriver } from './child-call.ts'
import { detectBeside, takeFirstSteps } from './first-steps.ts'
import { Party } from './party.ts'
import { RunningDocuments } from './running-documents.ts'
import { callbackEventOf } from './status-callbacks.ts'

export interface CallDeps extends StoryDeps {
  readonly sounds: Sounds
  readonly recordings: Pick<Recordings, 'message' | 'began' | 'recordCall' | 'recordDial' | 'stopNamed'>
  readonly recognition: HostDeps['recognition']
  readonly transcriptions: HostDeps['transcriptions']
  readonly streams: HostDeps['streams']
  readonly openSocket: HostDeps['openSocket']
  readonly liveTranscriptions: HostDeps['liveTranscriptions']
  readonly othersOf: HostDeps['othersOf']
  /** Called once, when the call is over and its last exchange done. */
  readonly forget: (call: Call) => void
}

/** Makes the leg of a call that is dialled. */
type Ring = (call: CallRecord, listener: (input: LegInput) => void) => Leg

/** What a leg may tell when its call has ended. */
const TOLD_LATE: ReadonlySet<LegInput['input']> = new Set(['heard', 'recording', 'wire', 'line'])

/** How ringing ends without an answer, and what that is to the call. */
const NOT_ANSWERED = { busy: 'busy', rejected: 'busy', unanswered: 'unanswered', failed: 'refused' } as const

interface How {
  readonly sipResponseCode?: number
  /** If not now. */
  readonly at?: Instant
}

export class Call extends CallStory {
  readonly #deps: CallDeps
  readonly party: Party
  readonly #documents: RunningDocuments
  #leg: Leg | null = null
  readonly #timers: CallTimers
  /** Who tells this call's story, if it is another call's child. */
  #driver: ChildDriver | null = null
  readonly #endListeners: (() => void)[] = []

  /** `place` is where the call's next entry stands in its order. */
  constructor(deps: CallDeps, record: CallRecord, place: number) {
    super(deps, record, place)
    this.#deps = deps
    this.#timers = new CallTimers(deps.clock)
    this.party = new Party(this, deps.recordings)
    this.#documents = new RunningDocuments({
      hostFor: (stop) => this.documentHost(stop),
      ended: (ending) => this.#documentsEnded(ending),
      failed: (fault) => this.#failed(fault),
    })
  }

  get leg(): Leg | null {
    return this.#leg
  }

  /** Dials out when its turn has come: the call leaves the queue. */
  dialAfter(waitMs: number, ring: Ring): void {
    if (waitMs === 0) this.#dial(ring)
    else this.#timers.wakeAfter(waitMs, () => this.#dial(ring))
  }

  #dial(ring: Ring): void {
    if (this.record.status !== 'queued') return
    this.update({ startedAt: this.#deps.clock.now() })
    this.announce('initiated', () => [this.rowWrite()])
    this.#leg = ring(this.record, (input) => this.#onInput(input))
    this.#timers.wakeAfter(this.record.options.timeoutSec * 1000, () => this.#end('unanswered'))
  }

  /** Takes an inbound call, which rings until a verb picks up, but no longer than a call may last. */
  receive(leg: (listener: (input: LegInput) => void) => Leg): void {
    this.#leg = leg((input) => this.#onInput(input))
    // It may have been ended while its first record was written.
    if (this.ended) {
      this.#leg.hangUp()
      return
    }
    this.#timers.wakeAfter(this.record.options.timeLimitSec * 1000, () => this.#end('unanswered'))
    const { document } = this.record.voice
    if (document) this.runDocument(toSource(document, 'Voice'))
    else this.#end('refused')
  }

  /** Picks up an inbound call. */
  answer(): void {
    if (this.record.status !== 'ringing' || this.record.direction !== 'inbound') return
    // The status first: the party may speak, or hang up, as soon as it is picked up.
    this.#move('answered')
    this.#leg?.answer()
  }

  /** Ends the call as its state demands: a live one is hung up, an unanswered one cancelled. */
  hangUp(): void {
    this.#end(this.answered ? 'hung-up' : 'canceled')
  }

  /** Ends a call whose process died: nobody is left on the line. `diedAt` is when it was last heard of. */
  endAfterRestart(diedAt: Instant): void {
    this.alert(alertByName('endedByRestart', 'The platform restarted while the call was up; it was ended'))
    this.#end(this.answered ? 'hung-up' : 'refused', { sipResponseCode: this.answered ? 200 : 503, at: diedAt })
  }

  /** Applies a REST update that has been found allowed to what stands on the record. */
  change(change: CallChange): void {
    this.update(changed(this.record, change))
    if (change.timeLimitSec !== undefined && this.record.status === 'in-progress') this.#startTimeLimit()
  }

  /** From here on another call tells this one's story: it runs no document of its own when it is answered. */
  driveBy(driver: ChildDriver): void {
    this.#driver = driver
  }

  /** Told once, in the moment of its end, with the final status on its record. */
  onEnd(listener: () => void): void {
    this.#endListeners.push(listener)
  }

  /** For documents that run in the name of this call until `stop`, whatever becomes of it. */
  documentHost(stop: AbortSignal): CallHost {
    return makeCallHost(this, stop, this.#deps)
  }

  /** For documents that whoever drives the call runs on it. */
  driverHost(): CallHost {
    return this.documentHost(this.#documents.signal)
  }

  /** Abandons the running document for another. A child is nobody's child any more. */
  runDocument(source: DocumentSource): void {
    if (this.ended) return
    // Whoever drives it hears of that when nothing of its own runs any more.
    this.#documents.stop()
    const driver = this.#driver
    this.#driver = null
    driver?.redirected()
    this.#documents.run(source)
  }

  #documentsEnded(ending: Exclude<Ending, 'stopped'>): void {
    if (ending === 'hangup' || this.answered) {
      this.hangUp()
      return
    }
    this.#leg?.reject(ending.reject)
    if (ending.reject === 'busy') this.#end('busy', { sipResponseCode: 486 })
    else this.#end('unanswered', { sipResponseCode: 603 })
  }

  #failed(fault: unknown): void {
    this.#deps.logger.error({ callSid: this.record.sid, err: fault }, 'a call failed by our own mistake')
    if (this.ended) return
    this.alert(alertByName('callFault', 'The platform failed while it ran this call; the call was ended'))
    this.hangUp()
  }

  #onInput(input: LegInput): void {
    if (this.ended && !TOLD_LATE.has(input.input)) return
    switch (input.input) {
      case 'rang':
        if (this.#move('rang')) this.#driver?.rang()
        return
      case 'early-media':
        if (!this.answered) this.#driver?.heardEarly?.()
        return
      case 'answered':
        this.#hearOf(input.sip)
        this.#move('answered')
        return
      case 'busy':
      case 'rejected':
      case 'unanswered':
      case 'failed':
        this.#hearOf(input.sip)
        this.#end(NOT_ANSWERED[input.input], input)
        return
      case 'hung-up':
        this.#end(this.answered ? 'hung-up' : 'unanswered')
        return
      default:
        this.party.did(input)
    }
  }

  #hearOf(sip: SipDetails | undefined): void {
    if (sip) this.update(toldWithAnswer(this.record, sip))
  }

  /** Moves by one input, journals it with the callback it causes, and starts what the new status starts. */
  #move(input: CallInput, how: How = {}): boolean {
    const status = stepCall(this.record.status, input)
    if (!status) return false
    const at = how.at ?? this.#deps.clock.now()
    const silent = status === 'canceled' && this.record.startedAt === null
    this.update(inStatus(status, at, how.sipResponseCode))
    const event = callbackEventOf(status)
    const facts = (): readonly Write[] => [this.rowWrite(), this.fact(statusFact(this.record))]
    // A call cancelled while it still waits in the queue tells nobody.
    if (event && !silent) this.announce(event, facts)
    else this.write(facts())
    if (status === 'in-progress') this.#onAnswered()
    return true
  }

  #onAnswered(): void {
    this.#timers.cancel()
    this.#startTimeLimit()
    if (this.record.direction === 'inbound') return
    detectBeside(this)
    if (this.#driver) {
      this.#driver.answered()
      return
    }
    const { recordings } = this.#deps
    takeFirstSteps(this, { recordings, stop: this.#documents.signal, failed: (fault) => this.#failed(fault) })
  }

  #end(input: CallInput, how: How = {}): void {
    if (this.ended) return
    this.#timers.cancel()
    this.#documents.stop()
    if (!this.#move(input, how)) return
    if (this.#leg) {
      this.#leg.hangUp()
      // What it was still being played is told a moment later, and belongs to the call.
      this.during(this.#leg.closed)
    }
    const driver = this.#driver
    this.#driver = null
    driver?.over(this.record)
    for (const listener of this.#endListeners.splice(0)) listener()
    this.logEnd()
    this.release()
  }

  #startTimeLimit(): void {
    this.#timers.cancel()
    const { timeLimitSec } = this.record.options
    this.#timers.wakeAfter(timeLimitSec * 1000 - this.sinceAnswerMs(), () => {
      this.alert(alertByName('timeLimitReached', `The call reached its limit of ${timeLimitSec} s and was ended`))
      this.#end('hung-up')
    })
  }

  protected forgotten(): void {
    this.#deps.forget(this)
  }
}
