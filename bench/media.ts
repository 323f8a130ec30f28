/**
 * What sound costs. In virtual time: CPU of a leg for each second of its call, and how much faster than real time one
 * call runs. Memory of a leg. On the machine's clock, in one media worker as the server has it: how late its ticks are
 * with many legs, beside those of a worker that has nothing else to do, which are the machine's own noise. CPU is that
 * of the whole process, all threads; the smallest of several runs.
 *
 *     node --expose-gc bench/media.ts [cpu] [call] [memory] [live]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createRecordingFiles } from '../src/adapters/recording-files/recording-files.ts'
import { InlineEngine } from '../src/engine/media/inline-engine.ts'
import type { PartyMedia } from '../src/engine/ports/media-engine.ts'
import type { RecordingFiles } from '../src/engine/ports/recording-files.ts'
import type { Instant } from '../src/lib/ids.ts'
import { silentLogger } from '../src/lib/logger.ts'
import { RealClock } from '../src/lib/real-clock.ts'
import { VirtualClock } from '../src/lib/virtual-clock.ts'
import { createMedia } from '../src/main/media.ts'
import { cpuMs, DOINGS, type Doing, type Every, noFiles, openLeg, quantile } from './media-bed.ts'
import { timesFaster } from './media-call.ts'

const asked = process.argv.slice(2)
const wants = (section: string) => asked.length === 0 || asked.includes(section)

async function withFiles<T>(act: (files: RecordingFiles, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-media-'))
  try {
    return await act(createRecordingFiles({ folder }), folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function everyOn(clock: VirtualClock): Every {
  return (periodMs, atMs, act) => {
    const round = () => {
      atMs.forEach((ms, index) => void clock.after(ms, () => act(index)))
      clock.after(periodMs, round)
    }
    round()
  }
}

interface Run {
  readonly doing: Doing
  readonly legs: number
  readonly seconds: number
  readonly files: RecordingFiles
}

/** @returns milliseconds of CPU and of the wall, from the opening of the legs until their files are whole */
async function run({ doing, legs, seconds, files }: Run): Promise<{ cpu: number; wall: number }> {
  const clock = new VirtualClock({ startAt: 0 as Instant, settleMs: 0, mode: 'held' })
  const engine = new InlineEngine({ clock, files })
  const [cpuBefore, wallBefore] = [cpuMs(), performance.now()]
  for (let leg = 0; leg < legs; leg++) doing(openLeg(engine), everyOn(clock))
  await clock.advance(seconds * 1000)
  await engine.stop()
  const spent = { cpu: cpuMs() - cpuBefore, wall: performance.now() - wallBefore }
  clock.stop()
  return spent
}

async function best(times: number, about: Omit<Run, 'files'>, onDisk: boolean): Promise<{ cpu: number; wall: number }> {
  let [cpu, wall] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let time = 0; time < times; time++) {
    const spent = onDisk
      ? await withFiles((files) => run({ ...about, files }))
      : await run({ ...about, files: noFiles })
    cpu = Math.min(cpu, spent.cpu)
    wall = Math.min(wall, spent.wall)
  }
  return { cpu, wall }
}

async function measureCpu(): Promise<void> {
  const [legs, seconds] = [200, 60]
  console.log(`CPU of a leg, µs a second of its call (${legs} legs, ${seconds} s of virtual time, best of five)`)
  for (const [name, doing] of Object.entries(DOINGS)) {
    const each = (ms: number) => ((ms * 1000) / legs / seconds).toFixed(1).padStart(7)
    const engine = await best(5, { doing, legs, seconds }, false)
    const disk = name.startsWith('record') ? await best(5, { doing, legs, seconds }, true) : null
    console.log(`  ${name.padEnd(36)}${each(engine.cpu)}${disk ? `, to disk ${each(disk.cpu)}` : ''}`)
  }
  console.log('One leg alone, times faster than real time')
  for (const [name, hours] of [
    ['play a cached prompt', 10],
    ['gather, keys out of band', 10],
    ['record both, dual, while playing', 1],
  ] as const) {
    const { wall } = await best(3, { doing: DOINGS[name], legs: 1, seconds: hours * 3600 }, true)
    console.log(`  ${name.padEnd(36)}${((hours * 3600_000) / wall).toFixed(0).padStart(7)}`)
  }
}

async function measureCall(): Promise<void> {
  console.log('One call through the whole platform, times faster than real time')
  for (const [name, more] of [
    ['prompts and waits for keys', {}],
    ['the same, both sides recorded', { Record: 'true', RecordingChannels: 'dual' }],
  ] as const)
    console.log(`  ${name.padEnd(36)}${(await timesFaster(more)).toFixed(0).padStart(7)}`)
}

async function measureMemory(): Promise<void> {
  const legs = 2000
  console.log(`Memory of a leg, KiB (${legs} open)`)
  const used = async () => {
    // What collected objects held is given back only afterwards.
    for (let time = 0; time < 3; time++) {
      globalThis.gc?.()
      await wait(100)
    }
    const { heapUsed, external, rss } = process.memoryUsage()
    return { js: heapUsed + external, rss }
  }
  const names = ['play a cached prompt', 'record both, dual, while playing'] as const
  // Once to make what is made but once.
  for (const [name, isMeasured] of [...names, ...names].map((name, at) => [name, at >= names.length] as const)) {
    await withFiles(async (files) => {
      const clock = new VirtualClock({ startAt: 0 as Instant, settleMs: 0, mode: 'held' })
      const engine = new InlineEngine({ clock, files })
      const before = await used()
      for (let leg = 0; leg < legs; leg++) DOINGS[name](openLeg(engine))
      await clock.advance(10_500)
      const after = await used()
      const each = (bytes: number) => (bytes / legs / 1024).toFixed(1)
      const shown = `${each(after.js - before.js)} of heap and buffers, resident ${each(after.rss - before.rss)}`
      if (isMeasured) console.log(`  ${name.padEnd(36)}${shown}`)
      await engine.stop()
      clock.stop()
    })
  }
}

/** Seconds of the measurement, after as many of starting. */
const LIVE_SECONDS = 5

async function live(name: keyof typeof DOINGS, legs: number): Promise<string> {
  return withFiles(async (files, folder) => {
    const clock = new RealClock()
    let late: number[] = []
    const onTicks = (lateMs: readonly number[]) => void late.push(...lateMs)
    const media = createMedia({
      clock,
      logger: silentLogger,
      folder,
      files,
      sockets: { egress: { mode: 'local', allow: [] }, ca: null },
      lines: null,
      workers: 1,
      onTicks,
    })
    // One leg is looked at every 20 ms, as exactly as the machine can.
    const probe = openLeg(media)
    DOINGS['gather, keys in band'](probe)
    const open: PartyMedia[] = []
    for (let leg = 0; leg < legs; leg++) {
      open.push(openLeg(media))
      DOINGS[name](open[leg]!, never)
      if (leg % 20 === 19) await wait((LIVE_SECONDS * 1000) / (legs / 20))
    }
    await wait(1000)
    late = []
    const [cpuBefore, mainBefore] = [cpuMs(), process.threadCpuUsage()]
    await wait(LIVE_SECONDS * 1000)
    const cpu = (cpuMs() - cpuBefore) / LIVE_SECONDS
    const { user, system } = process.threadCpuUsage(mainBefore)
    const main = (user + system) / 1000 / LIVE_SECONDS
    const lateness = [0.5, 0.99, 1].map((share) => quantile(late, share).toFixed(0)).join(' / ')
    await media.stop()
    return `${String(legs).padStart(5)} legs: ${lateness} ms late, worker and disk ${(cpu - main).toFixed(0)} ms of CPU a second, main thread ${main.toFixed(0)}`
  })
}

const never: Every = () => {
  throw new Error('not on the machine’s clock')
}

async function measureLive(): Promise<void> {
  console.log('Real time, one media worker: ticks late by median / p99 / most')
  console.log(`  ${'nothing else'.padEnd(36)}${await live('play a cached prompt', 0)}`)
  for (const name of ['play a cached prompt', 'record both, dual, while playing'] as const)
    for (const legs of [500, 1000, 2000]) console.log(`  ${name.padEnd(36)}${await live(name, legs)}`)
}

if (wants('cpu')) await measureCpu()
if (wants('call')) await measureCall()
if (wants('memory')) await measureMemory()
if (wants('live')) await measureLive()
