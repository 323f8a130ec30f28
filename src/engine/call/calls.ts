/** All live calls of this process: makes them, finds them, changes them, and ends them when the process stops. */
import type { Store, Write } from '../../journal/store.ts'
import { assert } from '../../lib/assert.ts'
import type { AccountSid, CallSid, Instant } from '../../lib/ids.ts'
import { toSource } from '../interpreter/flow.ts'
import type { Answerer, DialOrder, IncomingCall, Network } from '../ports/leg.ts'
import type { InboundRoute, NumberDirectory } from '../ports/number-directory.ts'
import { Call, type CallDeps } from './call.ts'
import { type CallRecord, isFinal } from './call-record.ts'
import type { CallChange, CallService, ChangeRefusal, NewCall, Witness } from './call-service.ts'
import type { ChildCall, ChildDriver, NewChild } from './child-call.ts'
import type { HostOthers } from './host-others.ts'
import { childRecord, inboundRecord, outboundRecord } from './new-records.ts'

export interface CallsDeps extends Omit<CallDeps, 'forget' | 'journal' | 'othersOf'> {
  readonly journal: CallDeps['journal'] & { readonly store: Store; settled(): Promise<void>; ready(): Promise<void> }
  readonly network: Network
  readonly numbers: NumberDirectory
  readonly media: HostOthers['media']
  readonly queues: HostOthers['queues']
  readonly conferences: { of(call: Call): HostOthers['conferences'] }
  /** Calls dialled per second per process; null = no limit. Those above it wait in the queue. */
  readonly callsPerSecond: number | null
}

export class Calls implements CallService {
  readonly #deps: CallsDeps
  readonly #live = new Map<CallSid, Call>()
  readonly #waiting = new Map<CallSid, (() => void)[]>()
  /** When the next call may be dialled, in the clock's milliseconds. */
  #nextDialAt = 0
  #stopping = false
  #onEmpty: (() => void) | null = null

  constructor(deps: CallsDeps) {
    this.#deps = deps
  }

  /** Calls in memory: live ones and those whose last exchange is still under way. */
  get size(): number {
    return this.#live.size
  }

  live(sid: CallSid): Call | null {
    const call = this.#live.get(sid)
    return call && !call.ended ? call : null
  }

  async create(fresh: NewCall, witness: Witness): Promise<CallRecord> {
    const { clock, journal, network } = this.#deps
    await journal.ready()
    const now = clock.now()
    const dialInMs = this.#takeTurn(now)
    const call = this.#newCall(outboundRecord(fresh, now, dialInMs), 0)
    const { record } = call
    const order = dialOrder(record)
    const rings = network.choose ? await network.choose(order) : network
    await journal.append([call.rowWrite(), ...witness(record, call.nextPlace(), now)])
    this.#adopt(call)
    call.dialAfter(dialInMs, (_, listener) => rings.dial(order, listener))
    return record
  }

  /** Dials a leg on behalf of another call. It waits for no turn. */
  async #dialChild(parent: Call, child: NewChild, driver: ChildDriver): Promise<ChildCall | null> {
    const { clock, journal, network } = this.#deps
    if (this.#stopping) return null
    const call = this.#newCall(childRecord(parent.record, child, clock.now()), 0)
    call.driveBy(driver)
    const order = { ...dialOrder(call.record), application: child.application ?? null, near: parent.leg?.media ?? null }
    const rings = network.choose ? await network.choose(order) : network
    await journal.append([call.rowWrite()])
    this.#adopt(call)
    call.dialAfter(0, (_, listener) => rings.dial(order, listener))
    return {
      get record() {
        return call.record
      },
      get leg() {
        return call.leg
      },
      host: call.driverHost(),
      onKey: (listener) => call.party.onKey(listener),
      onTransfer: (listener) => call.party.onTransfer(listener),
      recordedAs: (recording) => call.recordedAs(recording),
      runDocument: (source) => call.runDocument(source),
      hangUp: () => call.hangUp(),
    }
  }

  /** A party rings one of our numbers, or an application: the call runs its voice URL. */
  readonly answer: Answerer = async (incoming: IncomingCall) => {
    const { numbers, journal, clock } = this.#deps
    if (this.#stopping) return null
    const route = await routeOf(incoming, numbers)
    if (!route) return null
    const call = this.#newCall(inboundRecord(incoming, route, clock.now()), 0)
    await journal.ready()
    // Not waited for: the intent of its first request is written behind it, and that is.
    call.during(journal.append([call.rowWrite(), call.fact({ fact: 'call-status', status: 'ringing' })], 'soon'))
    this.#adopt(call)
    call.receive((listener) => incoming.take(call.record.sid, listener))
    return call.record.sid
  }

  async find(accountSid: AccountSid, sid: CallSid): Promise<CallRecord | null> {
    const live = this.#live.get(sid)
    const record = live ? live.record : ((await this.#deps.journal.store.call(sid))?.row as CallRecord | undefined)
    return record && record.accountSid === accountSid ? record : null
  }

  async change(
    sid: CallSid,
    change: CallChange,
    witness: (result: CallRecord | ChangeRefusal, call: CallRecord, place: number, now: Instant) => readonly Write[],
  ): Promise<CallRecord | ChangeRefusal> {
    const { journal, clock } = this.#deps
    const call = this.live(sid)
    // One that has just ended is read from memory: its end may not be on disk yet.
    const before = this.#live.get(sid)?.record ?? (await this.#ended(sid))
    const place = await this.#placeOf(sid)
    const refused = change.document !== undefined && before.status !== 'in-progress'
    if (call && !refused) this.#apply(call, change)
    const result = refused ? 'not-in-progress' : (call?.record ?? before)
    const writes = witness(result, call?.record ?? before, place, clock.now())
    // Behind whatever the change itself has appended: when this is on disk, so is all of it.
    await journal.append(call && !refused ? [...writes, call.rowWrite()] : writes)
    return result
  }

  async witness(sid: CallSid, witness: Witness): Promise<void> {
    const record = this.#live.get(sid)?.record ?? (await this.#ended(sid))
    await this.#deps.journal.append(witness(record, await this.#placeOf(sid), this.#deps.clock.now()))
  }

  async delete(accountSid: AccountSid, sid: CallSid): Promise<boolean> {
    const record = await this.find(accountSid, sid)
    if (!record || !isFinal(record.status)) return false
    // Its last callback may still be under way; the story is deleted when it is complete.
    await this.whenOver(sid)
    await this.#deps.journal.append([{ kind: 'delete-call', callSid: sid }])
    return true
  }

  /** Resolves when the call has ended and its last exchange is recorded; null when there is no such call. */
  async whenOver(sid: CallSid): Promise<CallRecord | null> {
    if (this.#live.has(sid)) {
      await new Promise<void>((resolve) => {
        const waiting = this.#waiting.get(sid)
        if (waiting) waiting.push(resolve)
        else this.#waiting.set(sid, [resolve])
      })
    }
    return ((await this.#deps.journal.store.call(sid))?.row as CallRecord | undefined) ?? null
  }

  hearing(sid: CallSid) {
    const call = this.live(sid)
    const hearing = call?.leg?.media.hearing()
    return call && hearing ? { span: hearing.span, atMs: call.sinceAnswerMs(hearing.startedAt) } : null
  }

  async wire(sid: CallSid) {
    return (await this.#live.get(sid)?.leg?.wire?.()) ?? null
  }

  /** Takes no more calls, ends those there are, and waits until their last callbacks are told; exchanges have their own limits. */
  async stop(): Promise<void> {
    this.#stopping = true
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve
      if (this.#live.size === 0) resolve()
    })
    for (const call of this.#live.values()) call.hangUp()
    await empty
    await this.#deps.journal.settled()
  }

  /** After a restart: takes a call that was live when the process died, so that it can be ended honestly. */
  async adoptOrphan(record: CallRecord): Promise<Call> {
    const call = this.#newCall(record, await this.#placeOf(record.sid))
    this.#adopt(call)
    return call
  }

  /**
   * A call that may be over, for work that belongs to it: whoever asked calls `letGo` when the work has begun. Null when
   * there is none.
   */
  async inMemory(sid: CallSid): Promise<Call | null> {
    const call = this.#live.get(sid)
    if (call) {
      call.hold()
      return call
    }
    const row = await this.#deps.journal.store.call(sid)
    return row ? this.adoptOrphan(row.row as CallRecord) : null
  }

  readonly #othersOf = (call: Call): HostOthers => ({
    media: this.#deps.media,
    queues: this.#deps.queues,
    conferences: this.#deps.conferences.of(call),
    dial: (child, driver) => this.#dialChild(call, child, driver),
  })

  #apply(call: Call, change: CallChange): void {
    call.change(change)
    if (change.document) call.runDocument(toSource(change.document, 'Update'))
    if (change.status === 'completed' || (change.status === 'canceled' && !call.answered)) call.hangUp()
  }

  #newCall(record: CallRecord, place: number): Call {
    return new Call({ ...this.#deps, othersOf: this.#othersOf, forget: (over) => this.#forget(over) }, record, place)
  }

  /** Takes a call that is on disk. One that was made while the platform began to stop is ended at once. */
  #adopt(call: Call): void {
    this.#live.set(call.record.sid, call)
    if (this.#stopping) call.hangUp()
  }

  /** Milliseconds until the next call's turn to be dialled; 0 unless calls per second are limited. */
  #takeTurn(now: Instant): number {
    const { callsPerSecond } = this.#deps
    if (callsPerSecond === null) return 0
    const at = Math.max(now, this.#nextDialAt)
    this.#nextDialAt = at + 1000 / callsPerSecond
    return Math.ceil(at - now)
  }

  async #placeOf(sid: CallSid): Promise<number> {
    return this.#live.get(sid)?.nextPlace() ?? (await this.#deps.journal.store.lastPlace(sid)) + 1
  }

  async #ended(sid: CallSid): Promise<CallRecord> {
    const row = await this.#deps.journal.store.call(sid)
    assert(row, `no call ${sid}: callers look it up first`)
    return row.row as CallRecord
  }

  #forget(call: Call): void {
    const over = () => {
      const { sid } = call.record
      this.#live.delete(sid)
      for (const wake of this.#waiting.get(sid) ?? []) wake()
      this.#waiting.delete(sid)
      if (this.#live.size === 0) this.#onEmpty?.()
    }
    // A journal that failed ends the process; nobody shall wait for it.
    this.#deps.journal.settled().then(over, over)
  }
}

function dialOrder({ sid, accountSid, from, to, options }: CallRecord): DialOrder {
  const { callerId, sipAuth: auth, sipHeaders: headers = [] } = options
  return { callSid: sid, accountSid, from: callerId ?? from, to, sip: { auth, headers } }
}

function routeOf(incoming: IncomingCall, numbers: NumberDirectory): Promise<InboundRoute | null> {
  const { accountSid, to, application, sip } = incoming
  if (application) return numbers.application(accountSid, application.sid)
  return sip?.domain ? numbers.sipDomain(accountSid, sip.domain.sid) : numbers.route(to)
}
