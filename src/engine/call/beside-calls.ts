/** What runs beside the live calls, and what has lately, of one kind: found by SID or name until its call is over. */
import type { CallSid } from '../../lib/ids.ts'
import type { CallRecord } from './call-record.ts'

/** Of a call: so many that are over are still known; older ones are forgotten. */
const OVER_MAX = 20

export interface Beside {
  readonly record: { readonly sid: string; readonly name: string }
  readonly running: boolean
}

interface CallBesideIt {
  readonly record: Pick<CallRecord, 'sid'>
  onEnd(listener: () => void): void
}

export class BesideCalls<One extends Beside> {
  readonly #byCall = new Map<CallSid, One[]>()

  keep(call: CallBesideIt, one: One): void {
    const { sid } = call.record
    const known = this.#byCall.get(sid)
    if (!known) {
      this.#byCall.set(sid, [one])
      call.onEnd(() => this.#byCall.delete(sid))
      return
    }
    known.push(one)
    const over = known.filter(({ running }) => !running)
    if (over.length > OVER_MAX) known.splice(known.indexOf(over[0]!), 1)
  }

  running(callSid: CallSid): One[] {
    return (this.#byCall.get(callSid) ?? []).filter(({ running }) => running)
  }

  /** Running or over; of several that had the name the last one. */
  find(callSid: CallSid, sidOrName: string): One | null {
    const known = this.#byCall.get(callSid) ?? []
    return known.findLast(({ record }) => record.sid === sidOrName || record.name === sidOrName) ?? null
  }
}
