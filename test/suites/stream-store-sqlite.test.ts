/** Event Streams on the embedded store: the common suite, and that secrets are not readable in the file. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts'
import { type Instant, newSid } from '../../src/lib/ids.ts'
import { createVault } from '../../src/lib/vault.ts'
import { ACCOUNT } from './store-samples.ts'
import { streamStoreSuite } from './stream-store.ts'

const newFolder = () => mkdtemp(join(tmpdir(), 'ringback-streams-'))

streamStoreSuite('sqlite', async () => {
  const folder = await newFolder()
  return {
    async open() {
      const store = await openSqliteStore({ folder })
      return { store, streams: store.streams(createVault('the key')) }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
})

test('secrets of sinks are not readable in the file, nor with another key', async (t) => {
  const folder = await newFolder()
  t.after(() => rm(folder, { recursive: true, force: true }))
  const store = await openSqliteStore({ folder })
  const sink = { type: 'segment', config: { writeKey: 'PLAINLY-SECRET', endpoint: null, userId: null } } as const
  const about = { accountSid: ACCOUNT, description: 'x', createdAt: 1 as Instant, updatedAt: 1 as Instant, version: 1 }
  await store
    .streams(createVault('the key'))
    .addSink({ ...about, sid: newSid('DG'), sink, secrets: null, status: 'active' }, 9)
  await assert.rejects(store.streams(createVault('another')).sinks(ACCOUNT), /sealed with another key/)
  await store.close()
  assert.ok(!readFileSync(join(folder, 'journal.db')).includes('PLAINLY-SECRET'))
})
