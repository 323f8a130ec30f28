/** Counts verdicts on calls whose truth is known. */

import { FRAME } from '../../wire/codec/energy.ts'
import { SAMPLES_PER_MS } from '../../wire/codec/g711.ts'
import type { DetectionMode } from './detection-table.ts'
import { type DetectionOptions, MachineDetector } from './machine-detector.ts'
import type { Greeting } from './test-corpus.ts'

/** As the reference has them. */
export const DEFAULTS = {
  timeoutMs: 30_000,
  speechThresholdMs: 2400,
  speechEndThresholdMs: 1200,
  silenceTimeoutMs: 5000,
} as const satisfies Omit<DetectionOptions, 'mode'>

export interface Judged {
  readonly greeting: Greeting
  /** As told; `too early` when it is the end of a greeting that was not over, `none` when nothing was told. */
  readonly verdict: string
  readonly atMs: number
  readonly isRight: boolean
}

/** How much before the end of the last word, which is soft, its end may be told. */
const EARLY_MS = 100
const SILENCE = new Int16Array(DEFAULTS.timeoutMs * SAMPLES_PER_MS)

export function judge(greeting: Greeting, mode: DetectionMode): Judged {
  const detector = new MachineDetector({ ...DEFAULTS, mode })
  const { line, truth } = greeting
  for (const samples of [line, SILENCE])
    for (let from = 0; from < samples.length; from += FRAME) {
      const told = detector.push(samples, from, Math.min(from + FRAME, samples.length))
      if (!told) continue
      const atMs = told.atSample / SAMPLES_PER_MS
      const isEarly =
        mode === 'DetectMessageEnd' && told.answeredBy.startsWith('machine') && atMs < greeting.toMs - EARLY_MS
      const verdict = isEarly ? 'too early' : told.answeredBy
      return { greeting, verdict, atMs, isRight: verdict === truth[mode] }
    }
  return { greeting, verdict: 'none', atMs: Number.NaN, isRight: false }
}

/** The part of all that is right. */
export const accuracyOf = (judged: readonly Judged[]): number =>
  judged.filter(({ isRight }) => isRight).length / judged.length

/** Why a test has failed: what was not found out, one a line. */
export const wrongOf = (judged: readonly Judged[]): string =>
  judged
    .filter(({ isRight }) => !isRight)
    .map(({ greeting, verdict, atMs }) => `${verdict} at ${atMs} ms: ${greeting.what}`)
    .join('\n')
