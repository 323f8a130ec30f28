/**
 * Opens the database file and keeps it in order: durability, exclusive use, migrations, checkpoints. Runs in the
 * store's worker thread. The lock is SQLite's own, on the file, so that it ends with the process however that ends;
 * the pid file beside it only serves the sentence that a second process gets to read.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { isBusy } from './failure.ts'
import { migrate, readMigrations } from './migrate.ts'

/** An entry takes 1 to 2 KB: with SQLite's usual 4 KiB a commit of many entries writes twice as often. */
const PAGE_BYTES = 8192
const CACHE_KIB = 65_536
/** 8 MiB of write-ahead log: a checkpoint is then 10 to 15 ms of work between two commits. */
const WAL_PAGES_MAX = 1000
/** Free pages kept for the next entries (128 MiB); what is above goes back to the file system, a little at a time. */
const FREE_PAGES_KEPT = 16_384
const VACUUM_PAGES = 128

export class Database {
  readonly sql: DatabaseSync
  readonly #pidFile: string
  readonly #walPages: StatementSync
  readonly #freePages: StatementSync

  /** @throws Error with a sentence for the operator: in use, another program's file, a history that is not ours. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#pidFile = join(folder, 'journal.pid')
    this.sql = openExclusively(join(folder, 'journal.db'), this.#pidFile)
    try {
      writeFileSync(this.#pidFile, `${process.pid}\n`)
      migrate(this.sql, readMigrations(new URL('./migrations/', import.meta.url)))
      this.#walPages = this.sql.prepare('PRAGMA wal_checkpoint(NOOP)')
      this.#freePages = this.sql.prepare('PRAGMA freelist_count')
    } catch (error) {
      this.sql.close()
      throw error
    }
  }

  /** Called between groups. Nobody else reads the file, so a passive checkpoint always gets through. */
  checkpointIfDue(): void {
    if (Number(this.#walPages.get()?.log) > WAL_PAGES_MAX) this.sql.exec('PRAGMA wal_checkpoint(PASSIVE)')
  }

  /** Gives some pages that erased entries left back to the file system, when there are many. */
  shrinkIfDue(): void {
    if (Number(this.#freePages.get()?.freelist_count) > FREE_PAGES_KEPT)
      this.sql.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`)
  }

  close(): void {
    this.sql.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    rmSync(this.#pidFile, { force: true })
    this.sql.close()
  }
}

function openExclusively(file: string, pidFile: string): DatabaseSync {
  const sql = new DatabaseSync(file, { timeout: 0 })
  try {
    // Page size and vacuum mode only count in a new file, the locking mode only before the log is first looked at.
    sql.exec(`
      PRAGMA page_size = ${PAGE_BYTES};
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = 0;
      PRAGMA cache_size = -${CACHE_KIB};
      PRAGMA temp_store = MEMORY;
      BEGIN IMMEDIATE; COMMIT`)
    return sql
  } catch (error) {
    sql.close()
    if (isBusy(error)) throw new Error(`the data folder is in use by process ${readPid(pidFile)}: ${file}`)
    throw new Error(`cannot open the journal ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function readPid(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim()
  } catch {
    return '(unknown)' // it has the lock and has not written its number yet
  }
}
