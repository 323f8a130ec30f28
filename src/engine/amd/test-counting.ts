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
  /** As told, or `too early`: the end of a greeting that was not over. */
  readonly verdict: string
  /** Since the answer. */
  readonly atMs: number
  readonly isRight: boolean
}

/** How much before the end of the last word, which is soft, a greeting may be told to have ended. */
const EARLY_MS = 100
const SILENCE = new Int16Array(DEFAULTS.timeoutMs * SAMPLES_PER_MS)

/** @param otherwise options that are not the defaults */
export function judge(
  greeting: Greeting,
  mode: DetectionMode,
  otherwise: Partial<Omit<DetectionOptions, 'mode' | 'timeoutMs'>> = {},
): Judged {
  const detector = new MachineDetector({ ...DEFAULTS, ...otherwise, mode })
  for (const samples of [greeting.line, SILENCE])
    for (let from = 0; from < samples.length; from += FRAME) {
      const told = detector.push(samples, from, Math.min(from + FRAME, samples.length))
      if (!told) continue
      const atMs = told.atSample / SAMPLES_PER_MS
      const isEarly = told.answeredBy.startsWith('machine_end') && atMs < greeting.toMs - EARLY_MS
      const verdict = isEarly ? 'too early' : told.answeredBy
      return { greeting, verdict, atMs, isRight: verdict === greeting.truth[mode] }
    }
  throw new Error(`no verdict within ${DEFAULTS.timeoutMs} ms: ${greeting.what}`)
}

/** The part of all that is right. */
export const accuracyOf = (judged: readonly Judged[]): number =>
  judged.filter(({ isRight }) => isRight).length / judged.length

/** What was not found out, one a line: why a test has failed. */
export const wrongOf = (judged: readonly Judged[]): string =>
  judged
    .filter(({ isRight }) => !isRight)
    .map(({ greeting, verdict, atMs }) => `${verdict} at ${atMs} ms: ${greeting.what}`)
    .join('\n')
