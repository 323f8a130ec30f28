/**
 * What a user would otherwise pick for events: a job queue on PostgreSQL (pg-boss). Each event is a job, committed to
 * disk when it is accepted; workers POST it to the same kind of receiver. CPU per event of this process and of the
 * database together, to set beside bench/events.ts in the same hour.
 *
 *   node bench/job-queue.ts [events=20000]      needs Debian's postgresql
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { PgBoss } from 'pg-boss'
import { Pool } from 'undici'
import { startPostgres } from './temporary-postgres.ts'

const EVENTS = Number(process.argv[2] ?? 20_000)
const BATCH = 100
const QUEUE = 'events'

const receiver = fork(join(import.meta.dirname, 'app.ts'))
const [port] = (await once(receiver, 'message')) as [number]
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 32 })
const postgres = await startPostgres(54_329)
const boss = new PgBoss({ connectionString: postgres.url })
boss.on('error', (error: Error) => console.error(error))
await boss.start()

/** As large as the event of a status callback: some 1.4 KB. */
const event = JSON.stringify({
  specversion: '1.0',
  type: 'com.twilio.voice.status-callback.call.completed',
  source: `/2010-04-01/Accounts/AC${'0'.repeat(32)}/Calls/CA${'0'.repeat(32)}.json`,
  id: `EZ${'0'.repeat(32)}`,
  data: {
    request: { method: 'POST', url: 'https://example.com/status', parameters: { padding: 'x'.repeat(900) } },
    response: {},
  },
})

async function post(body: string): Promise<void> {
  const { statusCode, body: answer } = await pool.request({
    path: '/status',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  await answer.dump()
  if (statusCode !== 204) throw new Error(`the receiver answered ${statusCode}`)
}

async function run(
  label: string,
  deliver: (jobs: readonly { readonly data: { event: string } }[]) => Promise<unknown>,
): Promise<void> {
  const queue = `${QUEUE}-${label}`
  await boss.createQueue(queue)
  const cpu = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000 + postgres.cpuMs()
  }
  const before = cpu()
  const startedAt = performance.now()
  for (let sent = 0; sent < EVENTS; sent += BATCH)
    await boss.insert(
      queue,
      Array.from({ length: BATCH }, () => ({ data: { event } })),
    )
  let delivered = 0
  const { promise, resolve } = Promise.withResolvers<void>()
  for (let worker = 0; worker < 4; worker++) {
    await boss.work<{ event: string }>(queue, { batchSize: BATCH, pollingIntervalSeconds: 0.5 }, async (jobs) => {
      await deliver(jobs)
      delivered += jobs.length
      if (delivered >= EVENTS) resolve()
    })
  }
  await promise
  const spentMs = cpu() - before
  const wallMs = performance.now() - startedAt
  console.log(
    `pg-boss, ${label.padEnd(9)} ${((spentMs / EVENTS) * 1000).toFixed(0).padStart(6)} µs of CPU an event, ${((EVENTS / wallMs) * 1000).toFixed(0)} events/s`,
  )
  await boss.offWork(queue)
}

await run('single', (jobs) => Promise.all(jobs.map(({ data }) => post(data.event))))
await run('batched', (jobs) => post(`[${jobs.map(({ data }) => data.event).join(',')}]`))

await boss.stop({ graceful: false })
await pool.close()
await postgres.stop()
receiver.disconnect()
