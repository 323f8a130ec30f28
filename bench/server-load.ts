/** What benchmarks do to a server of their own: many calls with a phone that plays noise; and what these took of it. */
import { setTimeout as wait } from 'node:timers/promises'
import type { ServerProcess } from '../test/kit/server-process.ts'
import { toWav } from './media-source.ts'
import { cpuSec } from './sip/tools.ts'

/** Calls begin within this time. */
export const STARTING_MS = 4000
const CALLED = '+15551230001'

export async function send(
  server: ServerProcess,
  path: string,
  method: string,
  body?: string | URLSearchParams | Uint8Array<ArrayBuffer>,
  type?: string,
): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${server.accountSid}:${server.authToken}`).toString('base64')}`
  const headers = { authorization, ...(type && { 'content-type': type }) }
  const answer = await fetch(server.url + path, { method, headers, ...(body && { body }) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return text
}

export interface Calls {
  readonly count: number
  readonly answerAfterMs: number
  /** What each party plays from its answer on. */
  readonly noise: Int16Array
  readonly twiml: string
  /** Further parameters of each create. */
  readonly parameters?: readonly (readonly [name: string, value: string])[]
}

/** Resolves when all are created, evenly over the time. */
export async function placeCalls(server: ServerProcess, calls: Calls): Promise<void> {
  const { count, answerAfterMs, noise, twiml, parameters = [] } = calls
  await send(server, '/ringback/v1/Sounds/noise', 'PUT', new Uint8Array(toWav(noise)), 'audio/wav')
  const phone = JSON.stringify({ answer: { afterMs: answerAfterMs }, script: [{ play: 'noise' }] })
  await send(server, `/ringback/v1/Phones/${encodeURIComponent(CALLED)}`, 'PUT', phone, 'application/json')
  const form = new URLSearchParams({ To: CALLED, From: '+15005550006', Twiml: twiml })
  for (const [name, value] of parameters) form.append(name, value)
  const path = `/2010-04-01/Accounts/${server.accountSid}/Calls.json`
  const placed: Promise<string>[] = []
  for (let call = 0; call < count; call++) {
    placed.push(send(server, path, 'POST', form))
    await wait(STARTING_MS / count)
  }
  await Promise.all(placed)
}

/** Since the server began. */
export interface Usage {
  readonly cpuSec: number
  /** Ticks of its media workers by upper bound of lateness in seconds, cumulative. */
  readonly ticks: ReadonlyMap<number, number>
}

export async function usage(server: ServerProcess): Promise<Usage> {
  const used = cpuSec(server.process.pid!)
  const metrics = await send(server, '/metrics', 'GET')
  const buckets = metrics.matchAll(/^ringback_media_tick_lateness_seconds_bucket\{le="([^"]+)"\} (\d+)/gm)
  const ticks = new Map([...buckets].map(([, le, count]) => [le === '+Inf' ? Infinity : Number(le), Number(count)]))
  return { cpuSec: used, ticks }
}

/** How many ticks there were between the two, and how late this share of them at most. */
export function ticksBetween(before: Usage, after: Usage): { count: number; within(share: number): string } {
  const counts = [...after.ticks].map(([le, count]) => [le, count - (before.ticks.get(le) ?? 0)] as const)
  const all = counts.at(-1)![1]
  const within = (share: number) => {
    const le = counts.find(([, count]) => count >= all * share)![0]
    return le === Infinity ? 'more than 500 ms' : `within ${le * 1000} ms`
  }
  return { count: all, within }
}
