/**
 * One live call: an actor that owns its record, its leg, its timers and its running document. Inputs come from the leg,
 * from REST and from its timers; every change goes to the journal in one commit with the intent of the callback it
 * causes. It stays in memory until its last exchange is over.
 */
import type { CallCookies, Courier } from '../../journal/courier.ts'
import type { Alert, ExchangeVerb, Fact, FactBody, Purpose } from '../../journal/entry.ts'
import type { Write } from '../../journal/store.ts'
import type { Clock, Timer } from '../../lib/clock.ts'
import type { ConferenceSid, Instant } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { type CallHost, type DocumentSource, toSource } from '../interpreter/flow.ts'
import { runDocuments } from '../interpreter/interpreter.ts'
import type { Leg, LegInput } from '../ports/leg.ts'
import type { Sounds } from '../ports/sound.ts'
import type { Recordings } from '../recording/recordings.ts'
import { keyRounds } from '../verbs/prompts.ts'
import { alertByCode, alertByName, callbackAlert } from './alerts.ts'
import { changed } from './call-change.ts'
import { type HostDeps, makeCallHost } from './call-host.ts'
import { type CallbackEvent, type CallOptions, type CallRecord, type Fetchable, isFinal } from './call-record.ts'
import { callWrite } from './call-row.ts'
import type { CallChange } from './call-service.ts'
import { type CallInput, stepCall } from './call-state.ts'
import type { ChildDriver, ToldRecording } from './child-call.ts'
import { factOf } from './leg-facts.ts'
import { type AskedDetection, amdParameters, detectionOf, withVerdict } from './machine-verdict.ts'
import { callbackEventOf, callbackParameters, recordingParameters, SIP_RESPONSE_CODES } from './status-callbacks.ts'

export interface CallDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly journal: { append(group: readonly Write[]): Promise<void> }
  readonly courier: Courier
  readonly sounds: Sounds
  readonly recordings: Pick<Recordings, 'message' | 'began' | 'recordCall' | 'recordDial' | 'stopNamed'>
  readonly recognition: HostDeps['recognition']
  readonly transcriptions: HostDeps['transcriptions']
  readonly streams: HostDeps['streams']
  readonly othersOf: HostDeps['othersOf']
  /** `callback`: a call asks for events by its status callback; `always`: every call counts as having asked. */
  readonly gate: 'callback' | 'always'
  /** Called once, when the call is over and its last exchange done. */
  readonly forget: (call: Call) => void
}

/** Makes the leg of a call that is dialled. */
type Ring = (call: CallRecord, listener: (input: LegInput) => void) => Leg

/** Bytes of a document or callback reply that are read. */
export const BODY_BYTES_MAX = 64 * 1024

/** Purposes whose requests have a URL of their own. */
const OWN_CALLBACKS: ReadonlySet<Purpose> = new Set([
  'status-callback',
  'amd',
  'recording',
  'conference',
  'partial-result',
  'transcription',
  'stream',
])

/** Why documents are stopped. Given, because `abort()` alone makes an exception with a stack each time. */
const OVER = 'this document is over'

export class Call {
  readonly #deps: CallDeps
  #record: CallRecord
  #place: number
  #leg: Leg | null = null
  /** Aborted when the running document chain is to stop: the call ended or was redirected. */
  #running = new AbortController()
  #timers: Timer[] = []
  readonly #keyListeners = new Set<(key: string) => void>()
  /** Who can replace the party when it asks for that. */
  #onTransfer: ((target: string) => boolean) | null = null
  #toldRecording: ToldRecording | null = null
  /** Who tells this call's story, if it is another call's child. */
  #driver: ChildDriver | null = null
  readonly #endListeners: (() => void)[] = []
  #cookies: CallCookies | undefined
  /** Exchanges under way, plus one while the call is live. */
  #pending = 1
  readonly #alertCodes = new Set<number>()

  /** `place` is where the call's next entry stands in its order. */
  constructor(deps: CallDeps, record: CallRecord, place: number) {
    this.#deps = deps
    this.#record = record
    this.#place = place
  }

  get record(): CallRecord {
    return this.#record
  }

  get ended(): boolean {
    return isFinal(this.#record.status)
  }

  get answered(): boolean {
    return this.#record.answeredAt !== null
  }

  get leg(): Leg | null {
    return this.#leg
  }

  nextPlace(): number {
    return this.#place++
  }

  /** Whether the call asked for events about its requests. */
  get asked(): boolean {
    return this.#deps.gate === 'always' || this.#record.statusCallback !== null
  }

  /** Dials out when its turn has come: the call leaves the queue. */
  dialAfter(waitMs: number, ring: Ring): void {
    if (waitMs === 0) this.#dial(ring)
    else this.#wakeAfter(waitMs, () => this.#dial(ring))
  }

  #dial(ring: Ring): void {
    if (this.#record.status !== 'queued') return
    this.#update({ startedAt: this.#deps.clock.now() })
    this.#announce('initiated', () => [this.rowWrite()])
    this.#leg = ring(this.#record, (input) => this.#onInput(input))
    this.#wakeAfter(this.#record.options.timeoutSec * 1000, () => this.#end('unanswered'))
  }

  /** Takes an inbound call, which rings until a verb picks up, but no longer than a call may last. */
  receive(leg: (listener: (input: LegInput) => void) => Leg): void {
    this.#leg = leg((input) => this.#onInput(input))
    // It may have been ended while its first record was written.
    if (this.ended) {
      this.#leg.hangUp()
      return
    }
    this.#wakeAfter(this.#record.options.timeLimitSec * 1000, () => this.#end('unanswered'))
    const { document } = this.#record.voice
    if (document) this.runDocument(toSource(document, 'Voice'))
    else this.#end('refused')
  }

  /** Picks up an inbound call. */
  answer(): void {
    if (this.#record.status !== 'ringing' || this.#record.direction !== 'inbound') return
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
    this.#update(changed(this.#record, change))
    if (change.timeLimitSec !== undefined && this.#record.status === 'in-progress') this.#startTimeLimit()
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
    this.#deps.logger.error({ callSid: this.#record.sid, err: fault }, 'a call failed by our own mistake')
    if (this.ended) return
    this.alert(alertByName('callFault', 'The platform failed while it ran this call; the call was ended'))
    this.hangUp()
  }

  /** Records what happened; flushed with the next commit. */
  note(body: FactBody): void {
    this.#write([this.fact(body)])
  }

  alert(alert: Alert): void {
    this.#alertCodes.add(alert.code)
    this.note({ fact: 'alert', alert })
  }

  /** Unless the call had one of this code before. */
  alertOnce(alert: Alert): void {
    if (!this.#alertCodes.has(alert.code)) this.alert(alert)
  }

  /** Milliseconds since the call was answered; 0 before. */
  sinceAnswerMs(at: Instant = this.#deps.clock.now()): number {
    return this.#record.answeredAt === null ? 0 : Math.max(0, at - this.#record.answeredAt)
  }

  /** One request about this call, signed, with its cookies. */
  exchange(request: {
    readonly purpose:
      | 'twiml'
      | 'status-callback'
      | 'amd'
      | 'media'
      | 'recording'
      | 'stream'
      | 'conference'
      | 'partial-result'
      | 'transcription'
      | 'wait'
      | 'hold'
      | 'announce'
    readonly verb: ExchangeVerb
    readonly to: Fetchable
    readonly parameters: Readonly<Record<string, string>>
    readonly fallback?: boolean
    readonly because?: readonly Write[]
    readonly bodyBytesMax?: number
    readonly stop?: AbortSignal
    readonly conferenceSid?: ConferenceSid
  }): ReturnType<Courier['request']> {
    const { purpose, to } = request
    this.#pending += 1
    const media = purpose === 'media'
    this.#cookies ??= this.#deps.courier.newCookies()
    return this.#deps.courier
      .request({
        accountSid: this.#record.accountSid,
        callSid: this.#record.sid,
        ...(request.conferenceSid && { conferenceSid: request.conferenceSid }),
        purpose,
        verb: request.verb,
        // A callback's own URL is the asking.
        asked: OWN_CALLBACKS.has(purpose) || this.asked,
        fallback: request.fallback ?? false,
        method: to.method,
        url: to.url,
        parameters: request.parameters,
        nextPlace: () => this.nextPlace(),
        because: request.because ?? [],
        cookies: this.#cookies,
        bodyBytesMax: request.bodyBytesMax ?? BODY_BYTES_MAX,
        keepBody: !media,
        signed: !media,
        ...(request.stop && { stop: request.stop }),
      })
      .then((answer) => {
        for (const { code, message } of answer.problems)
          this.alert(alertByCode(code, 'warning', message, { request: answer.exchange.request }))
        return answer
      })
      .finally(() => this.#release())
  }

  /** Stays in memory until `work` is over; a fault in it is this call's alone. */
  during(work: Promise<unknown>): void {
    this.#pending += 1
    work.catch((fault: unknown) => this.#unwritten(fault)).finally(() => this.#release())
  }

  /** Stays in memory until it is let go. */
  hold(): void {
    this.#pending += 1
  }

  letGo(): void {
    this.#release()
  }

  rowWrite(): Write {
    return callWrite(this.#record)
  }

  /** Told of every key its party presses, until the function it returns is called. */
  onKey(listener: (key: string) => void): () => void {
    this.#keyListeners.add(listener)
    return () => void this.#keyListeners.delete(listener)
  }

  /** Told when the party asks to be replaced; answers whether that is done. Until the function it returns is called. */
  onTransfer(listener: (target: string) => boolean): () => void {
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
    if (this.ended && input.input !== 'heard' && input.input !== 'recording') return
    switch (input.input) {
      case 'rang':
        if (this.#move('rang')) this.#driver?.rang()
        return
      case 'answered':
        this.#move('answered')
        return
      case 'recording':
        this.#deps.recordings.began(input.sid)
        return
      case 'digit':
        for (const listener of [...this.#keyListeners]) listener(input.digit)
        return
      case 'transfer':
        if (this.#onTransfer?.(input.target)) return
        this.alert(
          alertByName(
            'transferNotTaken',
            `The party asked to be replaced by ${input.target}; only a <Dial referUrl> that has connected it can do that`,
          ),
        )
        return
      case 'busy':
      case 'rejected':
        this.#end('busy', input)
        return
      case 'failed':
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

  /** Moves by one input, journals it with the callback it causes, and starts what the new status starts. */
  #move(input: CallInput, how: { readonly sipResponseCode?: number; readonly at?: Instant } = {}): boolean {
    const status = stepCall(this.#record.status, input)
    if (!status) return false
    const at = how.at ?? this.#deps.clock.now()
    const silent = status === 'canceled' && this.#record.startedAt === null
    this.#update({
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
        ...(this.#record.sipResponseCode !== null && { sipResponseCode: this.#record.sipResponseCode }),
      }),
    ]
    // A call cancelled while it still waits in the queue tells nobody.
    if (event && !silent) this.#announce(event, facts)
    else this.#write(facts())
    if (status === 'in-progress') this.#onAnswered()
    return true
  }

  #onAnswered(): void {
    this.#cancelTimers()
    this.#startTimeLimit()
    const { options, voice, direction } = this.#record
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
    this.#update({ answeredBy: verdict.answeredBy })
    this.#write([this.rowWrite()])
    this.runDocument(withVerdict(then, verdict))
  }

  /** Finds out who has answered beside whatever the call does, and tells it. */
  async #tellVerdict(asked: AskedDetection): Promise<void> {
    const verdict = await this.#leg?.media.detectMachine(detectionOf(asked)).verdict
    if (!verdict || this.ended) return
    const { answeredBy } = verdict
    this.#update({ answeredBy })
    const { callback } = asked
    if (!callback) {
      this.#write([this.rowWrite()])
      return
    }
    const { exchange } = await this.exchange({
      purpose: 'amd',
      verb: answeredBy,
      to: callback,
      parameters: amdParameters(this.#record, verdict),
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
    this.#leg?.pressed(digits)
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
    driver?.over(this.#record)
    for (const listener of this.#endListeners.splice(0)) listener()
    const { sid, status, to, from, direction, answeredAt, endedAt } = this.#record
    const upSec = answeredAt === null || endedAt === null ? 0 : (endedAt - answeredAt) / 1000
    this.#deps.logger.info(
      {
        callSid: sid,
        direction,
        from,
        to,
        status,
        upSec,
        ...(this.#alertCodes.size > 0 && { alerts: [...this.#alertCodes] }),
      },
      'call ended',
    )
    this.#release()
  }

  /** Makes the callback for `event` if it was asked for; `facts` are committed with it, or alone. */
  #announce(event: CallbackEvent, facts: () => readonly Write[]): void {
    const callback = this.#record.statusCallback
    if (!callback?.events.includes(event)) {
      this.#write(facts())
      return
    }
    const sequence = this.#record.callbackSequence
    this.#update({ callbackSequence: sequence + 1 })
    const parameters = {
      ...callbackParameters(this.#record, event, sequence, this.#record.endedAt ?? this.#deps.clock.now()),
      ...recordingParameters(this.#record, this.#toldRecording),
    }
    const request = { purpose: 'status-callback', verb: event, to: callback, parameters, because: facts() } as const
    this.#pending += 1
    this.exchange(request)
      .then(
        ({ exchange }) => {
          if (exchange.error) this.alert(callbackAlert(exchange))
        },
        (fault: unknown) => this.#unwritten(fault),
      )
      .finally(() => this.#release())
  }

  #startTimeLimit(): void {
    this.#cancelTimers()
    const leftMs = this.#record.options.timeLimitSec * 1000 - this.sinceAnswerMs()
    this.#wakeAfter(leftMs, () => {
      this.alert(
        alertByName(
          'timeLimitReached',
          `The call reached its limit of ${this.#record.options.timeLimitSec} s and was ended`,
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

  #write(group: readonly Write[]): void {
    this.#deps.journal.append(group).catch((fault: unknown) => this.#unwritten(fault))
  }

  /** A journal that is broken ends the process; a group that it refuses is our mistake, and this call's alone. */
  #unwritten(fault: unknown): void {
    this.#deps.logger.error(
      { callSid: this.#record.sid, err: fault },
      'part of a call could not be written to the journal',
    )
  }

  #update(change: Partial<CallRecord>): void {
    this.#record = { ...this.#record, ...change, updatedAt: this.#deps.clock.now() }
  }

  /** A fact of this call at its next place. */
  fact(body: FactBody): Fact {
    const { accountSid, sid } = this.#record
    return { kind: 'fact', accountSid, callSid: sid, place: this.nextPlace(), at: this.#deps.clock.now(), body }
  }

  #release(): void {
    this.#pending -= 1
    if (this.#pending === 0) this.#deps.forget(this)
  }
}
