/** Which index serves which list of recordings: a page must not cost a sort or a walk over the whole table. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { RecordingFilter } from '../../journal/store.ts'
import type { AccountSid, Instant, RecordingSid } from '../../lib/ids.ts'
import { readMigrations } from './migrate.ts'
import { recordingsQuery } from './recordings-query.ts'

const accountSid = 'AC1' as AccountSid
const day = 1_800_000_000_000 as Instant

const migrated = () => {
  const sql = new DatabaseSync(':memory:')
  for (const migration of readMigrations(new URL('./migrations/', import.meta.url))) sql.exec(migration.sql)
  return sql
}

const planOf = (sql: DatabaseSync, text: string, values: (string | number)[]) =>
  sql
    .prepare(`EXPLAIN QUERY PLAN ${text}`)
    .all(...values)
    .map(({ detail }) => String(detail))

for (const [some, index] of [
  [{}, 'recordings_kept (account=?'],
  [{ deleted: true }, 'recordings_of_account (account=?'],
  [{ createdFrom: day }, 'recordings_kept (account=? AND created_at>?'],
  [{ createdTo: day, deleted: true }, 'recordings_of_account (account=? AND created_at<?'],
  [{ callSid: 'CA1' }, 'recordings_of_call (account=? AND call_sid=?'],
  [
    { callSid: 'CA1', deleted: true, createdFrom: day },
    'recordings_of_call (account=? AND call_sid=? AND created_at>?',
  ],
  [{ conferenceSid: 'CF1' }, 'recordings_of_conference (account=? AND conference_sid=?'],
  [{ callSid: 'CA1', conferenceSid: 'CF1', createdTo: day }, 'recordings_of_call (account=? AND call_sid=?'],
] as const satisfies readonly (readonly [Partial<RecordingFilter>, string])[])
  for (const after of [null, 'RE9' as RecordingSid])
    test(`recordings by ${Object.keys(some).join(', ') || 'nothing'}${after ? ', a later page,' : ''} are read along ${index.split(' ')[0]}`, () => {
      const filter = { accountSid, deleted: false, ...some }
      const { from, values } = recordingsQuery({ filter, after, max: 50 })
      const steps = planOf(migrated(), `SELECT row FROM ${from}`, values)
      assert.ok(steps[0]?.includes(index), steps.join('; '))
      assert.ok(!steps.some((step) => step.includes('TEMP B-TREE')), steps.join('; '))
    })

for (const [what, text, index] of [
  ['live recordings', 'SELECT row FROM recordings WHERE live = 1 ORDER BY id', 'recordings_live'],
  ['those to erase', 'SELECT id FROM recordings WHERE deleted_at < 9 ORDER BY deleted_at', 'recordings_deleted'],
] as const)
  test(`${what} are read along ${index}`, () => {
    const steps = planOf(migrated(), text, [])
    assert.ok(steps[0]?.includes(index), steps.join('; '))
    assert.ok(!steps.some((step) => step.includes('TEMP B-TREE')), steps.join('; '))
  })
