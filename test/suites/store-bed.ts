/** What the parts of the store's suite share: a place for a store, a test with a fresh one, and ways to look at answers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fact, Sequenced } from '../../src/journal/entry.ts'
import { type Cursor, START, type Store } from '../../src/journal/store.ts'
import { aFact } from './store-samples.ts'

export interface StoreBed {
  /** Opens the store that lies here; again after `close`. */
  open(): Promise<Store>
  remove(): Promise<void>
}

export type StoreTest = (sentence: string, body: (store: Store, reopen: () => Promise<Store>) => Promise<void>) => void

/** A write that no store can hold: its place is not a number. */
export const BAD = aFact({ place: Number.NaN })

export const placesOf = (entries: readonly { readonly place: number }[]) => entries.map(({ place }) => place)
export const sidsOf = (rows: readonly { readonly sid: string }[]) => rows.map(({ sid }) => sid)
export const alertSids = (facts: readonly Fact[]) =>
  facts.map(({ body }) => (body.fact === 'alert' ? body.alert.sid : body.fact))

/** A test with an open, empty store; `reopen` closes it and opens it again. */
export const storeTester =
  (newBed: () => Promise<StoreBed>): StoreTest =>
  (sentence, body) =>
    void test(sentence, async () => {
      const bed = await newBed()
      let store = await bed.open()
      const reopen = async () => {
        await store.close()
        store = await bed.open()
        return store
      }
      try {
        await body(store, reopen)
      } finally {
        await store.close()
        await bed.remove()
      }
    })

/** Every entry, by pages of `max`. */
export async function readAll(store: Store, max: number, from: Cursor = START): Promise<Sequenced[]> {
  const entries: Sequenced[] = []
  for (let cursor = from; ; ) {
    const page = await store.readAfter(cursor, max)
    if (page.entries.length === 0) return entries
    assert.ok(page.entries.length <= max)
    entries.push(...page.entries)
    cursor = page.cursor
  }
}
