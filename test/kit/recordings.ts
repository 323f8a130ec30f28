/** For journeys about sound: a call to a scripted phone, the file of a recording, and moments that must agree. */
import assert from 'node:assert/strict'
import type twilio from 'twilio'
import type { Heard, PhoneScript, Ringback } from '../../src/testing/index.ts'
import type { Journey } from './journey.ts'
import { parseWav, type WavFile } from './wav-file.ts'

export const PHONE = '+15551230001'
/** What the ledger and a recording may differ by. */
export const NEAR_MS = 20

type Script = PhoneScript['script']
type NewCall = Parameters<twilio.Twilio['calls']['create']>[0]

/** Sets the phone up and calls it; the app's `/voice` has the first word unless told otherwise. */
export async function ringPhone(
  { ringback, app, client }: Journey,
  script: Script | PhoneScript,
  more: Partial<NewCall> = {},
): Promise<string> {
  const phone = Array.isArray(script) ? { script: script as NonNullable<Script> } : (script as PhoneScript)
  await ringback.phone(PHONE, phone)
  const document = more.twiml === undefined ? { url: `${app.url}/voice` } : {}
  const { sid } = await client.calls.create({ to: PHONE, from: ringback.number, ...document, ...more })
  return sid
}

/** The same, until the call and everything about it is over. */
export async function callPhone(...call: Parameters<typeof ringPhone>): Promise<{ sid: string; heard: Heard }> {
  const [{ ringback }] = call
  const sid = await ringPhone(...call)
  await ringback.over(sid)
  return { sid, heard: await ringback.heard(sid) }
}

export const basic = ({ accountSid, authToken }: Pick<Ringback, 'accountSid' | 'authToken'>): string =>
  `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`

/** @param suffix of the audio's address, with what it is asked: `.mp3?RequestedChannels=1` */
export function fetchMedia(
  ringback: Pick<Ringback, 'url' | 'accountSid' | 'authToken'>,
  recordingSid: string,
  suffix = '.wav',
  init: RequestInit = {},
): Promise<Response> {
  const address = `${ringback.url}/2010-04-01/Accounts/${ringback.accountSid}/Recordings/${recordingSid}${suffix}`
  return fetch(address, { ...init, headers: { authorization: basic(ringback), ...init.headers } })
}

export async function recordedBytes(...from: Parameters<typeof fetchMedia>): Promise<Buffer> {
  const response = await fetchMedia(...from)
  assert.ok(response.ok, `${response.url}: ${response.status}`)
  return Buffer.from(await response.arrayBuffer())
}

export async function recordedWav(...from: Parameters<typeof fetchMedia>): Promise<WavFile> {
  return parseWav(await recordedBytes(...from))
}

export function near(actual: number | undefined, expected: number, what = 'it', withinMs = NEAR_MS): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= withinMs,
    `${what}: ${actual} ms is not within ${withinMs} ms of ${expected}`,
  )
}

/** Stretches of sound, each where it should be. */
export function nearStretches(
  actual: readonly (readonly [number, number])[],
  expected: readonly (readonly [number, number])[],
  what: string,
): void {
  const shown = `${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`
  assert.equal(actual.length, expected.length, shown)
  for (const [index, [from, to]] of expected.entries()) {
    near(actual[index]?.[0], from, shown)
    near(actual[index]?.[1], to, shown)
  }
}

/** What the platform played, in ms since the answer. */
export const playedStretches = ({ heard }: Heard): [number, number][] =>
  heard.map(({ atMs, playedMs }) => [atMs, atMs + playedMs])

export const later = (stretches: readonly (readonly [number, number])[], byMs: number): [number, number][] =>
  stretches.map(([from, to]) => [from + byMs, to + byMs])
