/** The two kinds of runs: calls that end at once, and calls that stand while their sound is counted. */
import { setTimeout as wait } from 'node:timers/promises'
import { type Heard, Meter } from './meter.ts'
import { type Outcome, Sipp } from './sipp.ts'
import type { Number as Called, Target } from './targets.ts'
import { machineBusySec, type Tools } from './tools.ts'

export interface Bench {
  readonly tools: Tools
  /** For everything that is written. */
  readonly folder: string
  /** µ-law that the far ends say. */
  readonly sound: string
}

/** What the server still does after the last BYE counts too. */
const AFTERWARDS_MS = 1000
/** Between the last answer and the window. */
const SETTLING_MS = 1500
/** Calls stand by then, or they do not. */
const STANDING_MS = 4000
const STREAM_PER_SEC = 50
const RESTING_CORES = 0.02
const RESTING_SEC_MAX = 20
/** Of the packets that are due. */
const FLOWS_SHARE = 0.99

/** What one run leaves behind, garbage above all, is over before the next: the server does next to nothing for a second. */
export async function atRest(target: Target): Promise<void> {
  for (let seconds = 0; seconds < RESTING_SEC_MAX; seconds++) {
    const before = target.cpuSec()
    await wait(1000)
    if (target.cpuSec() - before < RESTING_CORES) return
  }
}

export interface Signalling extends Outcome {
  readonly cpuSecPer1000: number
  /** Every call came about, at once and in time. */
  readonly isClean: boolean
}

export async function signalling(
  bench: Bench,
  target: Target,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Signalling> {
  const count = perSecond * seconds
  const before = target.cpuSec()
  const { folder } = bench
  const sipp = await Sipp.start({ target, number: 'answers', scenario: 'signalling', count, perSecond, folder })
  const outcome = await sipp.ended()
  await wait(AFTERWARDS_MS)
  const isClean = outcome.failed === 0 && outcome.repeated === 0 && outcome.seconds < seconds * 1.15 + 1
  return { ...outcome, isClean, cpuSecPer1000: ((target.cpuSec() - before) / count) * 1000 }
}

export interface Media {
  readonly cpuMsPerCallSec: number
  readonly heard: Heard
  /** Cores that others on the machine had meanwhile, the far ends and SIPp included. */
  readonly othersCores: number
  /** Null: it counts. Why it does not: calls or packets are missing. */
  readonly objection: string | null
}

export interface MediaRun {
  readonly number: Called
  readonly calls: number
  readonly windowMs: number
  /** The far ends speak too. */
  readonly speaks: boolean
  /** The far ends hear something. */
  readonly hears: boolean
}

export async function media(bench: Bench, target: Target, run: MediaRun): Promise<Media> {
  const { number, calls, windowMs, speaks, hears } = run
  const meter = await Meter.start({ program: bench.tools.meter, ends: calls, sound: bench.sound })
  const perSecond = Math.min(50, calls)
  const holdMs = (calls / perSecond) * 1000 + STANDING_MS + SETTLING_MS + windowMs
  const { folder } = bench
  const dialled = { target, number, count: calls, perSecond, folder, rtpPort: meter.firstPort }
  const sipp = await Sipp.start({ ...dialled, scenario: 'media', holdMs })
  try {
    const standsBy = performance.now() + (calls / perSecond) * 1000 + STANDING_MS
    while (sipp.answered().size < calls && performance.now() < standsBy) await wait(100)
    const up = sipp.answered()
    if (speaks) for (const [call, port] of up) meter.send(call, port)
    await wait(SETTLING_MS)
    meter.reset()
    const [cpu, busy, at] = [target.cpuSec(), machineBusySec(), performance.now()]
    await wait(windowMs)
    const [spent, allSpent] = [target.cpuSec() - cpu, machineBusySec() - busy]
    const seconds = (performance.now() - at) / 1000
    const heard = await meter.heard()
    const { failed } = await sipp.ended()
    return {
      cpuMsPerCallSec: (spent / seconds / calls) * 1000,
      heard,
      othersCores: (allSpent - spent) / seconds,
      objection:
        up.size < calls || failed > 0
          ? `only ${Math.min(up.size, calls - failed)} of ${calls} calls came about and ended well`
          : missing(run, heard, hears),
    }
  } finally {
    sipp.stop()
    meter.stop()
  }
}

function missing({ calls, speaks }: MediaRun, heard: Heard, hears: boolean): string | null {
  const due = calls * STREAM_PER_SEC * heard.seconds
  if (speaks && heard.sent < due * FLOWS_SHARE) return 'the far ends were too slow'
  if (hears && heard.received < due * FLOWS_SHARE) return `${heard.received} packets came of ${Math.round(due)}`
  return null
}
