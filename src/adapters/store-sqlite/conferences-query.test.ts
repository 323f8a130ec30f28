/** Which index serves which list of conferences: a page must not cost a sort or a walk over the whole table. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { ConferenceFilter } from '../../journal/store.ts'
import type { AccountSid, ConferenceSid, Instant } from '../../lib/ids.ts'
import { conferencesQuery } from './conferences-query.ts'
import { readMigrations } from './migrate.ts'

const accountSid = 'AC1' as AccountSid
const day = 1_800_000_000_000 as Instant

const sql = new DatabaseSync(':memory:')
for (const migration of readMigrations(new URL('./migrations/', import.meta.url))) sql.exec(migration.sql)

for (const [some, index] of [
  [{}, 'conferences_of_account (account=?'],
  [{ status: 'completed' }, 'conferences_of_account (account=?'],
  [{ updatedFrom: day }, 'conferences_of_account (account=?'],
  [{ createdFrom: day, updatedTo: day }, 'conferences_of_account (account=? AND created_at>?'],
  [{ friendlyName: 'a' }, 'conferences_of_name (account=? AND friendly_name=?'],
  [
    { friendlyName: 'a', status: 'completed', createdFrom: day },
    'conferences_of_name (account=? AND friendly_name=? AND created_at>?',
  ],
  [{ status: 'init' }, 'conferences_live (account=?'],
  [{ status: 'in-progress', friendlyName: 'a', createdFrom: day }, 'conferences_live (account=? AND created_at>?'],
] as const satisfies readonly (readonly [Partial<ConferenceFilter>, string])[])
  for (const after of [null, 'CF9' as ConferenceSid])
    test(`conferences by ${Object.keys(some).join(', ') || 'nothing'}${after ? ', a later page,' : ''} are read along ${index.split(' ')[0]}`, () => {
      const { from, values } = conferencesQuery({ filter: { accountSid, ...some }, after, max: 50 })
      const steps = sql
        .prepare(`EXPLAIN QUERY PLAN SELECT row FROM ${from}`)
        .all(...values)
        .map(({ detail }) => String(detail))
      assert.ok(steps[0]?.includes(index), steps.join('; '))
      assert.ok(!steps.some((step) => step.includes('TEMP B-TREE')), steps.join('; '))
    })
