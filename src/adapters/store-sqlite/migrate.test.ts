/** Migrations are applied once, in order, each whole or not at all; a history that is not ours is refused. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { checksumOf, type Migration, migrate } from './migrate.ts'

const migration = (version: number, sql: string): Migration => ({ version, name: `000${version}-x.sql`, sql })
const first = migration(1, 'CREATE TABLE one (a)')
const second = migration(2, 'CREATE TABLE two (a); INSERT INTO two VALUES (2)')

const tables = (db: DatabaseSync) =>
  db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'migrations' ORDER BY name").all()

test('what is new is applied, what was applied is left', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, [first])
  migrate(db, [first, second])
  migrate(db, [first, second])
  assert.deepEqual(tables(db).map(Object.values), [['one'], ['two']])
  assert.equal(db.prepare('SELECT a FROM two').all().length, 1)
})

test('a migration that fails leaves no trace and can be made again', () => {
  const db = new DatabaseSync(':memory:')
  assert.throws(() => migrate(db, [first, migration(2, 'CREATE TABLE two (a); INSERT INTO nowhere VALUES (1)')]))
  assert.deepEqual(tables(db).map(Object.values), [['one']])
  migrate(db, [first, second])
  assert.deepEqual(tables(db).map(Object.values), [['one'], ['two']])
})

test('a migration whose text has changed since is refused by name', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, [first])
  assert.throws(() => migrate(db, [migration(1, 'CREATE TABLE one (b)')]), /another version of migration 0001-x\.sql/)
})

test('a database that knows more migrations than we do is refused, with both ends named', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, [first, second])
  assert.throws(() => migrate(db, [first]), /newer Ringback \(migration 0002-x\.sql\).* up to 1/)
})

test("a checkout's line ends do not change a checksum", () => {
  assert.equal(checksumOf('a\r\nb\r\n'), checksumOf('a\nb\n'))
  assert.notEqual(checksumOf('a\nb'), checksumOf('ab'))
})
