/** Which index serves which list of calls: a page must not cost a sort or a walk over the whole table. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { CallFilter } from '../../journal/store.ts'
import type { AccountSid, CallSid, Instant } from '../../lib/ids.ts'
import { callsQuery } from './calls-query.ts'
import { readMigrations } from './migrate.ts'

const accountSid = 'AC1' as AccountSid
const day = 1_800_000_000_000 as Instant

for (const [filter, index] of [
  [{}, 'calls_of_account (account=?'],
  [{ to: '+1' }, 'calls_by_to (account=? AND to_party=?'],
  [{ from: '+1' }, 'calls_by_from (account=? AND from_party=?'],
  [{ parentCallSid: 'CA1' }, 'calls_by_parent (account=? AND parent=?'],
  [{ status: 'failed' }, 'calls_by_status (account=? AND status=?'],
  [{ startedFrom: day }, 'calls_by_start (account=? AND started_at>?'],
  [{ startedTo: day, to: '+1', status: 'busy' }, 'calls_by_start (account=? AND '],
  [{ endedFrom: day, from: '+1', parentCallSid: 'CA1' }, 'calls_by_end (account=? AND '],
  [{ startedFrom: day, startedTo: day, endedFrom: day, endedTo: day }, 'calls_by_start (account=? AND started_at>'],
] as const satisfies readonly (readonly [Omit<CallFilter, 'accountSid'>, string])[])
  for (const after of [null, 'CA9' as CallSid])
    test(`calls by ${Object.keys(filter).join(', ') || 'nothing'}${after ? ', a later page,' : ''} are read along ${index.split(' ')[0]}`, () => {
      const sql = new DatabaseSync(':memory:')
      for (const migration of readMigrations(new URL('./migrations/', import.meta.url))) sql.exec(migration.sql)
      const { where, values } = callsQuery({ filter: { accountSid, ...filter }, after, max: 50 })
      const plan = sql.prepare(`EXPLAIN QUERY PLAN SELECT row FROM calls WHERE ${where}`).all(...values)
      const steps = plan.map(({ detail }) => String(detail))
      assert.ok(steps[0]?.includes(index), steps.join('; '))
      assert.ok(!steps.some((step) => step.includes('TEMP B-TREE')), steps.join('; '))
    })
