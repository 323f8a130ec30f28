/**
 * Many recordings at once through a server of its own: calls with both sides recorded in two channels, the phones and
 * the platform playing noise in which each sample tells its place. How late the media worker's ticks were, what the
 * server's process took of CPU, and whether each file is what was played, sample by sample. Then the same, and the
 * server is killed in the middle: what is in the files then, and after the next start.
 *
 *     node bench/media-recordings.ts [calls=200] [seconds=60]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type ServerProcess, startServer } from '../test/kit/server-process.ts'
import { type Compared, compare, noise, toWav } from './media-source.ts'
import { placeCalls, send, ticksBetween, usage } from './server-load.ts'

const CALLS = Number(process.argv[2] ?? 200)
const SECONDS = Number(process.argv[3] ?? 60)
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

async function until(what: string, seconds: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < seconds * 10; tries++) {
    if (await isSo()) return
    await wait(100)
  }
  throw new Error(`${what}: not within ${seconds} s`)
}

async function placeRecordedCalls(server: ServerProcess): Promise<void> {
  await placeCalls(server, {
    count: CALLS,
    answerAfterMs: 500,
    noise: partys,
    twiml: `<Response><Play>${appUrl}/platform.wav</Play></Response>`,
    parameters: [
      ['Record', 'true'],
      ['RecordingChannels', 'dual'],
      ['Trim', 'do-not-trim'],
      ['StatusCallback', `${appUrl}/status`],
      ['StatusCallbackEvent', 'answered'],
      ['StatusCallbackEvent', 'completed'],
    ],
  })
  await until('every call is answered', 30, () => answeredAt.size === CALLS)
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
  await placeRecordedCalls(server)
  const before = await usage(server)
  await wait(SECONDS * 1000)
  const after = await usage(server)
  const cpu = after.cpuSec - before.cpuSec
  const { count, within } = ticksBetween(before, after)
  const lateness = `${count} ticks, median ${within(0.5)}, p99 ${within(0.99)}, all ${within(1)}`
  console.log(`${CALLS} calls recorded for ${SECONDS} s: ${lateness}`)
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
  await placeRecordedCalls(server)
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
