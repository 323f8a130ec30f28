/**
 * Many streams both ways at once, on the machine's clock, through a server of its own: phones that play noise, and an app
 * in another process that sends every frame back. How late frames are sent and come to the app, what the server's process
 * took of CPU, and how many frames were left out. Beside it how late a timer is that does nothing, which is the machine's.
 *
 *     node bench/streams.ts [streams=200] [seconds=20]
 */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocketServer } from 'ws'
import { type ServerProcess, startServer } from '../test/kit/server-process.ts'
import { noise, toWav } from './media-source.ts'

const STREAMS = Number(process.argv[2] ?? 200)
const SECONDS = Number(process.argv[3] ?? 20)
/** Calls begin within this time. */
const STARTING_MS = 4000
/** The whole is given up after this. */
const LONGEST_MS = STARTING_MS + SECONDS * 1000 + 30_000
const CALLED = '+15551230001'
const FRAME_MS = 20

interface Lateness {
  readonly median: number
  readonly p99: number
  readonly most: number
}

/** What the app saw since it was asked before. */
interface Seen {
  readonly streams: number
  readonly frames: number
  readonly missing: number
  /** From the moment a frame's last sample was spoken to its arrival. */
  readonly lateMs: Lateness
  readonly cpuMs: number
}

function lateness(lateMs: readonly number[]): Lateness {
  const sorted = Float64Array.from(lateMs).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { median: at(0.5), p99: at(0.99), most: at(1) }
}

const written = ({ median, p99, most }: Lateness): string =>
  `median ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, at most ${most.toFixed(1)} ms`

/** How late a timer with nothing to do is, every 20 ms, until it is asked. */
function idleTimer(): () => Lateness {
  const lateMs: number[] = []
  let due = performance.now() + FRAME_MS
  const wake = () => {
    const now = performance.now()
    lateMs.push(now - due)
    due = Math.max(due + FRAME_MS, now)
    timer = setTimeout(wake, due - now)
  }
  let timer = setTimeout(wake, FRAME_MS)
  return () => {
    clearTimeout(timer)
    return lateness(lateMs)
  }
}

/** The app: sends everything back. Its parent asks for what it saw by any message. */
async function runApp(): Promise<void> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  let late: number[] = []
  let missing = 0
  let cpu = process.cpuUsage()
  server.on('connection', (socket) => {
    let startedAt = 0
    let nextMs = 0
    socket.on('message', (data: Buffer) => {
      const now = performance.now()
      const message = JSON.parse(data.toString())
      if (message.event === 'start') startedAt = now
      if (message.event !== 'media') return
      const { timestamp, payload } = message.media
      missing += (Number(timestamp) - nextMs) / FRAME_MS
      nextMs = Number(timestamp) + FRAME_MS
      late.push(now - startedAt - nextMs)
      socket.send(`{"event":"media","streamSid":"${message.streamSid}","media":{"payload":"${payload}"}}`)
    })
  })
  process.on('message', () => {
    const used = process.cpuUsage(cpu)
    const seen: Seen = {
      streams: server.clients.size,
      frames: late.length,
      missing,
      lateMs: lateness(late),
      cpuMs: (used.user + used.system) / 1000,
    }
    late = []
    missing = 0
    cpu = process.cpuUsage()
    process.send!(seen)
  })
  process.on('disconnect', () => process.exit())
  process.send!((server.address() as AddressInfo).port)
}

const told = <T>(app: ChildProcess): Promise<T> =>
  new Promise((resolve) => app.once('message', (it) => resolve(it as T)))

function ask(app: ChildProcess): Promise<Seen> {
  const seen = told<Seen>(app)
  app.send('seen?')
  return seen
}

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

async function placeCalls(server: ServerProcess, port: number): Promise<void> {
  const sound = toWav(noise(SECONDS + 20, 1))
  await send(server, '/ringback/v1/Sounds/noise', 'PUT', new Uint8Array(sound), 'audio/wav')
  const phone = JSON.stringify({ answer: { afterMs: 0 }, script: [{ play: 'noise' }] })
  await send(server, `/ringback/v1/Phones/${encodeURIComponent(CALLED)}`, 'PUT', phone, 'application/json')
  const form = new URLSearchParams({
    To: CALLED,
    From: '+15005550006',
    Twiml: `<Response><Connect><Stream url="ws://127.0.0.1:${port}"/></Connect></Response>`,
  })
  const path = `/2010-04-01/Accounts/${server.accountSid}/Calls.json`
  const placed: Promise<string>[] = []
  for (let call = 0; call < STREAMS; call++) {
    placed.push(send(server, path, 'POST', form))
    await wait(STARTING_MS / STREAMS)
  }
  await Promise.all(placed)
}

/** In milliseconds: user and system, all threads. */
function cpuMs(server: ServerProcess): number {
  const stat = readFileSync(`/proc/${server.process.pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Turns of streams by upper bound of lateness in seconds, cumulative. */
async function ticks(server: ServerProcess): Promise<ReadonlyMap<number, number>> {
  const metrics = await send(server, '/metrics', 'GET')
  const buckets = metrics.matchAll(/^ringback_media_tick_lateness_seconds_bucket\{le="([^"]+)"\} (\d+)/gm)
  return new Map([...buckets].map(([, le, count]) => [le === '+Inf' ? Infinity : Number(le), Number(count)]))
}

function within(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>, share: number): string {
  const counts = [...after].map(([le, count]) => [le, count - (before.get(le) ?? 0)] as const)
  const le = counts.find(([, count]) => count >= counts.at(-1)![1] * share)![0]
  return le === Infinity ? 'more than 500 ms' : `within ${le * 1000} ms`
}

async function measure(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'ringback-streams-'))
  const app = fork(import.meta.filename, ['app'])
  let server: ServerProcess | null = null
  try {
    const port = await told<number>(app)
    server = await startServer({ data })
    await placeCalls(server, port)
    await wait(500)
    const { streams } = await ask(app)
    if (streams < STREAMS) console.log(`Only ${streams} streams have begun`)
    const [cpuBefore, ticksBefore] = [cpuMs(server), await ticks(server)]
    await ask(app)
    const idle = idleTimer()
    await wait(SECONDS * 1000)
    const [seen, cpuAfter] = [await ask(app), cpuMs(server)]
    const ticksAfter = await ticks(server)
    const perSecond = ((cpuAfter - cpuBefore) / SECONDS / streams) * 1000
    console.log(`${streams} streams both ways for ${SECONDS} s: ${seen.frames} frames, ${seen.missing} left out`)
    console.log(`Sent: median ${within(ticksBefore, ticksAfter, 0.5)}, p99 ${within(ticksBefore, ticksAfter, 0.99)}`)
    console.log(`At the app: ${written(seen.lateMs)}`)
    console.log(`A timer with nothing to do: ${written(idle())}`)
    console.log(
      `CPU of the server: ${perSecond.toFixed(0)} µs a stream and second; of the app: ${(seen.cpuMs / 1000).toFixed(1)} s`,
    )
  } finally {
    await server?.kill('SIGKILL')
    app.disconnect()
    rmSync(data, { recursive: true, force: true })
  }
}

if (process.argv[2] === 'app') await runApp()
else {
  setTimeout(() => {
    console.error(`Not over within ${LONGEST_MS} ms`)
    process.exit(1)
  }, LONGEST_MS).unref()
  await measure()
}
