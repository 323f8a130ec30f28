/**
 * Numbered migrations, `NNNN-name.sql`, each applied once in a transaction of its own and remembered by its checksum.
 * A database that went through other migrations than ours is refused: guessing would cost someone their journal.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'

export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

export function readMigrations(folder: URL): readonly Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}-.+\.sql$/.test(file))
    .sort()
    .map((name) => ({ version: Number(name.slice(0, 4)), name, sql: readFileSync(new URL(name, folder), 'utf8') }))
}

/** Line ends do not count: a checkout on another system may have changed them. */
export const checksumOf = (sql: string): string =>
  createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')

/** @throws Error with a sentence for the operator when the database's history is not the beginning of ours. */
export function migrate(db: DatabaseSync, migrations: readonly Migration[]): void {
  db.exec(
    'CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT',
  )
  const applied = db.prepare('SELECT version, name, checksum FROM migrations ORDER BY version').all()
  for (const { version, name, checksum } of applied) {
    const ours = migrations.find((migration) => migration.version === version)
    if (!ours)
      throw new Error(
        `the journal was written by a newer Ringback (migration ${name}); this one knows migrations up to ${migrations.at(-1)?.version ?? 0}`,
      )
    if (checksumOf(ours.sql) !== checksum)
      throw new Error(`the journal was made with another version of migration ${ours.name}; this one must not touch it`)
  }
  for (const migration of migrations.slice(applied.length)) apply(db, migration)
}

function apply(db: DatabaseSync, { version, name, sql }: Migration): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    db.exec(sql)
    db.prepare('INSERT INTO migrations VALUES (?, ?, ?)').run(version, name, checksumOf(sql))
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
