/**
 * Numbers, keys, accounts, applications and phones, in memory: nearly every request asks for one, they are few, and we
 * are the only process that writes them. Changed after the commit that holds the change.
 */
import type { ResourceRow, ResourceType } from '../../journal/store.ts'
import type { AccountSid } from '../../lib/ids.ts'
import { decodeResource } from './encode.ts'
import type { Op, ResourceOp } from './messages.ts'

export class ResourceCache {
  /** By type, then by SID, oldest first: a Map keeps a key's place when its value changes. */
  readonly #types = new Map<string, Map<string, ResourceRow>>()

  constructor(rows: readonly ResourceOp[]) {
    for (const row of rows) this.apply(row)
  }

  /** Takes over what has been committed; operations on anything else are ignored. */
  apply(op: Op): void {
    if (op[0] === 'resource') this.#ofType(op[1]).set(op[2], decodeResource(op))
    else if (op[0] === 'delete-resource') this.#ofType(op[1]).delete(op[2])
  }

  get(type: ResourceType, sid: string): ResourceRow | null {
    return this.#ofType(type).get(sid) ?? null
  }

  list(type: ResourceType, accountSid?: AccountSid): readonly ResourceRow[] {
    const rows = [...this.#ofType(type).values()]
    return accountSid === undefined ? rows : rows.filter((row) => row.accountSid === accountSid)
  }

  #ofType(type: string): Map<string, ResourceRow> {
    const rows = this.#types.get(type) ?? new Map<string, ResourceRow>()
    this.#types.set(type, rows)
    return rows
  }
}

export const changesResources = (op: Op): boolean => op[0] === 'resource' || op[0] === 'delete-resource'
