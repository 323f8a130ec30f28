/**
 * Many streams both ways at once, on the machine's clock, through a server of its own: phones that play noise, and an app
 * in another process that sends every frame back. How late frames are sent and come to the app, what the server's process
 * took of CPU, and how many frames were left out. Beside it how late a timer is that does nothing, which is the machine's.
 *
 *     node bench/streams.ts [streams=200] [seconds=20]
 */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocketServer } from 'ws'
import { type ServerProcess, startServer } from '../test/kit/server-process.ts'
import { noise } from './media-source.ts'
import { placeCalls, STARTING_MS, ticksBetween, usage } from './server-load.ts'

const STREAMS = Number(process.argv[2] ?? 200)
const SECONDS = Number(process.argv[3] ?? 20)
/** The whole is given up after this. */
const LONGEST_MS = STARTING_MS + SECONDS * 1000 + 30_000
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

async function measure(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'ringback-streams-'))
  const app = fork(import.meta.filename, ['app'])
  let server: ServerProcess | null = null
  try {
    const port = await told<number>(app)
    server = await startServer({ data })
    await placeCalls(server, {
      count: STREAMS,
      answerAfterMs: 0,
      noise: noise(SECONDS + 20, 1),
      twiml: `<Response><Connect><Stream url="ws://127.0.0.1:${port}"/></Connect></Response>`,
    })
    await wait(500)
    const { streams } = await ask(app)
    if (streams < STREAMS) console.log(`Only ${streams} streams have begun`)
    const before = await usage(server)
    await ask(app)
    const idle = idleTimer()
    await wait(SECONDS * 1000)
    const seen = await ask(app)
    const after = await usage(server)
    const { within } = ticksBetween(before, after)
    const perSecond = ((after.cpuSec - before.cpuSec) / SECONDS / streams) * 1e6
    console.log(`${streams} streams both ways for ${SECONDS} s: ${seen.frames} frames, ${seen.missing} left out`)
    console.log(`Sent: median ${within(0.5)}, p99 ${within(0.99)}`)
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
