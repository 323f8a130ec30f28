/** For journeys about answering machine detection: calls that ask for it, and what the app learns. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { PhoneScript, StartRingback } from '../../src/testing/index.ts'
import { type Journey, journey } from './journey.ts'
import { callPhone } from './recordings.ts'

export const MODES = ['Enable', 'DetectMessageEnd'] as const
export type Mode = (typeof MODES)[number]

type NewCall = NonNullable<Parameters<typeof callPhone>[2]>

export interface Learnt {
  readonly sid: string
  readonly answeredBy: string | undefined
  readonly durationMs: number
  /** When the document's words were heard, from the answer on. */
  readonly saidAtMs: number | undefined
}

/** An app that says a word when it is asked for a document, and is told of verdicts. */
export const detectionJourney = (t: TestContext, options: StartRingback = {}): Promise<Journey> =>
  journey(t, { '/voice': () => '<Say>Well.</Say><Pause length="70"/>', '/amd': () => ({ status: 204 }) }, options)

/** Calls the phone and waits for the verdict before the document. */
export async function detectFirst(run: Journey, phone: PhoneScript, mode: Mode, more: NewCall = {}): Promise<Learnt> {
  const before = run.app.to('/voice').length
  const { sid, heard } = await callPhone(run, phone, { machineDetection: mode, ...more })
  const [asked] = run.app.to('/voice').slice(before)
  return learnt(sid, asked?.parameters, heard.heard[0]?.atMs)
}

/** Calls the phone and learns the verdict by the callback. */
export async function detectBeside(run: Journey, phone: PhoneScript, mode: Mode, more: NewCall = {}): Promise<Learnt> {
  const before = run.app.to('/amd').length
  const asynchronous = { asyncAmd: 'true', asyncAmdStatusCallback: `${run.app.url}/amd` }
  const { sid, heard } = await callPhone(run, phone, { machineDetection: mode, ...asynchronous, ...more })
  const told = run.app.to('/amd').slice(before)
  assert.ok(told.length <= 1, 'told once')
  return learnt(sid, told[0]?.parameters, heard.heard[0]?.atMs)
}

function learnt(sid: string, parameters: Readonly<Record<string, string>> | undefined, saidAtMs: number | undefined) {
  const durationMs = Number(parameters?.MachineDetectionDuration)
  return { sid, answeredBy: parameters?.AnsweredBy, durationMs, saidAtMs }
}
