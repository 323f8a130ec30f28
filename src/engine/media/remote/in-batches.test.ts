import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { inBatches } from './in-batches.ts'

for (const [what, count, sizes] of [
  ['one', 1, [1]],
  ['several', 30, [30]],
  ['a full batch', 100, [100]],
  ['more than a batch holds', 250, [100, 100, 50]],
] as const)
  test(`${what} in one turn: batches of ${sizes.join(', ')}, in order`, async () => {
    const batches: (readonly number[])[] = []
    const tell = inBatches<number>((batch) => void batches.push(batch))
    for (let round = 0; round < 2; round++) {
      batches.length = 0
      for (let message = 0; message < count; message++) tell(message)
      await setImmediate()
      assert.deepEqual(
        batches.map(({ length }) => length),
        sizes,
      )
      assert.deepEqual(
        batches.flat(),
        Array.from({ length: count }, (_, message) => message),
      )
    }
  })
