/**
 * Who waits in one queue, first come first served, and who waits for somebody to join it. Never both: a caller who finds
 * a dequeuer waiting goes to the one who has waited longest and is in the line for no moment.
 */
import type { Instant } from '../../lib/ids.ts'
import { QueueMember } from './queue-member.ts'
import { type MemberView, wholeSec } from './queue-record.ts'

/** Given the caller it has taken; null when the queue is no more. */
type Dequeuer = (member: QueueMember | null) => void

export class WaitingLine {
  readonly #members: QueueMember[] = []
  readonly #dequeuers = new Set<Dequeuer>()

  get size(): number {
    return this.#members.length
  }

  join(about: Omit<ConstructorParameters<typeof QueueMember>[0], 'onceOut'>): QueueMember {
    const member = new QueueMember({ ...about, onceOut: (gone) => this.#remove(gone) })
    this.#members.push(member)
    const [dequeuer] = this.#dequeuers
    if (dequeuer) {
      this.#dequeuers.delete(dequeuer)
      member.step('claimed')
      dequeuer(member)
    }
    return member
  }

  /** Takes the first of the line. Null when it is empty. */
  claim(): QueueMember | null {
    const [first] = this.#members
    first?.step('claimed')
    return first ?? null
  }

  /** Told once, when somebody joins whom nobody before has taken, unless it gives up by the function that is returned. */
  await(dequeuer: Dequeuer): () => void {
    this.#dequeuers.add(dequeuer)
    return () => void this.#dequeuers.delete(dequeuer)
  }

  /** From 1; 0 for one who does not wait here any more. */
  positionOf(member: QueueMember): number {
    return this.#members.indexOf(member) + 1
  }

  averageWaitSec(now: Instant): number {
    if (this.#members.length === 0) return 0
    const sumMs = this.#members.reduce((sum, { joinedAt }) => sum + (now - joinedAt), 0)
    return wholeSec(sumMs / this.#members.length)
  }

  /** In the order of the line. */
  views(): readonly MemberView[] {
    return this.#members.map(toView)
  }

  find(which: string): { readonly member: QueueMember; readonly view: MemberView } | null {
    const at = which === 'Front' ? 0 : this.#members.findIndex(({ callSid }) => callSid === which)
    const member = this.#members[at]
    return member ? { member, view: toView(member, at) } : null
  }

  /** The queue is deleted: nobody will join it. */
  close(): void {
    const waiting = [...this.#dequeuers]
    this.#dequeuers.clear()
    for (const dequeuer of waiting) dequeuer(null)
  }

  #remove(member: QueueMember): void {
    this.#members.splice(this.#members.indexOf(member), 1)
  }
}

const toView = ({ callSid, queueSid, joinedAt, waitSec }: QueueMember, index: number): MemberView => ({
  callSid,
  queueSid,
  joinedAt,
  position: index + 1,
  waitSec,
})
