/** The engine's door to queues: for the REST resources. */
import type { AccountSid, QueueSid } from '../../lib/ids.ts'
import type { MemberView, NextDocument, QueueView } from './queue-record.ts'

export interface QueueSettings {
  /** 1 to 64 characters. */
  readonly friendlyName: string
  readonly maxSize: number
}

export type QueueRefusal = 'name-taken' | 'too-many'

export interface QueueService {
  /** Oldest first. */
  list(accountSid: AccountSid): Promise<readonly QueueView[]>
  find(accountSid: AccountSid, sid: QueueSid): Promise<QueueView | null>
  create(accountSid: AccountSid, settings: QueueSettings): Promise<QueueView | QueueRefusal>
  /** Null when it is gone meanwhile. Those who wait beyond a smaller size stay. */
  update(
    accountSid: AccountSid,
    sid: QueueSid,
    change: Partial<QueueSettings>,
  ): Promise<QueueView | 'name-taken' | null>
  /** Also when it was gone already. */
  delete(accountSid: AccountSid, sid: QueueSid): Promise<'deleted' | 'not-empty'>
  /** Those who wait, in the order of the line. */
  members(sid: QueueSid): readonly MemberView[]
  /** `which`: the SID of a call, or `Front`. Null when it does not wait. */
  member(sid: QueueSid, which: string): MemberView | null
  /** Takes one out of the queue, who goes on with another document. As it stood; null when it does not wait. */
  takeOut(sid: QueueSid, which: string, next: NextDocument): MemberView | null
}
