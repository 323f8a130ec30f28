/**
 * One live call: an actor that owns its record, its leg, its timers and its running document. Inputs come from the leg,
 * from REST and from its timers; every change goes to the journal in one commit with the intent of the callback it
 * causes.
 */
import type { Write } from '../../journal/store.ts'
import type { Timer } from '../../lib/clock.ts'
import { type Instant, newSid } from '../../lib/ids.ts'
import { type CallHost, type DocumentSource, toSource } from '../interpreter/flow.ts'
import { runDocuments } from '../interpreter/interpreter.ts'
import type { MessageListener } from '../messages/user-message.ts'
import type { Leg, LegInput, SipDetails } from '../ports/leg.ts'
import type { Sounds } from '../ports/sound.ts'
import type { Recordings } from '../recording/recordings.ts'
import { keyRounds } from '../verbs/prompts.ts'
import { alertByName, callbackAlert } from './alerts.ts'
import { changed } from './call-change.ts'
import { type HostDeps, makeCallHost } from './call-host.ts'
import { type CallbackEvent, type CallOptions, type CallRecord, isFinal } from './call-record.ts'
import type { CallChange } from './call-service.ts'
import { type CallInput, stepCall } from './call-state.ts'
import { CallStory, type StoryDeps } from './call-story.ts'
import type { ChildDriver, ToldRecording } from './child-call.ts'
import { factOf } from './leg-facts.ts'
import { type AskedDetection, amdParameters, detectionOf, withVerdict } from './machine-verdict.ts'
import { headerParameters } from './new-records.ts'
import { callbackEventOf, callbackParameters, recordingParameters, SIP_RESPONSE_CODES } from './status-callbacks.ts'

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

/** Why documents are stopped. Given, because `abort()` alone makes an exception with a stack each time. */
const OVER = 'this document is over'

export class Call extends CallStory {
  readonly #deps: CallDeps
  #leg: Leg | null = null
  /** Aborted when the running document chain is to stop: the call ended or was redirected. */
  #running = new AbortController()
  #timers: Timer[] = []
  readonly #keyListeners = new Set<(key: string) => void>()
  readonly #messageListeners = new Set<MessageListener>()
  /** Who can replace the party when it asks for that. */
  #onTransfer: ((target: string, sip?: SipDetails) => boolean) | null = null
  #toldRecording: ToldRecording | null = null
  /** Who tells this call's story, if it is another call's child. */
  #driver: ChildDriver | null = null
  readonly #endListeners: (() => void)[] = []

  /** `place` is where the call's next entry stands in its order. */
  constructor(deps: CallDeps, record: CallRecord, place: number) {
    super(deps, record, place)
    this.#deps = deps
  }

  get leg(): Leg | null {
    return this.#leg
  }

  /** Dials out when its turn has come: the call leaves the queue. */
  dialAfter(waitMs: number, ring: Ring): void {
    if (waitMs === 0) this.#dial(ring)
    else this.#wakeAfter(waitMs, () => this.#dial(ring))
  }

  #dial(ring: Ring): void {
    if (this.record.status !== 'queued') return
    this.update({ startedAt: this.#deps.clock.now() })
    this.#announce('initiated', () => [this.rowWrite()])
    this.#leg = ring(this.record, (input) => this.#onInput(input))
    this.#wakeAfter(this.record.options.timeoutSec * 1000, () => this.#end('unanswered'))
  }

  /** Takes an inbound call, which rings until a verb picks up, but no longer than a call may last. */
  receive(leg: (listener: (input: LegInput) => void) => Leg): void {
    this.#leg = leg((input) => this.#onInput(input))
    // It may have been ended while its first record was written.
    if (this.ended) {
      this.#leg.hangUp()
      return
    }
    this.#wakeAfter(this.record.options.timeLimitSec * 1000, () => this.#end('unanswered'))
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
    return makeCallHost(this, this.#running.signal, this.#deps)
  }

  /** Abandons the running document for another. A child is nobody's child any more. */
  runDocument(source: DocumentSource): void {
    if (this.ended) return
    this.#running.abort(OVER)
    const driver = this.#driver
    this.#driver = null
    driver?.redirected()
    const running = new AbortController()
    this.#running = running
    const host = makeCallHost(this, running.signal, this.#deps)
    void runDocuments(host, source).then(
      (ending) => {
        if (running.signal.aborted || ending === 'stopped') return
        if (ending === 'hangup') this.hangUp()
        else if (this.answered) this.hangUp()
        else {
          this.#leg?.reject(ending.reject)
          this.#end(ending.reject === 'busy' ? 'busy' : 'unanswered', {
            sipResponseCode: ending.reject === 'busy' ? 486 : 603,
          })
        }
      },
      (fault: unknown) => this.#failed(fault),
    )
  }

  #failed(fault: unknown): void {
    this.#deps.logger.error({ callSid: this.record.sid, err: fault }, 'a call failed by our own mistake')
    if (this.ended) return
    this.alert(alertByName('callFault', 'The platform failed while it ran this call; the call was ended'))
    this.hangUp()
  }

  /** Told of every key its party presses, until the function it returns is called. */
  onKey(listener: (key: string) => void): () => void {
    this.#keyListeners.add(listener)
    return () => void this.#keyListeners.delete(listener)
  }

  /** Told of every message its party sends, until the function it returns is called. */
  onMessage(listener: MessageListener): () => void {
    this.#messageListeners.add(listener)
    return () => void this.#messageListeners.delete(listener)
  }

  /** Told when the party asks to be replaced; answers whether that is done. Until the function it returns is called. */
  onTransfer(listener: (target: string, sip?: SipDetails) => boolean): () => void {
    this.#onTransfer = listener
    return () => {
      if (this.#onTransfer === listener) this.#onTransfer = null
    }
  }

  /** The callback of its end tells of this recording. */
  recordedAs(recording: ToldRecording): void {
    this.#toldRecording = recording
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
      case 'recording':
        this.#deps.recordings.began(input.sid)
        return
      case 'digit':
        for (const listener of [...this.#keyListeners]) listener(input.digit)
        return
      case 'transfer': {
        const isTaken = this.#onTransfer?.(input.target, input.sip) ?? false
        input.decide?.(isTaken)
        if (isTaken) return
        this.alert(
          alertByName(
            'transferNotTaken',
            `The party asked to be replaced by ${input.target}; only a <Dial referUrl> that has connected it can do that`,
          ),
        )
        return
      }
      case 'message':
        this.#messageSent(input.content)
        return
      case 'busy':
      case 'rejected':
        this.#hearOf(input.sip)
        this.#end('busy', input)
        return
      case 'unanswered':
        this.#hearOf(input.sip)
        this.#end('unanswered', input)
        return
      case 'failed':
        this.#hearOf(input.sip)
        this.#end('refused', input)
        return
      case 'hung-up':
        this.#end(this.answered ? 'hung-up' : 'unanswered')
        return
      default: {
        const body = factOf(input, (at) => this.sinceAnswerMs(at))
        if (body) this.note(body)
      }
    }
  }

  /** What the party we dialled tells with its answer is told to apps from then on. */
  #hearOf(sip: SipDetails | undefined): void {
    if (!sip) return
    const { extraParameters } = this.record
    this.update({
      sip,
      extraParameters: { ...extraParameters, SipCallId: sip.callId, ...headerParameters(sip.headers) },
    })
  }

  /** The party's message is committed with the first request that tells of it, or alone. */
  #messageSent(content: string): void {
    const message = { sid: newSid('KX'), content }
    const fact = this.fact({ fact: 'message', atMs: this.sinceAnswerMs(), from: 'phone', ...message })
    const [first, ...others] = this.#messageListeners
    if (first) first(message, [fact])
    else this.write([fact])
    for (const listener of others) listener(message, [])
  }

  /** Moves by one input, journals it with the callback it causes, and starts what the new status starts. */
  #move(input: CallInput, how: { readonly sipResponseCode?: number; readonly at?: Instant } = {}): boolean {
    const status = stepCall(this.record.status, input)
    if (!status) return false
    const at = how.at ?? this.#deps.clock.now()
    const silent = status === 'canceled' && this.record.startedAt === null
    this.update({
      status,
      ...(status === 'in-progress' && { answeredAt: at }),
      ...(isFinal(status) && {
        endedAt: at,
        sipResponseCode: how.sipResponseCode ?? SIP_RESPONSE_CODES[status] ?? null,
      }),
    })
    const event = callbackEventOf(status)
    const facts = (): readonly Write[] => [
      this.rowWrite(),
      this.fact({
        fact: 'call-status',
        status,
        ...(this.record.sipResponseCode !== null && { sipResponseCode: this.record.sipResponseCode }),
      }),
    ]
    // A call cancelled while it still waits in the queue tells nobody.
    if (event && !silent) this.#announce(event, facts)
    else this.write(facts())
    if (status === 'in-progress') this.#onAnswered()
    return true
  }

  #onAnswered(): void {
    this.#cancelTimers()
    this.#startTimeLimit()
    const { options, voice, direction } = this.record
    if (direction === 'inbound') return
    const { machineDetection } = options
    if (machineDetection?.async) this.during(this.#tellVerdict(machineDetection))
    if (this.#driver) {
      this.#driver.answered()
      return
    }
    if (options.record) this.#recordFromAnswer(options.record)
    const { document } = voice
    if (!document) {
      this.hangUp()
      return
    }
    const first = toSource(document, 'Voice')
    const fail = (fault: unknown) => this.#failed(fault)
    if (options.sendDigits !== null) this.#sendDigits(options.sendDigits, first).catch(fail)
    else if (machineDetection && !machineDetection.async) this.#awaitVerdict(machineDetection, first).catch(fail)
    else this.runDocument(first)
  }

  /** Finds out who has answered before the first document is asked for. Meanwhile the party hears nothing. */
  async #awaitVerdict(asked: AskedDetection, then: DocumentSource): Promise<void> {
    const { signal } = this.#running
    const detection = this.#leg?.media.detectMachine(detectionOf(asked))
    signal.addEventListener('abort', () => detection?.stop(), { once: true })
    const verdict = await detection?.verdict
    // The party has hung up, or a redirect that came meanwhile has taken over.
    if (!verdict || signal.aborted) return
    this.update({ answeredBy: verdict.answeredBy })
    this.write([this.rowWrite()])
    this.runDocument(withVerdict(then, verdict))
  }

  /** Finds out who has answered beside whatever the call does, and tells it. */
  async #tellVerdict(asked: AskedDetection): Promise<void> {
    const verdict = await this.#leg?.media.detectMachine(detectionOf(asked)).verdict
    if (!verdict || this.ended) return
    const { answeredBy } = verdict
    this.update({ answeredBy })
    const { callback } = asked
    if (!callback) {
      this.write([this.rowWrite()])
      return
    }
    const { exchange } = await this.exchange({
      purpose: 'amd',
      verb: answeredBy,
      to: callback,
      parameters: amdParameters(this.record, verdict),
      because: [this.rowWrite()],
    })
    if (exchange.error) this.alert(callbackAlert(exchange))
  }

  #recordFromAnswer({ channels, ...asked }: NonNullable<CallOptions['record']>): void {
    const recording = { ...asked, channels: channels === 'dual' ? 2 : 1 } as const
    this.during(this.#deps.recordings.recordCall(this, recording, 'OutboundAPI'))
  }

  /** Presses keys towards whoever answered, before the first document is asked for. */
  async #sendDigits(digits: string, then: DocumentSource): Promise<void> {
    const { signal } = this.#running
    this.#leg?.pressed(digits, true)
    await this.#leg?.media.run({ play: keyRounds(digits, this.#deps.sounds, 'SendDigits') }, signal)
    // A redirect that came meanwhile has taken over.
    if (!signal.aborted) this.runDocument(then)
  }

  #end(input: CallInput, how: { readonly sipResponseCode?: number; readonly at?: Instant } = {}): void {
    if (this.ended) return
    this.#cancelTimers()
    this.#running.abort(OVER)
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
    const { sid, status, to, from, direction, answeredAt, endedAt } = this.record
    const upSec = answeredAt === null || endedAt === null ? 0 : (endedAt - answeredAt) / 1000
    this.#deps.logger.info(
      {
        callSid: sid,
        direction,
        from,
        to,
        status,
        upSec,
        ...(this.alertCodes.size > 0 && { alerts: [...this.alertCodes] }),
      },
      'call ended',
    )
    this.release()
  }

  /** Makes the callback for `event` if it was asked for; `facts` are committed with it, or alone. */
  #announce(event: CallbackEvent, facts: () => readonly Write[]): void {
    const callback = this.record.statusCallback
    if (!callback?.events.includes(event)) {
      this.write(facts())
      return
    }
    const sequence = this.record.callbackSequence
    this.update({ callbackSequence: sequence + 1 })
    const parameters = {
      ...callbackParameters(this.record, event, sequence, this.record.endedAt ?? this.#deps.clock.now()),
      ...recordingParameters(this.record, this.#toldRecording),
    }
    const request = { purpose: 'status-callback', verb: event, to: callback, parameters, because: facts() } as const
    const told = this.exchange(request).then(({ exchange }) => {
      if (exchange.error) this.alert(callbackAlert(exchange))
    })
    this.during(told)
  }

  #startTimeLimit(): void {
    this.#cancelTimers()
    const leftMs = this.record.options.timeLimitSec * 1000 - this.sinceAnswerMs()
    this.#wakeAfter(leftMs, () => {
      this.alert(
        alertByName(
          'timeLimitReached',
          `The call reached its limit of ${this.record.options.timeLimitSec} s and was ended`,
        ),
      )
      this.#end('hung-up')
    })
  }

  #wakeAfter(ms: number, wake: () => void): void {
    this.#timers.push(this.#deps.clock.after(ms, wake))
  }

  #cancelTimers(): void {
    for (const timer of this.#timers) timer.cancel()
    this.#timers = []
  }

  protected forgotten(): void {
    this.#deps.forget(this)
  }
}
