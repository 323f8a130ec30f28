/** The rule that picks a thread's file, and one thread really started through it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { spawnWorker, workerUrl } from './spawn-worker.ts'

for (const [from, url] of [
  ['file:///app/src/adapters/x/store.ts', 'file:///app/src/adapters/x/worker.ts'],
  ['file:///app/dist/adapters/x/store.js', 'file:///app/dist/adapters/x/worker.js'],
  ['file:///app/my.ts/dist/store.js', 'file:///app/my.ts/dist/worker.js'],
  ['file:///app/src/x/store.ts?version=2', 'file:///app/src/x/worker.ts'],
] as const)
  test(`a thread asked for by ${from} runs ${url}`, () => {
    assert.equal(workerUrl('worker', from).href, url)
  })

test('a thread starts from a source file and gets its data', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-spawn-'))
  try {
    const source = `import { parentPort, workerData } from 'node:worker_threads'
const twice = (n: number): number => n * 2
parentPort!.postMessage(twice(workerData))`
    await writeFile(join(folder, 'worker.mts'), 'throw new Error("the wrong file")')
    await writeFile(join(folder, 'worker.ts'), source)
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    const worker = spawnWorker('worker', pathToFileURL(join(folder, 'caller.ts')).href, { workerData: 21 })
    const [answer] = await once(worker, 'message')
    assert.equal(answer, 42)
    await worker.terminate()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
