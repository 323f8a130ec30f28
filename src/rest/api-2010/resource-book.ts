/**
 * Numbers, applications and keys of each account, remembered: a call create looks up its From and its application
 * without asking the store. Our own writes are seen at once, another node's after ten seconds at most.
 */
import type { ResourceType, Store } from '../../journal/store.ts'
import type { Clock } from '../../lib/clock.ts'
import type { AccountSid } from '../../lib/ids.ts'
import type { RestDeps } from '../deps.ts'
import { type ErrorName, refuse } from '../errors.ts'
import type { Stored } from './rows.ts'

const FRESH_MS = 10_000
/** Accounts held in memory; a further one starts over. */
const ACCOUNTS_MAX = 1000

interface Shelf<Item> {
  readonly items: Map<string, Item>
  readonly byKey: Map<string, Item>
  readonly until: number
}

export interface BookOptions<Row> {
  readonly type: ResourceType
  /** Most of a kind that one account may have. */
  readonly max: number
  /** What one more is refused with; `{value}` is how many there are. Absent: 409. */
  readonly full?: ErrorName
  /** A second name by which items are found, unique within an account: a number's digits. */
  readonly keyOf?: (row: Row) => string
  /** Called after each write: somebody else remembers these too. */
  readonly onWrite?: () => void
}

export interface BookDeps {
  readonly journal: Pick<RestDeps['journal'], 'append'> & { readonly store: Pick<Store, 'resources'> }
  readonly clock: Pick<Clock, 'now'>
}

export class ResourceBook<Row, Item extends Stored<Row>> {
  readonly #store: Pick<Store, 'resources'>
  readonly #append: RestDeps['journal']['append']
  readonly #clock: Pick<Clock, 'now'>
  readonly #options: BookOptions<Row>
  readonly #shelves = new Map<AccountSid, Shelf<Item>>()
  // Counts writes, so that a load that began before a write does not hide it.
  #writes = 0

  constructor(deps: BookDeps, options: BookOptions<Row>) {
    this.#store = deps.journal.store
    this.#append = (group) => deps.journal.append(group)
    this.#clock = deps.clock
    this.#options = options
  }

  /** Oldest first. */
  async all(accountSid: AccountSid): Promise<readonly Item[]> {
    return [...(await this.#shelf(accountSid)).items.values()]
  }

  async find(accountSid: AccountSid, sid: string): Promise<Item | null> {
    return (await this.#shelf(accountSid)).items.get(sid) ?? null
  }

  async findByKey(accountSid: AccountSid, key: string): Promise<Item | null> {
    return (await this.#shelf(accountSid)).byKey.get(key) ?? null
  }

  /** @throws Refusal when the account has as many as it may. */
  async add(item: Item): Promise<void> {
    const { size } = (await this.#shelf(item.accountSid)).items
    const { max, full } = this.#options
    if (size >= max && full) throw refuse(full, { value: String(size) })
    if (size >= max) throw refuse('conflict', { why: `The account already has ${size} of this resource` })
    await this.save(item)
  }

  /** Keys of all accounts, for those that are unique on the whole platform. */
  async keysTaken(): Promise<ReadonlySet<string>> {
    const { keyOf, type } = this.#options
    if (!keyOf) return new Set()
    return new Set((await this.#store.resources(type)).map((stored) => keyOf(stored.row as Row)))
  }

  /** @param was the item as it stood, when it may have belonged to another account. */
  async save(item: Item, was?: Item): Promise<void> {
    const { sid, accountSid, createdAt, row } = item
    await this.#append([{ kind: 'resource', resource: { type: this.#options.type, sid, accountSid, createdAt, row } }])
    this.#writes++
    if (was && was.accountSid !== accountSid) this.#takeDown(was)
    const shelf = this.#shelves.get(accountSid)
    shelf?.items.set(sid, item)
    if (this.#options.keyOf) shelf?.byKey.set(this.#options.keyOf(row), item)
    this.#options.onWrite?.()
  }

  remove(item: Item): Promise<void> {
    return this.removeAll([item])
  }

  /** All of them or, when that fails, none. */
  async removeAll(items: readonly Item[]): Promise<void> {
    if (items.length === 0) return
    await this.#append(items.map(({ sid }) => ({ kind: 'delete-resource', type: this.#options.type, sid })))
    this.#writes++
    for (const item of items) this.#takeDown(item)
    this.#options.onWrite?.()
  }

  #takeDown(item: Item): void {
    const shelf = this.#shelves.get(item.accountSid)
    shelf?.items.delete(item.sid)
    if (this.#options.keyOf) shelf?.byKey.delete(this.#options.keyOf(item.row))
  }

  async #shelf(accountSid: AccountSid): Promise<Shelf<Item>> {
    const shelf = this.#shelves.get(accountSid)
    if (shelf && shelf.until > this.#clock.now()) return shelf
    const before = this.#writes
    const rows = (await this.#store.resources(this.#options.type, accountSid)) as unknown as readonly Item[]
    const { keyOf } = this.#options
    const loaded: Shelf<Item> = {
      items: new Map(rows.map((item) => [item.sid, item])),
      byKey: new Map(keyOf ? rows.map((item) => [keyOf(item.row), item]) : []),
      until: this.#clock.now() + FRESH_MS,
    }
    if (before === this.#writes) {
      if (this.#shelves.size >= ACCOUNTS_MAX) this.#shelves.clear()
      this.#shelves.set(accountSid, loaded)
    }
    return loaded
  }
}
