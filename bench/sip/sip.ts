/**
 * What calls over SIP and RTP cost, in CPU of the server's process, called by SIPp over loopback: calls that end at once,
 * and calls that play, listen, record and confer. Every call of ours is an app's: a document is fetched for it, and all
 * of it is in the journal. Beside each figure that of a server of one page of C that knows one answer, from the same run.
 *
 *     node bench/sip/sip.ts [--quick] [--only=plays]
 *
 * Needs SIPp and gcc. Takes about eight minutes; with --quick four, and its figures are coarser. `--only` runs
 * the rows whose name has this in it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { toUlaw } from '../../src/wire/codec/g711.ts'
import { noise } from '../media-source.ts'
import { atRest, type Bench, type Media, type MediaRun, media, signalling } from './measure.ts'
import { startPlatform, startReflector, type Target } from './targets.ts'
import { buildTools } from './tools.ts'

const { quick: isQuick, only } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
}).values
/** The whole is given up after this. */
const LONGEST_MS = 15 * 60_000
/** A server that has just begun compiles its code while it runs: it has had calls before the first that is counted. */
const WARMING_SEC = isQuick ? 5 : 15
const SIGNALLING_SEC = isQuick ? 6 : 20
const STEPS_PER_SEC = isQuick ? [100, 200] : [100, 200, 300, 400]
const STEP_SEC = 4
const WINDOW_MS = isQuick ? 4000 : 10_000

const MEDIA: readonly (MediaRun & { readonly name: string })[] = [
  ...(isQuick ? [100, 400] : [50, 100, 200, 400]).map((calls) => ({
    name: `plays to ${calls} calls`,
    ...({ number: 'plays', calls, speaks: false, hears: true } as const),
    windowMs: WINDOW_MS,
  })),
  { name: '100 calls both ways', number: 'echoes', calls: 100, speaks: true, hears: true, windowMs: WINDOW_MS },
  { name: 'records 100 calls', number: 'records', calls: 100, speaks: true, hears: false, windowMs: WINDOW_MS },
  { name: 'conference of 20', number: 'conference', calls: 20, speaks: true, hears: true, windowMs: WINDOW_MS },
]

const rows: (readonly string[])[] = [['', 'Ringback', 'reflector', 'ratio', 'pacing error p99']]

async function compareSignalling(bench: Bench, targets: readonly Target[]): Promise<void> {
  if (!'signalling at 50/s'.includes(only)) return
  const spent: number[] = []
  for (const target of targets) {
    const { cpuSecPer1000, isClean, failed, repeated } = await signalling(bench, target, {
      perSecond: 50,
      seconds: SIGNALLING_SEC,
    })
    if (!isClean) note(`${target.name}: ${failed} calls failed, ${repeated} messages were sent again at 50 calls/s`)
    spent.push(cpuSecPer1000)
  }
  row('signalling at 50/s', 'CPU s per 1,000 calls', spent)
}

async function findMostCalls(bench: Bench, [platform]: readonly Target[]): Promise<void> {
  if (!'most calls/s'.includes(only)) return
  let most = 0
  for (const perSecond of STEPS_PER_SEC) {
    const { isClean, failed, repeated } = await signalling(bench, platform!, { perSecond, seconds: STEP_SEC })
    await atRest(platform!)
    if (!isClean) {
      note(`at ${perSecond} calls/s ${failed} failed, ${repeated} messages were sent again`)
      break
    }
    most = perSecond
  }
  rows.push([`most calls/s, of ${STEPS_PER_SEC.join(', ')}`, `${most}`, '', '', ''])
}

async function compareMedia(bench: Bench, targets: readonly Target[]): Promise<void> {
  for (const { name, ...run } of MEDIA) {
    if (!name.includes(only)) continue
    const runs: Media[] = []
    for (const target of targets) {
      const measured = await media(bench, target, run)
      if (measured.objection) note(`${name}, ${target.name}: does not count, ${measured.objection}`)
      runs.push(measured)
      await atRest(target)
    }
    const errors = run.hears ? runs.map(({ heard }) => `${heard.errorMs.p99.toFixed(1)} ms`).join(' / ') : ''
    const spent = runs.map(({ cpuMsPerCallSec }) => cpuMsPerCallSec)
    // CPU that was not spent on packets that never came is no gain.
    const counts = runs.every(({ objection }) => objection === null)
    if (counts) row(name, 'CPU ms per call-second', spent, errors)
    else rows.push([`${name}, CPU ms per call-second`, 'does not count', '', '', errors])
    note(`${name}: others had ${runs[0]!.othersCores.toFixed(1)} cores meanwhile`)
  }
}

function row(name: string, unit: string, [ours = 0, limit = 0]: readonly number[], errors = ''): void {
  rows.push([`${name}, ${unit}`, ours.toFixed(2), limit.toFixed(2), limit > 0 ? (ours / limit).toFixed(1) : '', errors])
}

function note(text: string): void {
  console.log(text)
}

function print(): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)))
  console.log()
  for (const cells of rows)
    console.log(`| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`.trimEnd())
}

const load = () =>
  loadavg()
    .map((one) => one.toFixed(1))
    .join(' ')

async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-sip-'))
  const targets: Target[] = []
  try {
    const sound = join(folder, 'sound.ulaw')
    writeFileSync(sound, toUlaw(noise(30, 2)))
    const bench: Bench = { tools: buildTools(folder), folder, sound }
    targets.push(await startPlatform(join(folder, 'data')), await startReflector(bench.tools.reflector))
    await signalling(bench, targets[0]!, { perSecond: 100, seconds: WARMING_SEC })
    await atRest(targets[0]!)
    note(`${availableParallelism()} cores, load ${load()}, Node.js ${process.version}`)
    await compareSignalling(bench, targets)
    await findMostCalls(bench, targets)
    await compareMedia(bench, targets)
    note(`load ${load()} at the end`)
    print()
  } finally {
    await Promise.all(targets.map((target) => target.stop()))
    rmSync(folder, { recursive: true, force: true })
  }
}

setTimeout(() => {
  console.error(`Not over within ${LONGEST_MS} ms`)
  process.exit(1)
}, LONGEST_MS).unref()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
await run().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
