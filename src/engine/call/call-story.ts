/**
 * What is told of one call and by it: its record, its facts and alerts, and its exchanges, each at its place in the call's
 * order. A call stays in memory until the last of them is over.
 */
import type { CallCookies, Courier } from '../../journal/courier.ts'
import type { Alert, ExchangeVerb, Fact, FactBody, Purpose } from '../../journal/entry.ts'
import type { When, Write } from '../../journal/store.ts'
import type { Clock } from '../../lib/clock.ts'
import type { ConferenceSid, Instant } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { alertByCode, callbackAlert } from './alerts.ts'
import { type CallbackEvent, type CallRecord, type Fetchable, isFinal } from './call-record.ts'
import { callWrite } from './call-row.ts'
import type { ToldRecording } from './child-call.ts'
import { callbackParameters, recordingParameters } from './status-callbacks.ts'

export interface StoryDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly journal: { append(group: readonly Write[], when?: When): Promise<void> }
  readonly courier: Courier
  /** `callback`: a call asks for events by its status callback; `always`: every call counts as having asked. */
  readonly gate: 'callback' | 'always'
}

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
  'user-defined-message',
])

export abstract class CallStory {
  readonly #deps: StoryDeps
  #record: CallRecord
  #place: number
  #cookies: CallCookies | undefined
  /** Exchanges under way, plus one while the call is live. */
  #pending = 1
  #toldRecording: ToldRecording | null = null
  readonly #alertCodes = new Set<number>()

  /** `place` is where the call's next entry stands in its order. */
  constructor(deps: StoryDeps, record: CallRecord, place: number) {
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

  nextPlace(): number {
    return this.#place++
  }

  /** Whether the call asked for events about its requests. */
  get asked(): boolean {
    return this.#deps.gate === 'always' || this.#record.statusCallback !== null
  }

  /** Records what happened; flushed with the next commit. */
  note(body: FactBody): void {
    this.write([this.fact(body)])
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
      | 'user-defined-message'
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
      .finally(() => this.release())
  }

  /** Stays in memory until `work` is over; a fault in it is this call's alone. */
  during(work: Promise<unknown>): void {
    this.#pending += 1
    work.catch((fault: unknown) => this.unwritten(fault)).finally(() => this.release())
  }

  /** Stays in memory until it is let go. */
  hold(): void {
    this.#pending += 1
  }

  letGo(): void {
    this.release()
  }

  /** Makes the callback for `event` if it was asked for; `facts` are committed with it, or alone. */
  protected announce(event: CallbackEvent, facts: () => readonly Write[]): void {
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

  /** The callback of its end tells of this recording. */
  recordedAs(recording: ToldRecording): void {
    this.#toldRecording = recording
  }

  /** Who has answered stands on the record from now on. Returns what is to be committed. */
  setAnsweredBy(who: string): Write {
    this.update({ answeredBy: who })
    return this.rowWrite()
  }

  rowWrite(): Write {
    return callWrite(this.#record)
  }

  /** Nobody waits for it. */
  write(group: readonly Write[]): void {
    this.#deps.journal.append(group, 'soon').catch((fault: unknown) => this.unwritten(fault))
  }

  /** A journal that is broken ends the process; a group that it refuses is our mistake, and this call's alone. */
  protected unwritten(fault: unknown): void {
    this.#deps.logger.error(
      { callSid: this.#record.sid, err: fault },
      'part of a call could not be written to the journal',
    )
  }

  protected update(change: Partial<CallRecord>): void {
    this.#record = { ...this.#record, ...change, updatedAt: this.#deps.clock.now() }
  }

  /** A fact of this call at its next place. */
  fact(body: FactBody): Fact {
    const { accountSid, sid } = this.#record
    return { kind: 'fact', accountSid, callSid: sid, place: this.nextPlace(), at: this.#deps.clock.now(), body }
  }

  /** One line of the log for each call. */
  protected logEnd(): void {
    const { sid, status, to, from, direction, answeredAt, endedAt } = this.#record
    const upSec = answeredAt === null || endedAt === null ? 0 : (endedAt - answeredAt) / 1000
    const alerts = this.#alertCodes.size === 0 ? {} : { alerts: [...this.#alertCodes] }
    this.#deps.logger.info({ callSid: sid, direction, from, to, status, upSec, ...alerts }, 'call ended')
  }

  protected release(): void {
    this.#pending -= 1
    if (this.#pending === 0) this.forgotten()
  }

  /** The call is over and its last exchange done. */
  protected abstract forgotten(): void
}
