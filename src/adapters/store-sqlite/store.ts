/**
 * The embedded store: one SQLite file in the data folder, in a worker thread of its own (docs/decisions/journal-store.md).
 * One process at a time. Errors: AssertionError for a group or question that breaks a limit or cannot be written (the
 * store goes on), WireError for a cursor that is not ours, any other Error when the store itself has failed.
 */
import type { Exchange, Fact, Intent, Sequenced } from '../../journal/entry.ts'
import type {
  CallFilter,
  CallRow,
  ConferenceFilter,
  ConferenceRow,
  Cursor,
  RecordingFilter,
  RecordingRow,
  ResourceRow,
  ResourceType,
  Store,
  When,
  Write,
} from '../../journal/store.ts'
import { assert } from '../../lib/assert.ts'
import type { AccountSid, CallSid, ConferenceSid, ExchangeSid, Instant, RecordingSid } from '../../lib/ids.ts'
import type { Vault } from '../../lib/vault.ts'
import {
  decodeCall,
  decodeConference,
  decodeCursor,
  decodeEntry,
  decodeExchange,
  decodeFact,
  decodeIntent,
  decodeRecording,
  encodeCursor,
  encodeWrite,
} from './encode.ts'
import type { Op } from './messages.ts'
import { changesResources, ResourceCache } from './resource-cache.ts'
import { SqliteStreams } from './stream-store.ts'
import { openLink, type WorkerLink } from './worker-link.ts'

const GROUP_WRITES_MAX = 10_000
const ENTRIES_MAX = 1000
const PAGE_MAX = 1001
const FACTS_MAX = 10_000
const ERASE_MAX = 10_000

/**
 * @param options.folder the data folder; made if missing, for its owner only.
 * @throws Error with a sentence for the operator: the folder is in use, or its journal is not one we can go on with.
 */
export async function openSqliteStore({ folder }: { folder: string }): Promise<SqliteStore> {
  const { link, resources } = await openLink(folder)
  return new SqliteStore(link, new ResourceCache(resources))
}

export class SqliteStore implements Store {
  readonly #link: WorkerLink
  readonly #resources: ResourceCache
  /** The last commit under way that changes resources; a look at them waits for it. */
  #changing: Promise<unknown> | null = null

  constructor(link: WorkerLink, resources: ResourceCache) {
    this.#link = link
    this.#resources = resources
  }

  async append(group: readonly Write[], when: When = 'now'): Promise<readonly number[]> {
    assert(group.length <= GROUP_WRITES_MAX, `a group of ${group.length} writes, at most ${GROUP_WRITES_MAX}`)
    const ops = group.map(encodeWrite)
    const changes = ops.some(changesResources)
    const commit = this.#link.commit(ops, when)
    const first = await (changes ? this.#change(commit, ops) : commit)
    return sequenceNumbers(ops, first)
  }

  async readAfter(cursor: Cursor, max: number) {
    checkMax(max, ENTRIES_MAX)
    const rows = await this.#link.ask('entriesAfter', decodeCursor(cursor), max)
    const entries: Sequenced[] = rows.map(([seq, body]) => ({ seq, entry: decodeEntry(body) }))
    return { entries, cursor: rows.length === 0 ? cursor : encodeCursor(rows.at(-1)![0]) }
  }

  async head(): Promise<Cursor> {
    return encodeCursor(await this.#link.ask('head'))
  }

  cursorAt(seq: number): Cursor {
    return encodeCursor(seq)
  }

  async savedCursor(reader: string): Promise<Cursor> {
    return ((await this.#link.ask('savedCursor', reader)) ?? '') as Cursor
  }

  async exchangesOfCall(callSid: CallSid, afterPlace: number, max: number): Promise<readonly Exchange[]> {
    checkMax(max, PAGE_MAX)
    return (await this.#link.ask('exchangesOfCall', callSid, afterPlace, max)).map(decodeExchange)
  }

  async factsOfCall(callSid: CallSid, kinds: readonly string[], max: number): Promise<readonly Fact[]> {
    checkMax(max, FACTS_MAX)
    return (await this.#link.ask('factsOfCall', callSid, kinds, max)).map(decodeFact)
  }

  async alerts(filter: { accountSid: AccountSid; callSid?: CallSid; before?: string }, max: number) {
    checkMax(max, PAGE_MAX)
    const { accountSid, callSid = null, before = null } = filter
    return (await this.#link.ask('alerts', accountSid, callSid, before, max)).map(decodeFact)
  }

  async lastPlace(callSid: CallSid): Promise<number> {
    return await this.#link.ask('lastPlace', callSid)
  }

  async openIntents(): Promise<readonly Intent[]> {
    return (await this.#link.ask('openIntents')).map(decodeIntent)
  }

  async closeIntents(sids: readonly ExchangeSid[]): Promise<void> {
    await this.#link.commit([['close-intents', sids]])
  }

  async call(sid: CallSid): Promise<CallRow | null> {
    const columns = await this.#link.ask('call', sid)
    return columns === null ? null : decodeCall(columns)
  }

  async calls(filter: CallFilter, page: { readonly after: CallSid | null; readonly max: number }) {
    checkMax(page.max, PAGE_MAX)
    return (await this.#link.ask('calls', { filter, ...page })).map(decodeCall)
  }

  async liveCalls(): Promise<readonly CallRow[]> {
    return (await this.#link.ask('liveCalls')).map(decodeCall)
  }

  async recording(sid: RecordingSid): Promise<RecordingRow | null> {
    const columns = await this.#link.ask('recording', sid)
    return columns === null ? null : decodeRecording(columns)
  }

  async recordings(filter: RecordingFilter, page: { readonly after: RecordingSid | null; readonly max: number }) {
    checkMax(page.max, PAGE_MAX)
    return (await this.#link.ask('recordings', { filter, ...page })).map(decodeRecording)
  }

  async liveRecordings(): Promise<readonly RecordingRow[]> {
    return (await this.#link.ask('liveRecordings')).map(decodeRecording)
  }

  async conference(sid: ConferenceSid): Promise<ConferenceRow | null> {
    const columns = await this.#link.ask('conference', sid)
    return columns === null ? null : decodeConference(columns)
  }

  async conferences(filter: ConferenceFilter, page: { readonly after: ConferenceSid | null; readonly max: number }) {
    checkMax(page.max, PAGE_MAX)
    return (await this.#link.ask('conferences', { filter, ...page })).map(decodeConference)
  }

  async liveConferences(): Promise<readonly ConferenceRow[]> {
    return (await this.#link.ask('liveConferences')).map(decodeConference)
  }

  async resource(type: ResourceType, sid: string): Promise<ResourceRow | null> {
    if (this.#changing) await this.#changing
    return this.#resources.get(type, sid)
  }

  async resources(type: ResourceType, accountSid?: AccountSid): Promise<readonly ResourceRow[]> {
    if (this.#changing) await this.#changing
    return this.#resources.list(type, accountSid)
  }

  async eraseOlderThan(before: Instant, max: number): Promise<number> {
    checkMax(max, ERASE_MAX)
    return await this.#link.ask('eraseOlderThan', before, max)
  }

  async eraseRecordings(deletedBefore: Instant, max: number): Promise<number> {
    checkMax(max, ERASE_MAX)
    return await this.#link.ask('eraseRecordings', deletedBefore, max)
  }

  async lastInstant(): Promise<Instant | null> {
    return (await this.#link.ask('lastInstant')) as Instant | null
  }

  /** The ports of Event Streams on the same file; `vault` seals what is secret in them. */
  streams(vault: Vault): SqliteStreams {
    return new SqliteStreams(this.#link, vault)
  }

  close(): Promise<void> {
    return this.#link.close()
  }

  async #change(commit: Promise<number>, ops: readonly Op[]): Promise<number> {
    const applied = commit.then((first) => {
      for (const op of ops) this.#resources.apply(op)
      return first
    })
    // Commits end in order, so the last change under way is the one to wait for. A look is no judge of the commit.
    const changing = applied.then(
      () => {},
      () => {},
    )
    this.#changing = changing
    try {
      return await applied
    } finally {
      if (this.#changing === changing) this.#changing = null
    }
  }
}

function sequenceNumbers(ops: readonly Op[], first: number): readonly number[] {
  const numbers: number[] = []
  for (const op of ops) if (op[0] === 'entry') numbers.push(first + numbers.length)
  return numbers
}

function checkMax(max: number, limit: number): void {
  assert(Number.isInteger(max) && max >= 0 && max <= limit, `a page of ${max} rows, expected 0 to ${limit}`)
}
