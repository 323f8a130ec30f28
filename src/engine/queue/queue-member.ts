/**
 * One caller in a queue, from joining to the result. Whatever may happen to it (a dequeuer, REST, the wait document, its
 * own end) goes through `step`, and the table decides: the first one wins, the others find it gone.
 */
import type { Clock } from '../../lib/clock.ts'
import type { CallSid, Instant, QueueSid } from '../../lib/ids.ts'
import { isFinal } from '../call/call-record.ts'
import type { CallHost } from '../interpreter/flow.ts'
import { type MemberInput, type MemberState, type QueueResult, stepMember } from './member-state.ts'
import { type NextDocument, wholeSec } from './queue-record.ts'

export interface Departure {
  readonly result: QueueResult
  /** Only of one whom REST took out. */
  readonly next: NextDocument | null
}

const NO_LONGER_WAITING = 'the caller waits no longer'

export class QueueMember {
  readonly callSid: CallSid
  readonly queueSid: QueueSid
  /** The caller's call; its `stop` is the end of the `<Enqueue>`. */
  readonly host: CallHost
  readonly joinedAt: Instant
  readonly #clock: Pick<Clock, 'now'>
  readonly #onceOut: (member: QueueMember) => void
  readonly #waiting = new AbortController()
  readonly #departed = Promise.withResolvers<Departure>()
  #state: MemberState = 'waiting'
  #leftQueueAt: Instant | null = null

  /** @param onceOut called when the caller stops waiting, before anybody else hears of it */
  constructor(about: {
    readonly queueSid: QueueSid
    readonly host: CallHost
    readonly onceOut: (member: QueueMember) => void
  }) {
    const { queueSid, host, onceOut } = about
    this.callSid = host.record.sid
    this.queueSid = queueSid
    this.host = host
    this.#clock = host.clock
    this.#onceOut = onceOut
    this.joinedAt = host.clock.now()
    host.stop.addEventListener('abort', this.#callStopped, { once: true })
  }

  get state(): MemberState {
    return this.#state
  }

  /** Aborted when the caller has left the line, whatever became of it. */
  get waiting(): AbortSignal {
    return this.#waiting.signal
  }

  /** Resolves, never rejects, when the `<Enqueue>` is over. */
  get departed(): Promise<Departure> {
    return this.#departed.promise
  }

  /** Whole seconds in the queue, until now or until the caller left it. */
  get waitSec(): number {
    return wholeSec((this.#leftQueueAt ?? this.#clock.now()) - this.joinedAt)
  }

  /** False when it comes too late: somebody else has decided. */
  step(input: MemberInput, next: NextDocument | null = null): boolean {
    const step = stepMember(this.#state, input)
    if (!step) return false
    this.#leaveLine()
    this.#state = step.state
    if (step.state === 'out') {
      this.host.stop.removeEventListener('abort', this.#callStopped)
      this.#departed.resolve({ result: step.result, next })
    }
    return true
  }

  /**
   * The call has ended or was redirected. Nobody may take the caller from now on; which of the two it was stands on the
   * record once whoever stopped it is through.
   */
  readonly #callStopped = (): void => {
    const before = this.#state
    if (before === 'out') return
    this.#leaveLine()
    this.#state = 'out'
    queueMicrotask(() => {
      const step = stepMember(before, isFinal(this.host.record.status) ? 'hung-up' : 'redirected')
      if (step?.state === 'out') this.#departed.resolve({ result: step.result, next: null })
    })
  }

  #leaveLine(): void {
    if (this.#state !== 'waiting') return
    this.#leftQueueAt = this.#clock.now()
    this.#onceOut(this)
    this.#waiting.abort(NO_LONGER_WAITING)
  }
}
