/** The thread's life: begun when needed, given up when a job hangs, let go when nothing is said, closed for good. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { spawnWorker } from '../../lib/spawn-worker.ts'
import { FliteThread, type FliteThreadOptions } from './flite-thread.ts'
import type { FliteJob } from './messages.ts'

const folder = mkdtempSync(join(tmpdir(), 'ringback-flite-'))
after(() => rmSync(folder, { recursive: true }))

/** A program with a memory and these instructions: `memory` and `_start` exported, nothing imported. */
function program(name: string, body: readonly number[]): string {
  const section = (id: number, ...bytes: number[]) => [id, bytes.length, ...bytes]
  const text = (word: string) => [word.length, ...Buffer.from(word)]
  const path = join(folder, `${name}.wasm`)
  const bytes = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 0, 0), // one type: nothing in, nothing out
    ...section(3, 1, 0),
    ...section(5, 1, 0, 1), // a memory of one page
    ...section(7, 2, ...text('memory'), 2, 0, ...text('_start'), 0, 0),
    ...section(10, 1, body.length + 2, 0, ...body, 0x0b),
  ]
  writeFileSync(path, Uint8Array.from(bytes))
  return path
}
const FOREVER = program('forever', [0x03, 0x40, 0x0c, 0, 0x0b]) // loop, branch to its beginning
const TRAP = program('trap', [0x00])
const SILENT = program('silent', [0x01])

const JOB: FliteJob = { voice: 'slt', text: 'Hello.', stretch: 1, f0Shift: 1 }

function aThread(options: FliteThreadOptions) {
  const workers: Worker[] = []
  const thread = new FliteThread({
    ...options,
    spawn: (wasm) => {
      const worker = spawnWorker('worker', import.meta.url, { workerData: wasm })
      workers.push(worker)
      return worker
    },
  })
  return { thread, workers }
}

test('a job that does not end is given up, its thread ended, and the next job gets a new one', async () => {
  const { thread, workers } = aThread({ wasm: FOREVER, jobMsMax: 300 })
  const late = { message: 'flite did not finish within 300 ms' }
  const first = thread.say(JOB)
  const [worker] = workers
  const ended = once(worker!, 'exit')
  await assert.rejects(first, late)
  await ended
  await assert.rejects(thread.say(JOB), late)
  assert.equal(workers.length, 2)
  await thread.close()
})

for (const [what, wasm, message] of [
  ['falls into a trap', TRAP, /^flite could not speak: unreachable/],
  ['makes no sound', SILENT, /^flite could not speak: WAV/],
  ['is not there', join(folder, 'nothing.wasm'), /^flite could not speak: ENOENT/],
] as const)
  test(`a program that ${what} fails its own job, and the thread goes on`, async () => {
    const { thread, workers } = aThread({ wasm })
    await assert.rejects(thread.say(JOB), { message })
    await assert.rejects(thread.say(JOB), { message })
    assert.equal(workers.length, 1)
    await thread.close()
  })

test('a thread that nobody uses is let go, and comes back with the next job', async () => {
  const { thread, workers } = aThread({ wasm: TRAP, idleMs: 0 })
  for (const used of [1, 2]) {
    const job = thread.say(JOB)
    const ended = once(workers[used - 1]!, 'exit')
    await assert.rejects(job)
    await ended
    assert.equal(workers.length, used)
  }
  await thread.close()
})

test('a thread that dies fails the job it had, not the next', async () => {
  const { thread, workers } = aThread({ wasm: FOREVER, jobMsMax: 20_000 })
  const job = thread.say(JOB)
  void workers[0]!.terminate()
  await assert.rejects(job, { message: 'the thread of flite has ended' })
  const next = thread.say(JOB)
  assert.equal(workers.length, 2)
  await Promise.all([thread.close(), assert.rejects(next, { message: 'flite is closed' })])
})

test('at most 256 texts wait, and closing tells them all', async () => {
  const { thread } = aThread({ wasm: FOREVER, jobMsMax: 20_000 })
  const jobs = Array.from({ length: 258 }, () => thread.say(JOB))
  const outcomes = Promise.allSettled(jobs)
  await assert.rejects(jobs[257]!, { message: 'flite has 256 texts waiting and takes no more' })
  await thread.close()
  await thread.close()
  const closed = (await outcomes).slice(0, 257).map((outcome) => (outcome as PromiseRejectedResult).reason.message)
  assert.deepEqual(new Set(closed), new Set(['flite is closed']))
  await assert.rejects(thread.say(JOB), { message: 'flite is closed' })
})
