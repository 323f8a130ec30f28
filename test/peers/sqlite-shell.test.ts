/** The journal as Debian's sqlite3 sees it: a file that opens without us and holds what was said. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startRingback } from '../../src/testing/index.ts'
import { officialClient } from '../kit/journey.ts'

test("Debian's sqlite3 finds the journal whole", async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'ringback-sqlite-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const ringback = await startRingback({ data })
  const { sid } = await officialClient(ringback).calls.create({
    to: '+15551230001',
    from: ringback.number,
    twiml: '<Response/>',
  })
  await ringback.over(sid)
  await ringback.stop()
  const ask = (sql: string) => execFileSync('sqlite3', [join(data, 'journal.db'), sql], { encoding: 'utf8' }).trim()
  assert.equal(ask('PRAGMA integrity_check'), 'ok')
  assert.equal(ask('SELECT count(*) FROM calls'), '1')
})
