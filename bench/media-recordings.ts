/**
 * Many recordings at once through a server of its own: calls with both sides recorded in two channels, the phones and
 * the platform playing noise in which each sample tells its place. How late the media worker's ticks were, what the
 * server's process took of CPU, and whether each file is what was played, sample by sample. Then the same, and the
 * server is killed in the middle: what is in the files then, and after the next start.
 *
 *     node bench/media-recordings.ts [calls=200] [seconds=60]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type ServerProcess, startServer } from '../test/kit/server-process.ts'
import { type Compared, compare, noise, toWav } from './media-source.ts'

const CALLS = Number(process.argv[2] ?? 200)
const SECONDS = Number(process.argv[3] ?? 60)
/** Calls begin within this time. */
const STARTING_MS = 4000
const CALLED = '+15551230001'
const NOISE_SECONDS = SECONDS + 10
const [partys, platforms] = [noise(NOISE_SECONDS, 1), noise(NOISE_SECONDS, 2)]
const platformsFile = toWav(platforms)

/** When each call was answered, and which are over, as the status callbacks say. */
const answeredAt = new Map<string, number>()
const over = new Set<string>()

const app = createServer(async (incoming, outgoing) => {
  let form = ''
  for await (const chunk of incoming) form += chunk
  if (incoming.url === '/platform.wav') {
    outgoing.writeHead(200, { 'content-type': 'audio/wav', 'cache-control': 'max-age=3600' }).end(platformsFile)
    return
  }
  const told = new URLSearchParams(form)
  if (told.get('CallStatus') === 'in-progress') answeredAt.set(told.get('CallSid')!, Date.now())
  else over.add(told.get('CallSid')!)
  outgoing.writeHead(204).end()
})
await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
const appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`

async function send(
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

async function until(what: string, seconds: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < seconds * 10; tries++) {
    if (await isSo()) return
    await wait(100)
  }
  throw new Error(`${what}: not within ${seconds} s`)
}

async function placeCalls(server: ServerProcess): Promise<void> {
  await send(server, '/ringback/v1/Sounds/noise', 'PUT', new Uint8Array(toWav(partys)), 'audio/wav')
  const phone = JSON.stringify({ answer: { afterMs: 500 }, script: [{ play: 'noise' }] })
  await send(server, `/ringback/v1/Phones/${encodeURIComponent(CALLED)}`, 'PUT', phone, 'application/json')
  const form = new URLSearchParams({
    To: CALLED,
    From: '+15005550006',
    Twiml: `<Response><Play>${appUrl}/platform.wav</Play></Response>`,
    Record: 'true',
    RecordingChannels: 'dual',
    Trim: 'do-not-trim',
    StatusCallback: `${appUrl}/status`,
  })
  for (const event of ['answered', 'completed']) form.append('StatusCallbackEvent', event)
  const path = `/2010-04-01/Accounts/${server.accountSid}/Calls.json`
  const placed: Promise<string>[] = []
  for (let call = 0; call < CALLS; call++) {
    placed.push(send(server, path, 'POST', form))
    await wait(STARTING_MS / CALLS)
  }
  await Promise.all(placed)
  await until('every call is answered', 30, () => answeredAt.size === CALLS)
}

interface Usage {
  readonly cpuMs: number
  /** Ticks by upper bound of lateness in seconds, cumulative. */
  readonly ticks: ReadonlyMap<number, number>
}

async function usage(server: ServerProcess): Promise<Usage> {
  const stat = readFileSync(`/proc/${server.process.pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const metrics = await send(server, '/metrics', 'GET')
  const buckets = metrics.matchAll(/^ringback_media_tick_lateness_seconds_bucket\{le="([^"]+)"\} (\d+)/gm)
  const ticks = new Map([...buckets].map(([, le, count]) => [le === '+Inf' ? Infinity : Number(le), Number(count)]))
  // In hundredths of a second: user and system, all threads.
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, ticks }
}

function lateness(before: Usage, after: Usage): string {
  const counts = [...after.ticks].map(([le, count]) => [le, count - (before.ticks.get(le) ?? 0)] as const)
  const all = counts.at(-1)![1]
  const within = (share: number) => {
    const le = counts.find(([, count]) => count >= all * share)![0]
    return le === Infinity ? 'more than 500 ms' : `within ${le * 1000} ms`
  }
  return `${all} ticks, median ${within(0.5)}, p99 ${within(0.99)}, all ${within(1)}`
}

interface Row {
  readonly sid: string
  readonly call_sid: string
  readonly status: string
  readonly duration: string
}

async function recordings(server: ServerProcess): Promise<readonly Row[]> {
  const path = `/2010-04-01/Accounts/${server.accountSid}/Recordings.json?PageSize=1000`
  return (JSON.parse(await send(server, path, 'GET')) as { recordings: Row[] }).recordings
}

const pathOf = (data: string, { sid }: Row) => join(data, 'recordings', `${sid}.wav`)
const most = (values: readonly number[]) => Math.max(...values).toFixed(0)

function report(what: string, rows: readonly Row[], compared: readonly Compared[]): void {
  const wrong = compared.reduce((sum, file) => sum + file.wrong, 0)
  const begins = [0, 1].map((channel) => {
    const each = compared.map(({ beginsMs }) => beginsMs[channel]!)
    return `${Math.min(...each).toFixed(0)} to ${most(each)} ms`
  })
  const least = (Math.min(...compared.map(({ soundMs }) => soundMs)) / 1000).toFixed(1)
  console.log(
    `${what}: ${rows.length} files, ${wrong} wrong samples, at least ${least} s of both sounds in each, which begin ${begins[0]} (phone) and ${begins[1]} (platform) after the file`,
  )
}

async function measure(data: string): Promise<void> {
  const server = await startServer({ data })
  await placeCalls(server)
  const before = await usage(server)
  await wait(SECONDS * 1000)
  const after = await usage(server)
  const cpu = (after.cpuMs - before.cpuMs) / 1000
  console.log(`${CALLS} calls recorded for ${SECONDS} s: ${lateness(before, after)}`)
  console.log(
    `CPU of the server: ${cpu.toFixed(1)} s, ${((cpu / SECONDS / CALLS) * 1e6).toFixed(0)} µs a recording and second`,
  )
  await until('every call is over', 60, () => over.size === CALLS)
  await until('every recording is completed', 30, async () =>
    (await recordings(server)).every(({ status }) => status === 'completed'),
  )
  const rows = await recordings(server)
  const compared = rows.map((row) => compare(pathOf(data, row), [partys, platforms], false))
  report('Played to the end', rows, compared)
  const differ = rows.filter(({ duration }, at) => Math.abs(Number(duration) * 1000 - compared[at]!.lengthMs) >= 1000)
  console.log(`Durations that are not those of the file: ${differ.length}`)
  await server.kill('SIGTERM')
}

async function kill(data: string): Promise<void> {
  answeredAt.clear()
  const server = await startServer({ data })
  await placeCalls(server)
  await wait(SECONDS * 500)
  const running = await recordings(server)
  const killedAt = Date.now()
  await server.kill('SIGKILL')
  const lost = (rows: readonly Row[], compared: readonly Compared[]) =>
    most(rows.map((row, at) => killedAt - answeredAt.get(row.call_sid)! - compared[at]!.lengthMs))
  const left = running.map((row) => compare(pathOf(data, row), [partys, platforms], true))
  report(`Killed after ${SECONDS / 2} s`, running, left)
  console.log(`Lost: at most ${lost(running, left)} ms of a file as it lies there`)
  const next = await startServer({ data })
  await until('every recording is completed', 30, async () =>
    (await recordings(next)).every(({ status }) => status === 'completed'),
  )
  const rows = await recordings(next)
  const compared = rows.map((row) => compare(pathOf(data, row), [partys, platforms], false))
  report('After the next start', rows, compared)
  console.log(`Lost: at most ${lost(rows, compared)} ms`)
  await next.kill('SIGTERM')
}

for (const part of [measure, kill]) {
  const data = mkdtempSync(join(tmpdir(), 'ringback-recordings-'))
  try {
    await part(data)
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}
app.close()
app.closeAllConnections()
