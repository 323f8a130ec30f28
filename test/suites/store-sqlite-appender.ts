/**
 * A process to be killed: appends groups of three facts, numbered by place, several at a time, and prints a group's
 * number once it is committed. If an append fails it prints why, tries one more, prints that and ends.
 *
 *   node store-sqlite-appender.ts <folder> <first number>
 */
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts'
import { aFact, pressed } from './store-samples.ts'

const [folder = '', first = '0'] = process.argv.slice(2)
const store = await openSqliteStore({ folder })
let next = Number(first)

async function append(): Promise<void> {
  const place = next++
  await store.append([
    aFact({ place }),
    aFact({ place, body: pressed('1'.repeat(500)) }),
    aFact({ place, callSid: null }),
  ])
  process.stdout.write(`${place}\n`)
}

async function appendForever(): Promise<void> {
  for (;;) await append()
}

await Promise.all([1, 2, 3, 4].map(appendForever)).catch((error: Error) => process.stdout.write(`${error.message}\n`))
await append().catch((error: Error) => process.stdout.write(`${error.message}\n`))
process.exit(0)
