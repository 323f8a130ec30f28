/** `kill -9` in the middle of deliveries, again and again: what the journal has is delivered, under one id, and logged. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Exchange } from '../../src/journal/entry.ts'
import { eventsOf, SCHEMA_BASE_DEFAULT } from '../../src/readers/event-streams/events-of.ts'
import { voiceCatalogue } from '../../src/readers/event-streams/voice-types.ts'
import { startApp } from '../kit/customer-app.ts'
import { officialClient } from '../kit/journey.ts'
import { type ServerProcess, startServer } from '../kit/server-process.ts'
import {
  attemptLog,
  createSink,
  type DeliveryView,
  eventsIn,
  eventsTo,
  placeCall,
  subscribe,
  typesFor,
} from '../kit/sinks.ts'

/** More in `npm run test:soak`. */
const KILLS = Number(process.env.RINGBACK_KILLS ?? 6)
const CALLS_A_ROUND = 12
const NUMBER = '+15005550006'

const asking = ({ url, accountSid, authToken }: ServerProcess) => ({
  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}/ringback/v1${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    assert.ok(response.ok, `${method} ${path}: ${response.status}`)
    return (await response.json()) as T
  },
})

test(`killed ${KILLS} times in mid-delivery under load: nothing lost, one id an event, and the log has every request`, async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'ringback-streams-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const seed = Math.floor(Math.random() * 2 ** 31)
  t.diagnostic(`seed ${seed}`)
  let random = seed
  const below = (max: number): number => {
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31
    return random % max
  }

  let server: ServerProcess | null = null
  /** Requests until the next kill, which comes before that one is answered. */
  let left = Number.POSITIVE_INFINITY
  const shaken = new Set<string>()
  const receive = () => {
    if (--left > 0) return { status: 200 }
    left = Number.POSITIVE_INFINITY
    void server!.kill('SIGKILL')
    return { hang: true } as const
  }
  const app = await startApp({
    '/voice': () => '<Say>Hi</Say>',
    '/status': () => ({ status: 204 }),
    '/batches': receive,
    '/singles': receive,
    // Every third delivery fails at first, so that there are always some that wait for another try.
    '/shaky': ({ headers }) => {
      const token = String(headers['i-twilio-idempotency-token'])
      const isNew = !shaken.has(token)
      shaken.add(token)
      return isNew && shaken.size % 3 === 0 ? { status: 503 } : receive()
    },
  })
  t.after(() => app.close())
  const SINKS = [
    ['/batches', {}],
    ['/singles', { batch_events: false }],
    ['/shaky', { batch_events: false }],
  ] as const

  server = await startServer({ data })
  const first = officialClient(server)
  await asking(server).ask('PUT', `/Phones/${encodeURIComponent('+15551230001')}`, { answer: { afterMs: 10 } })
  for (const [path, more] of SINKS) {
    const sid = await createSink(first, 'webhook', { destination: app.url + path, method: 'POST', ...more })
    await subscribe(first, sid, await typesFor(first, 'webhook'))
  }
  for (let kill = 0; kill < KILLS; kill++) {
    const { process: child } = server
    const exited = new Promise((resolve) => child.once('exit', resolve))
    left = 1 + below(80)
    const client = officialClient(server)
    const placing = { client, ringback: { number: NUMBER }, app }
    const placed = Array.from({ length: CALLS_A_ROUND }, () => placeCall(placing).catch(() => null))
    await Promise.all([exited, ...placed])
    server = await startServer({ data })
  }
  t.after(() => server!.kill('SIGTERM'))
  // Retries come within seconds; the end is when every sink has all that the journal has.
  for (let settled = false; !settled; ) {
    const text = await (await fetch(`${server.url}/metrics`)).text()
    const values = [...text.matchAll(/^ringback_(?:sink_queue_depth|sink_lag_entries|calls_live)[^ ]* (\d+)$/gm)]
    settled = values.length === SINKS.length * 2 + 1 && values.every(([, value]) => value === '0')
  }
  const log = await attemptLog(asking(server))
  await server.kill('SIGTERM')

  const expected = journalEvents(join(data, 'journal.db'))
  assert.ok(expected.size > KILLS * CALLS_A_ROUND, `${expected.size} events`)
  const ids = new Map<string, string>()
  for (const [path] of SINKS) {
    const seen = new Set<string>()
    for (const { id, type, data: about } of eventsTo(app, path)) {
      const key = `${about.eventSid} ${type}`
      assert.equal(ids.get(key) ?? id, id, `${key} has two ids`)
      ids.set(key, id)
      seen.add(key)
    }
    assert.deepEqual(
      [...expected].filter((key) => !seen.has(key)),
      [],
      `${path} has lost events`,
    )
    assert.deepEqual(
      [...seen].filter((key) => !expected.has(key)),
      [],
      `${path} got what the journal has not`,
    )
  }

  // Requests by delivery, on both sides. What was under way at a kill is `unknown`, and only that.
  const rows = Map.groupBy(log, ({ deliveryId }) => deliveryId)
  const received = Map.groupBy(
    SINKS.flatMap(([path]) => app.to(path)),
    ({ headers }) => String(headers['i-twilio-idempotency-token']),
  )
  for (const [token, requests] of received) {
    const attempts = rows.get(token) ?? []
    assert.ok(attempts.length >= requests.length, `${token}: ${requests.length} received, ${attempts.length} logged`)
    for (const request of requests) {
      const sent = eventsIn(request)
        .map(({ id }) => id)
        .join()
      assert.ok(
        attempts.some(({ events }) => events.map(({ id }) => id).join() === sent),
        `${token}: other events`,
      )
    }
  }
  const isKnown = ({ outcome }: DeliveryView) => outcome !== 'unknown' && outcome !== 'stopped'
  for (const [token, attempts] of rows) {
    const known = attempts.filter(isKnown)
    assert.ok((received.get(token)?.length ?? 0) >= known.length, `${token}: logged, not received`)
    assert.ok(known.every(({ outcome }) => outcome === 'delivered' || outcome === 'retrying'))
  }
  const unknown = log.filter(({ outcome }) => outcome === 'unknown').length
  assert.ok(unknown >= KILLS, `${unknown} attempts of unknown outcome after ${KILLS} kills`)
  t.diagnostic(
    `${expected.size} events to ${SINKS.length} sinks, ${log.length} attempts, ${unknown} of unknown outcome`,
  )
})

/** `eventSid type` of everything the journal makes events of. */
function journalEvents(file: string): Set<string> {
  const database = new DatabaseSync(file, { readOnly: true })
  const options = {
    catalogue: voiceCatalogue,
    gate: 'callback',
    transcriptionContent: false,
    schemaBase: SCHEMA_BASE_DEFAULT,
  } as const
  const keys = new Set<string>()
  for (const { body } of database.prepare("SELECT body FROM entries WHERE kind = 'exchange'").iterate()) {
    const exchange = JSON.parse(String(body)) as Exchange
    for (const { type } of eventsOf(exchange, options)) keys.add(`${exchange.sid} ${type}`)
  }
  database.close()
  return keys
}
