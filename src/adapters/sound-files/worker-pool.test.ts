/** Threads made of a few lines each, which wait for nothing but what a test does. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { WorkerPool, type WorkerPoolOptions } from './worker-pool.ts'

type Job = 'who' | 'hang' | 'throw' | 'exit' | { readonly meet: Int32Array<SharedArrayBuffer> }

const CODE = `
const { parentPort, threadId } = require('node:worker_threads')
parentPort.on('message', (job) => {
  if (job === 'hang') for (;;);
  if (job === 'throw') throw new Error('broken')
  if (job === 'exit') process.exit(3)
  if (job.meet) {
    Atomics.add(job.meet, 0, 1)
    Atomics.notify(job.meet, 0)
    while (Atomics.load(job.meet, 0) < 2) Atomics.wait(job.meet, 0, 1)
  }
  parentPort.postMessage(threadId)
})`

const FOREVER_MS = 600_000

function aPool(options: Partial<WorkerPoolOptions> = {}) {
  const started: Worker[] = []
  const start = () => {
    const worker = new Worker(CODE, { eval: true })
    started.push(worker)
    return worker
  }
  const pool = new WorkerPool<Job, number>({ start, threads: 1, waitingMax: 10, idleMs: FOREVER_MS, ...options })
  const run = (job: Job, limitMs = FOREVER_MS) => pool.run(job, { limitMs })
  return { pool, run, started }
}

test('one thread is started by the first job and does them all', async () => {
  const { pool, run, started } = aPool()
  assert.equal(started.length, 0)
  const ids = await Promise.all([run('who'), run('who'), run('who')])
  ids.push(await run('who'))
  assert.equal(new Set(ids).size, 1)
  assert.equal(started.length, 1)
  await pool.close()
})

test('two threads work at the same time, and there is no third', async () => {
  const { pool, run, started } = aPool({ threads: 2 })
  const meet = new Int32Array(new SharedArrayBuffer(4))
  // Each waits for the other: one after the other they would never end.
  const [one, other] = await Promise.all([run({ meet }), run({ meet }), run('who')])
  assert.notEqual(one, other)
  assert.equal(started.length, 2)
  await pool.close()
})

test('one job more than may wait is refused', async () => {
  const { pool, run } = aPool({ waitingMax: 1 })
  const accepted = [run('who'), run('who')]
  await assert.rejects(run('who'), { message: 'too many sounds are waiting' })
  await Promise.all(accepted)
  await pool.close()
})

for (const [name, job, limitMs, message] of [
  ['takes too long', 'hang', 1000, 'it took longer than 1 seconds'],
  ['throws', 'throw', FOREVER_MS, 'broken'],
  ['ends its thread', 'exit', FOREVER_MS, 'the thread has ended'],
] as const)
  test(`a job that ${name} fails, and the next one has another thread`, async () => {
    const { pool, run, started } = aPool()
    const before = await run('who')
    await assert.rejects(run(job, limitMs), { message })
    assert.notEqual(await run('who'), before)
    assert.equal(started.length, 2)
    await pool.close()
  })

test('a job that cannot be sent fails alone', async () => {
  const { pool, run } = aPool()
  await assert.rejects(run(Symbol('no message') as unknown as Job), { name: 'DataCloneError' })
  assert.equal(typeof (await run('who')), 'number')
  await pool.close()
})

test('a thread with nothing to do is let go, and the next job starts another', async () => {
  const { pool, run, started } = aPool({ idleMs: 1 })
  const before = await run('who')
  await once(started[0]!, 'exit')
  assert.notEqual(await run('who'), before)
  await pool.close()
})

test('a thread that breaks without a job harms nobody', async () => {
  const { pool, run, started } = aPool()
  await run('who')
  const exited = new Promise((resolve) => started[0]!.once('exit', resolve))
  started[0]!.postMessage('throw')
  await exited
  assert.equal(typeof (await run('who')), 'number')
  assert.equal(started.length, 2)
  await pool.close()
})

test('a closed pool gives up what runs and what waits, ends its threads and takes nothing more', async () => {
  const { pool, run, started } = aPool()
  const jobs = [run('hang'), run('who')]
  const outcomes = Promise.allSettled(jobs)
  await once(started[0]!, 'online')
  const exited = once(started[0]!, 'exit')
  await Promise.all([pool.close(), pool.close(), exited])
  for (const outcome of await outcomes)
    assert.equal(outcome.status === 'rejected' && outcome.reason.message, 'the platform is stopping')
  await assert.rejects(run('who'), { message: 'the platform is stopping' })
})

test('a process ends although its pool was not closed', async () => {
  const code = `
import { Worker } from 'node:worker_threads'
import { WorkerPool } from ${JSON.stringify(new URL('./worker-pool.ts', import.meta.url).href)}
const start = () => new Worker(${JSON.stringify(CODE)}, { eval: true, execArgv: [] })
const pool = new WorkerPool({ start, threads: 1, waitingMax: 1, idleMs: ${FOREVER_MS} })
await pool.run('who', { limitMs: ${FOREVER_MS} })
process.stdout.write('done')`
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { timeout: 30_000 })
  assert.equal((await run).stdout, 'done')
})
