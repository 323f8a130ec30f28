/**
 * All queues of this process: kept as resources, each with the line of those who wait. Callers join them by name, which
 * makes a queue that is not there yet; dequeuers take the first, or wait for one to come.
 */
import type { Store, Write } from '../../journal/store.ts'
import type { Clock } from '../../lib/clock.ts'
import { type AccountSid, newSid, type QueueSid } from '../../lib/ids.ts'
import type { CallHost } from '../interpreter/flow.ts'
import type { QueueMember } from './queue-member.ts'
import {
  type MemberView,
  type NextDocument,
  QUEUE_SIZE_DEFAULT,
  QUEUES_MAX,
  type QueueRecord,
  type QueueView,
  queueWrite,
} from './queue-record.ts'
import type { QueueRefusal, QueueService, QueueSettings } from './queue-service.ts'
import { WaitingLine } from './waiting-line.ts'

export interface QueuesDeps {
  readonly clock: Clock
  readonly journal: { append(group: readonly Write[]): Promise<unknown>; readonly store: Pick<Store, 'resources'> }
}

/** The queues of one account. */
interface Shelf {
  readonly accountSid: AccountSid
  readonly bySid: Map<QueueSid, QueueRecord>
  readonly byName: Map<string, QueueRecord>
}

/** A caller's place in a queue, as its wait document is told. */
export interface Place {
  readonly member: QueueMember
  /** As they are at this moment. */
  now(): { readonly position: number; readonly averageWaitSec: number; readonly size: number }
  readonly maxSize: number
}

export class Queues implements QueueService {
  readonly #deps: QueuesDeps
  readonly #shelves = new Map<AccountSid, Promise<Shelf>>()
  readonly #lines = new Map<QueueSid, WaitingLine>()

  constructor(deps: QueuesDeps) {
    this.#deps = deps
  }

  /**
   * Puts a caller at the end of a queue, which is made when there is none of this name.
   * @param sizeMax refused when so many wait already; null: as many as the queue itself allows
   * @returns `gone` when the caller's document was over before there was a queue
   */
  async join(
    host: CallHost,
    { name, sizeMax }: { readonly name: string; readonly sizeMax: number | null },
  ): Promise<Place | 'full' | 'gone' | 'too-many-queues'> {
    const shelf = await this.#shelf(host.record.accountSid)
    const settings = { friendlyName: name, maxSize: QUEUE_SIZE_DEFAULT }
    const queue = shelf.byName.get(name) ?? (await this.#add(shelf, settings))
    if (queue === 'too-many') return 'too-many-queues'
    if (host.stop.aborted) return 'gone'
    const line = this.#lines.get(queue.sid)
    // Deleted while it was being written: the next one is another queue.
    if (!line) return this.join(host, { name, sizeMax })
    const { maxSize: own } = (shelf.bySid.get(queue.sid) ?? queue).row
    const maxSize = Math.min(own, sizeMax ?? own)
    if (line.size >= maxSize) return 'full'
    const member = line.join({ queueSid: queue.sid, host })
    return {
      member,
      maxSize,
      now: () => ({
        position: line.positionOf(member),
        averageWaitSec: line.averageWaitSec(this.#deps.clock.now()),
        size: line.size,
      }),
    }
  }

  async named(accountSid: AccountSid, name: string): Promise<QueueSid | null> {
    return (await this.#shelf(accountSid)).byName.get(name)?.sid ?? null
  }

  /** Takes the first of a queue; who has it must let it go in the end. Null when nobody waits. */
  claim(sid: QueueSid): QueueMember | null {
    return this.#lines.get(sid)?.claim() ?? null
  }

  /** The same with somebody who is to join, behind others who wait for that. Null when nobody came in time, or the queue was deleted. */
  claimNext(
    sid: QueueSid,
    { withinMs, stop }: { readonly withinMs: number; readonly stop: AbortSignal },
  ): Promise<QueueMember | null> {
    const line = this.#lines.get(sid)
    if (!line || stop.aborted) return Promise.resolve(null)
    return new Promise((resolve) => {
      const over = (member: QueueMember | null) => {
        timer.cancel()
        giveUp()
        stop.removeEventListener('abort', nobody)
        resolve(member)
      }
      const nobody = () => over(null)
      const giveUp = line.await(over)
      const timer = this.#deps.clock.after(withinMs, nobody)
      stop.addEventListener('abort', nobody, { once: true })
    })
  }

  async list(accountSid: AccountSid): Promise<readonly QueueView[]> {
    return [...(await this.#shelf(accountSid)).bySid.values()].map((queue) => this.#view(queue))
  }

  async find(accountSid: AccountSid, sid: QueueSid): Promise<QueueView | null> {
    const queue = (await this.#shelf(accountSid)).bySid.get(sid)
    return queue ? this.#view(queue) : null
  }

  async create(accountSid: AccountSid, settings: QueueSettings): Promise<QueueView | QueueRefusal> {
    const shelf = await this.#shelf(accountSid)
    if (shelf.byName.has(settings.friendlyName)) return 'name-taken'
    const queue = await this.#add(shelf, settings)
    return queue === 'too-many' ? queue : this.#view(queue)
  }

  async update(accountSid: AccountSid, sid: QueueSid, change: Partial<QueueSettings>) {
    const shelf = await this.#shelf(accountSid)
    const before = shelf.bySid.get(sid)
    if (!before) return null
    const { friendlyName = before.row.friendlyName, maxSize = before.row.maxSize } = change
    if ((shelf.byName.get(friendlyName)?.sid ?? sid) !== sid) return 'name-taken'
    const queue = { ...before, row: { friendlyName, maxSize, updatedAt: this.#deps.clock.now() } }
    shelf.byName.delete(before.row.friendlyName)
    put(shelf, queue)
    await this.#deps.journal.append([queueWrite(queue)])
    return this.#view(queue)
  }

  async delete(accountSid: AccountSid, sid: QueueSid): Promise<'deleted' | 'not-empty'> {
    const shelf = await this.#shelf(accountSid)
    const line = this.#lines.get(sid)
    if (line && line.size > 0) return 'not-empty'
    const queue = shelf.bySid.get(sid)
    if (!queue) return 'deleted'
    this.#takeDown(shelf, queue)
    line?.close()
    await this.#deps.journal.append([{ kind: 'delete-resource', type: 'queue', sid }])
    return 'deleted'
  }

  members(sid: QueueSid): readonly MemberView[] {
    return this.#lines.get(sid)?.views() ?? []
  }

  member(sid: QueueSid, which: string): MemberView | null {
    return this.#lines.get(sid)?.find(which)?.view ?? null
  }

  takeOut(sid: QueueSid, which: string, next: NextDocument): MemberView | null {
    const found = this.#lines.get(sid)?.find(which)
    return found?.member.step('taken-out', next) ? found.view : null
  }

  /** Known at once under its name, so that two who make it at the same moment make one. Resolves when it is on disk. */
  async #add(shelf: Shelf, { friendlyName, maxSize }: QueueSettings): Promise<QueueRecord | 'too-many'> {
    if (shelf.bySid.size >= QUEUES_MAX) return 'too-many'
    const now = this.#deps.clock.now()
    const queue: QueueRecord = {
      sid: newSid('QU'),
      accountSid: shelf.accountSid,
      createdAt: now,
      row: { friendlyName, maxSize, updatedAt: now },
    }
    put(shelf, queue)
    this.#lines.set(queue.sid, new WaitingLine())
    try {
      await this.#deps.journal.append([queueWrite(queue)])
    } catch (error) {
      this.#takeDown(shelf, queue)
      throw error
    }
    return queue
  }

  #takeDown(shelf: Shelf, { sid, row }: QueueRecord): void {
    shelf.bySid.delete(sid)
    shelf.byName.delete(row.friendlyName)
    this.#lines.delete(sid)
  }

  #view(queue: QueueRecord): QueueView {
    const line = this.#lines.get(queue.sid)
    return {
      ...queue,
      size: line?.size ?? 0,
      averageWaitSec: line?.averageWaitSec(this.#deps.clock.now()) ?? 0,
    }
  }

  /** Read from the store once; from then on this process alone changes them. */
  #shelf(accountSid: AccountSid): Promise<Shelf> {
    const known = this.#shelves.get(accountSid)
    if (known) return known
    const loaded = this.#load(accountSid)
    this.#shelves.set(accountSid, loaded)
    loaded.catch(() => this.#shelves.delete(accountSid))
    return loaded
  }

  async #load(accountSid: AccountSid): Promise<Shelf> {
    const rows = (await this.#deps.journal.store.resources('queue', accountSid)) as readonly unknown[]
    const shelf: Shelf = { accountSid, bySid: new Map(), byName: new Map() }
    for (const queue of rows as readonly QueueRecord[]) {
      put(shelf, queue)
      this.#lines.set(queue.sid, new WaitingLine())
    }
    return shelf
  }
}

function put(shelf: Shelf, queue: QueueRecord): void {
  shelf.bySid.set(queue.sid, queue)
  shelf.byName.set(queue.row.friendlyName, queue)
}
