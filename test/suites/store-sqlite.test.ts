/** The embedded store: the common suite, and what only a file on disk and a second process can show. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts'
import { START } from '../../src/journal/store.ts'
import { storeSuite } from './store.ts'
import { aFact } from './store-samples.ts'

const newFolder = () => mkdtemp(join(tmpdir(), 'ringback-store-'))

storeSuite('sqlite', async () => {
  const folder = await newFolder()
  return {
    open: () => openSqliteStore({ folder }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
})

async function folderFor(context: TestContext): Promise<string> {
  const folder = await newFolder()
  context.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A process that appends groups of three, numbered by place from `first` on, and prints each number once committed. */
const APPENDER = fileURLToPath(new URL('./store-sqlite-appender.ts', import.meta.url))

function startAppender(folder: string, first: number) {
  const child = spawn(process.execPath, [APPENDER, folder, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  return { child, lines: createInterface({ input: child.stdout }) }
}

test('a process killed at any moment loses no acknowledged group and leaves no half one', async (context) => {
  const folder = await folderFor(context)
  const seed = Math.floor(Math.random() * 2 ** 31)
  context.diagnostic(`seed ${seed}`)
  let random = seed
  let acknowledged = -1
  for (let round = 0; round < 10; round++) {
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31
    const killAfter = 1 + (random % 60)
    const { child, lines } = startAppender(folder, acknowledged + 1)
    let printed = 0
    // Lines printed before the kill still arrive after it, and count.
    lines.on('line', (line) => {
      acknowledged = Math.max(acknowledged, Number(line))
      if (++printed === killAfter) child.kill('SIGKILL')
    })
    await once(child, 'close')
    assert.ok(printed >= killAfter, `the appender ended by itself in round ${round}`)

    const database = new DatabaseSync(join(folder, 'journal.db'), { readOnly: true })
    assert.deepEqual(database.prepare('PRAGMA integrity_check').all().map(Object.values), [['ok']])
    database.close()

    const store = await openSqliteStore({ folder })
    const found = new Map<number, number>()
    for (let cursor = START; ; ) {
      const page = await store.readAfter(cursor, 1000)
      if (page.entries.length === 0) break
      for (const { entry } of page.entries) found.set(entry.place, (found.get(entry.place) ?? 0) + 1)
      cursor = page.cursor
    }
    await store.close()
    const highest = Math.max(...found.keys())
    assert.ok(highest >= acknowledged, `group ${acknowledged} was acknowledged, ${highest} is the last one there`)
    for (let place = 0; place <= highest; place++) assert.equal(found.get(place), 3, `group ${place}`)
    acknowledged = highest
  }
})

test('a second process is refused by name, and let in once the first is killed', async (context) => {
  const folder = await folderFor(context)
  const { child, lines } = startAppender(folder, 0)
  await once(lines, 'line')
  await assert.rejects(openSqliteStore({ folder }), {
    message: new RegExp(`^the data folder is in use by process ${child.pid}: .*journal\\.db$`),
  })
  child.kill('SIGKILL')
  await once(child, 'close')
  await (await openSqliteStore({ folder })).close()
})

test('a second store in the same process is refused too', async (context) => {
  const folder = await folderFor(context)
  const store = await openSqliteStore({ folder })
  await assert.rejects(openSqliteStore({ folder }), { message: /in use by process/ })
  await store.append([aFact()])
  await store.close()
})

for (const [sentence, sql, message] of [
  [
    'made by another version of a migration',
    "UPDATE migrations SET checksum = 'x'",
    /another version of migration 0001-/,
  ],
  ['written by a newer version', "INSERT INTO migrations VALUES (9999, '9999-later.sql', 'x')", /newer Ringback/],
] as const)
  test(`a journal ${sentence} is refused and left alone`, async (context) => {
    const folder = await folderFor(context)
    await (await openSqliteStore({ folder })).close()
    const database = new DatabaseSync(join(folder, 'journal.db'))
    database.exec(sql)
    database.close()
    await assert.rejects(openSqliteStore({ folder }), { message })
  })

test("a file that is no database is refused with the file's name", async (context) => {
  const folder = await folderFor(context)
  await writeFile(join(folder, 'journal.db'), 'my shopping list, which is certainly not a database'.repeat(100))
  await assert.rejects(openSqliteStore({ folder }), {
    message: /cannot open the journal .*journal\.db: .*not a database/,
  })
})

test('when the disk is full the append fails, so does every later one, and what was acknowledged is there', async (context) => {
  const folder = await folderFor(context)
  // A limit on the size of files stands in for the full disk: 1 MiB, in blocks of 512 bytes.
  const limited = ['-c', 'ulimit -f 2048; exec "$0" "$@"', process.execPath, APPENDER, folder, '0']
  const child = spawn('sh', limited, { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = await Array.fromAsync(createInterface({ input: child.stdout }))
  const committed = lines.filter((line) => /^\d+$/.test(line))
  const failures = lines.filter((line) => !/^\d+$/.test(line))
  assert.equal(failures.length, 2)
  for (const failure of failures) assert.match(failure, /^the journal cannot be written: /)
  assert.ok(committed.length > 0)
  const store = await openSqliteStore({ folder })
  const { entries } = await store.readAfter(START, 1000)
  await store.close()
  const places = new Set(entries.map(({ entry }) => entry.place))
  for (const place of committed.slice(0, 300)) assert.ok(places.has(Number(place)), `group ${place}`)
})
