/**
 * CPU per complete call and per exchange: create → TwiML fetch → Gather → action → four status callbacks → completed,
 * every exchange on disk. Closed batches in real time; the app runs in another process and is counted apart. CPU
 * seconds are those of this process, which holds the platform (all its threads) and a load generator whose share is
 * measured by itself and taken off. Then the latency of creates at 100 calls/s, and memory per live call.
 *
 *   node --expose-gc bench/calls.ts [calls=2000] [batch=200] [dead-sink]
 *
 * With `dead-sink` an event sink that cannot be reached is subscribed to everything, so that its queue grows with every
 * call: what that costs the calls is the difference between two runs.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallSid } from '../src/lib/ids.ts'
import { silentLogger } from '../src/lib/logger.ts'
import { readConfig } from '../src/main/config.ts'
import { start } from '../src/main/start.ts'

const CALLS = Number(process.argv[2] ?? 2000)
const BATCH = Number(process.argv[3] ?? 200)
/** create, voice, action, and four callbacks. */
const EXCHANGES = 7

const app = fork(join(import.meta.dirname, 'app.ts'))
const [port] = (await once(app, 'message')) as [number]
const data = mkdtempSync(join(tmpdir(), 'ringback-bench-'))
const config = readConfig({ port: 0, data, logLevel: 'silent' }, {}, data)
const ringback = await start(config, { logger: silentLogger })
const agent = new Agent({ keepAlive: true, maxSockets: 32 })
const authorization = `Basic ${Buffer.from(`${ringback.accountSid}:${ringback.authToken}`).toString('base64')}`

function post(url: string, form: URLSearchParams): Promise<string> {
  return new Promise((resolve, reject) => {
    const body = form.toString()
    const headers = {
      authorization,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
    }
    const outgoing = request(url, { method: 'POST', agent, headers }, async (incoming) => {
      let text = ''
      for await (const chunk of incoming) text += chunk
      if (incoming.statusCode !== 201) reject(new Error(text))
      else resolve(text)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Every caller presses 1 as soon as it is asked, so that the action is requested. */
const CALLED = '+15551230001'
await fetch(`${ringback.url}/ringback/v1/Phones/${encodeURIComponent(CALLED)}`, {
  method: 'PUT',
  headers: { authorization, 'content-type': 'application/json' },
  body: JSON.stringify({ answer: { afterMs: 200 }, script: [{ hear: 'press 1' }, { press: '1' }] }),
})

function form(): URLSearchParams {
  const body = new URLSearchParams({
    To: CALLED,
    From: '+15005550006',
    Url: `http://127.0.0.1:${port}/voice`,
    StatusCallback: `http://127.0.0.1:${port}/status`,
  })
  for (const event of ['initiated', 'ringing', 'answered', 'completed']) body.append('StatusCallbackEvent', event)
  return body
}

/** A sink at a port where nobody listens, subscribed to all types of these calls. */
async function addDeadSink(): Promise<void> {
  const send = async (path: string, form: Record<string, string>) => {
    const answer = await fetch(ringback.url + path, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams(form),
    })
    if (answer.status !== 201) throw new Error(await answer.text())
    return (await answer.json()) as { sid: string }
  }
  const SinkConfiguration = JSON.stringify({ destination: 'http://127.0.0.1:9/', method: 'POST' })
  const { sid } = await send('/v1/Sinks', { Description: 'dead', SinkType: 'webhook', SinkConfiguration })
  const kinds = [
    'twiml.call.requested',
    'twiml.gather.finished',
    ...['initiated', 'ringing', 'answered', 'completed'].map((event) => `status-callback.call.${event}`),
  ]
  const Types = JSON.stringify(
    [...kinds, 'api-request.call.created'].map((kind) => ({ type: `com.twilio.voice.${kind}` })),
  )
  await send('/v1/Subscriptions', { Description: 'all', SinkSid: sid, Types })
}
if (process.argv[4] === 'dead-sink') await addDeadSink()

const createMs: number[] = []
async function place(call: URLSearchParams): Promise<CallSid> {
  const startedAt = performance.now()
  const body = await post(`${ringback.url}/2010-04-01/Accounts/${ringback.accountSid}/Calls.json`, call)
  createMs.push(performance.now() - startedAt)
  return (JSON.parse(body) as { sid: CallSid }).sid
}

async function batch(): Promise<void> {
  const calls = await Promise.all(Array.from({ length: BATCH }, () => place(form())))
  for (const status of await Promise.all(calls.map((sid) => ringback.whenOver(sid))))
    if (status !== 'completed') throw new Error(`a call ended as ${status}`)
}

const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

// What the load generator itself costs: the same posts to a server that does nothing but answer.
const null201 = createServer((incoming, outgoing) => {
  incoming.resume().on('end', () => outgoing.writeHead(201).end('{"sid":"CA"}'))
})
await new Promise<void>((resolve) => null201.listen(0, '127.0.0.1', resolve))
const nullUrl = `http://127.0.0.1:${(null201.address() as AddressInfo).port}/`

for (let warm = 0; warm < 3; warm++) await batch()
for (let warm = 0; warm < 500; warm++) await post(nullUrl, form())
const beforeLoad = cpu()
for (let sent = 0; sent < 2000; sent++) await post(nullUrl, form())
// Half of it is the null server's own share, which stands in for the platform's reading of the same bytes.
const loadMs = (cpu() - beforeLoad) / 2000 / 2

createMs.length = 0
globalThis.gc?.()
const memoryBefore = process.memoryUsage()
const before = cpu()
const mainBefore = process.threadCpuUsage()
const wallBefore = performance.now()
const rounds = Math.max(1, Math.round(CALLS / BATCH))
for (let round = 0; round < rounds; round++) await batch()
const spentMs = cpu() - before
const main = process.threadCpuUsage(mainBefore)
const mainMs = (main.user + main.system) / 1000
const wallMs = performance.now() - wallBefore
const calls = rounds * BATCH
const perCallMs = spentMs / calls - loadMs
globalThis.gc?.()
const memoryAfter = process.memoryUsage()

const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0
const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1)

console.log(`calls                  ${calls} in batches of ${BATCH}, ${EXCHANGES} exchanges each`)
console.log(`CPU per call           ${perCallMs.toFixed(2)} ms (load generator ${loadMs.toFixed(2)} ms taken off)`)
console.log(`CPU per exchange       ${((perCallMs / EXCHANGES) * 1000).toFixed(0)} µs`)
console.log(
  `split                  ${(mainMs / calls - loadMs).toFixed(2)} ms main thread, ${((spentMs - mainMs) / calls).toFixed(2)} ms store thread, collector and pool`,
)
console.log(`calls per wall second  ${((calls / wallMs) * 1000).toFixed(0)} (each lasts some 2.5 s of real time)`)
console.log(`heap before / after    ${mib(memoryBefore.heapUsed)} / ${mib(memoryAfter.heapUsed)} MiB`)

// Creates at an even 100 a second.
createMs.length = 0
const paced: Promise<CallSid>[] = []
for (let sent = 0; sent < 1000; sent++) {
  paced.push(place(form()))
  await new Promise((resolve) => setTimeout(resolve, 10))
}
for (const sid of await Promise.all(paced)) await ringback.whenOver(sid)
console.log(
  `create at 100 calls/s  median ${quantile(createMs, 0.5).toFixed(1)} ms, p99 ${quantile(createMs, 0.99).toFixed(1)} ms`,
)

// Calls that stay up.
const LIVE = 2000
globalThis.gc?.()
const heapIdle = process.memoryUsage().heapUsed
const live = form()
live.set('Twiml', '<Response><Pause length="600"/></Response>')
live.delete('Url')
const up: CallSid[] = []
for (let round = 0; round < LIVE / 100; round++)
  up.push(...(await Promise.all(Array.from({ length: 100 }, () => place(live)))))
await new Promise((resolve) => setTimeout(resolve, 2000))
globalThis.gc?.()
console.log(
  `memory per live call   ${((process.memoryUsage().heapUsed - heapIdle) / LIVE / 1024).toFixed(1)} KiB of heap, ${LIVE} calls up`,
)

await ringback.stop()
null201.close()
agent.destroy()
app.disconnect()
rmSync(data, { recursive: true, force: true })
