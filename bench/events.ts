/**
 * What an event costs from the journal to a sink: exchanges are appended to a real store, delivery runs as in the server,
 * the receiver is another process that only answers. CPU is that of this process, all threads; what the appending costs
 * is measured first without a sink and taken off. Events per CPU second are what one core can carry.
 *
 *     node bench/events.ts [--events 20000] [--queued 1000000]
 *
 * With --queued: that many events behind a sink that cannot be reached, what memory they take and whether the journal
 * gets slower by them.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createHttpClient } from '../src/adapters/http-client/index.ts'
import { openSqliteStore } from '../src/adapters/store-sqlite/store.ts'
import type { Exchange } from '../src/journal/entry.ts'
import { Journal } from '../src/journal/journal.ts'
import { type AccountSid, type CallSid, newSid } from '../src/lib/ids.ts'
import { silentLogger } from '../src/lib/logger.ts'
import { RealClock } from '../src/lib/real-clock.ts'
import { createVault } from '../src/lib/vault.ts'
import { EventStreams } from '../src/readers/event-streams/event-streams.ts'
import { SCHEMA_BASE_DEFAULT } from '../src/readers/event-streams/events-of.ts'
import { readSinkConfig, type SinkConfig } from '../src/readers/event-streams/sinks/sink-config.ts'
import { beginRange } from '../src/readers/event-streams/subscription.ts'
import { voiceCatalogue } from '../src/readers/event-streams/voice-types.ts'

const { values } = parseArgs({
  options: { events: { type: 'string', default: '20000' }, queued: { type: 'string', default: '0' } },
})
const EVENTS = Number(values.events)
const QUEUED = Number(values.queued)
const AT_ONCE = 100
const IDLE_ROUNDS = 100
const ACCOUNT = newSid('AC') as AccountSid
const TYPE = 'com.twilio.voice.status-callback.call.completed'
const clock = new RealClock()

const RECEIVER = `
  const server = require('node:http').createServer((incoming, outgoing) => incoming.resume().on('end', () => outgoing.end()))
  server.listen(0, '127.0.0.1', () => console.log(server.address().port))`

async function startReceiver(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['-e', RECEIVER], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(child.stdout!, 'data')) as [Buffer]
  return { child, url: `http://127.0.0.1:${String(port).trim()}/events` }
}

/** A status callback as a call makes it. */
function anExchange(callSid: CallSid, place: number): Exchange {
  const at = clock.now()
  return {
    kind: 'exchange',
    direction: 'outward',
    sid: newSid('VW'),
    accountSid: ACCOUNT,
    callSid,
    place,
    at,
    purpose: 'status-callback',
    verb: 'completed',
    asked: true,
    fallback: false,
    attempt: 1,
    request: {
      method: 'POST',
      url: 'https://app.example.com/status',
      parameters: {
        CallSid: callSid,
        AccountSid: ACCOUNT,
        From: '+15005550006',
        To: '+15551230001',
        CallStatus: 'completed',
        Direction: 'outbound-api',
        Timestamp: 'Fri, 02 Jan 2026 03:04:05 +0000',
        CallbackSource: 'call-progress-events',
        SequenceNumber: '3',
        CallDuration: '12',
        Duration: '1',
        ApiVersion: '2010-04-01',
      },
    },
    hops: [],
    response: { code: 204, contentType: '', body: '', bodyEncoding: 'utf8', truncated: false, at },
    error: null,
    durationMs: 12,
  }
}

interface Result {
  readonly name: string
  readonly perCpuSecond: number | null
  readonly perSecond: number
  readonly cpuUs: number
  readonly idleMs: number | null
}

interface Bed {
  /** Resolves when they are in the journal and, unless nobody is reached, delivered. */
  append(count: number, atOnce: number): Promise<void>
  close(): Promise<void>
}

async function openBed(sink: SinkConfig | null, isReached: boolean): Promise<Bed> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-events-'))
  const store = await openSqliteStore({ folder })
  const transport = createHttpClient({ egress: { mode: 'local', allow: [] }, logger: silentLogger })
  const journal = new Journal({
    store,
    clock,
    logger: silentLogger,
    onFatal: (error) => {
      throw error
    },
  })
  let delivered = 0
  let arrived: (() => void) | null = null
  let wanted = 0
  const deliveries = store.streams(createVault('bench'))
  const streams = new EventStreams({
    store: deliveries,
    onCommitted: (listener) => journal.onCommitted(listener),
    head: async () => Number(await store.head()),
    clock,
    logger: silentLogger,
    transports: {
      http: async (request) => (isReached ? transport.send(request) : UNREACHABLE),
      kinesis: async ({ records }) => ({ ok: true, failedRecordCount: 0, results: records.map(() => ({})) }),
    },
    options: {
      catalogue: voiceCatalogue,
      gate: 'callback',
      transcriptionContent: false,
      schemaBase: SCHEMA_BASE_DEFAULT,
    },
    authTokenOf: () => 'a token of the account, 32 letters',
    version: '0',
    holdClock: false,
    report: {
      attempted() {},
      delivered() {
        if (++delivered === wanted) arrived?.()
      },
    },
    alert() {},
  })
  await streams.start()
  const now = clock.now()
  const about = { accountSid: ACCOUNT, createdAt: now, updatedAt: now, version: 1, description: 'bench' }
  if (sink) {
    const sinkSid = newSid('DG')
    await streams.streams.addSink({ ...about, sid: sinkSid, sink, secrets: null, status: 'active' }, 100)
    const ranges = [beginRange({ type: TYPE, schemaVersion: 2 }, null)]
    await streams.streams.addSubscription({ ...about, sid: newSid('DF'), sinkSid, filter: null, ranges }, 100)
  }
  return {
    async append(count, atOnce) {
      let left = count
      wanted = delivered + count
      const all = sink && isReached ? new Promise<void>((resolve) => (arrived = resolve)) : Promise.resolve()
      const line = async () => {
        for (let callSid = newSid('CA'), place = 0; left-- > 0; place++) {
          if (place % 8 === 0) callSid = newSid('CA')
          await journal.append([anExchange(callSid, place % 8)])
        }
      }
      await Promise.all(Array.from({ length: atOnce }, line))
      await all
    },
    async close() {
      await streams.stop()
      await transport.close()
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const UNREACHABLE = { ok: false, kind: 'connect', code: 11205, message: 'nobody listens', durationMs: 0 } as const

async function measure(name: string, sink: SinkConfig | null, baseUs: number): Promise<Result> {
  const bed = await openBed(sink, true)
  try {
    await bed.append(Math.min(EVENTS, 3000), AT_ONCE)
    const [cpu, startedAt] = [process.cpuUsage(), performance.now()]
    await bed.append(EVENTS, AT_ONCE)
    const { user, system } = process.cpuUsage(cpu)
    const wallMs = performance.now() - startedAt
    const idle: number[] = []
    for (let round = 0; sink && round < IDLE_ROUNDS; round++) {
      const at = performance.now()
      await bed.append(1, 1)
      idle.push(performance.now() - at)
    }
    idle.sort((a, b) => a - b)
    const cpuUs = (user + system) / EVENTS - baseUs
    return {
      name,
      perCpuSecond: sink ? Math.round(1e6 / cpuUs) : null,
      perSecond: Math.round(EVENTS / (wallMs / 1000)),
      cpuUs,
      idleMs: idle[Math.floor(idle.length / 2)] ?? null,
    }
  } finally {
    await bed.close()
  }
}

/** Appends `QUEUED` events, with and without a sink behind which they queue. */
async function measureQueued(sink: SinkConfig | null): Promise<{ perSecond: number; grownMiB: number }> {
  const bed = await openBed(sink, false)
  const residentMiB = () => process.memoryUsage().rss / 2 ** 20
  try {
    await bed.append(20_000, AT_ONCE)
    const [before, startedAt] = [residentMiB(), performance.now()]
    await bed.append(QUEUED, AT_ONCE)
    return { perSecond: QUEUED / ((performance.now() - startedAt) / 1000), grownMiB: residentMiB() - before }
  } finally {
    await bed.close()
  }
}

function configured(type: SinkConfig['type'], value: Record<string, unknown>): SinkConfig {
  const reading = readSinkConfig(type, value)
  if (!reading.ok) throw new Error(reading.expected)
  return reading.config
}

const { child, url } = await startReceiver()
try {
  const kinesis = {
    arn: 'arn:aws:kinesis:us-east-1:111111111:stream/s',
    role_arn: 'arn:aws:iam::111111111:role/R',
    external_id: 'xx',
  }
  const base = await measure('journal alone', null, 0)
  const results = [
    base,
    await measure(
      'webhook, one event a request',
      configured('webhook', { destination: url, method: 'POST', batch_events: false }),
      base.cpuUs,
    ),
    await measure('webhook, batches', configured('webhook', { destination: url, method: 'POST' }), base.cpuUs),
    await measure('kinesis, null endpoint', configured('kinesis', kinesis), base.cpuUs),
  ]
  console.log(`${EVENTS} events, appended by ${AT_ONCE} at once; CPU per event without the journal's own share`)
  console.table(
    results.map(({ name, perCpuSecond, perSecond, cpuUs, idleMs }) => ({
      '': name,
      'events per CPU second': perCpuSecond ?? '',
      'events per second': perSecond,
      'CPU per event, µs': Math.round(cpuUs),
      'idle median, ms': idleMs === null ? '' : idleMs.toFixed(1),
    })),
  )
  if (QUEUED > 0) {
    const webhook = configured('webhook', { destination: url, method: 'POST' })
    const [without, queued] = [await measureQueued(null), await measureQueued(webhook)]
    const slower = 1 - queued.perSecond / without.perSecond
    console.log(
      `${QUEUED} events queued behind a sink that cannot be reached: resident memory ${Math.round(queued.grownMiB)} MiB more ` +
        `(${Math.round(without.grownMiB)} without the sink), the journal ${(slower * 100).toFixed(1)} % slower`,
    )
  }
} finally {
  child.kill()
}
