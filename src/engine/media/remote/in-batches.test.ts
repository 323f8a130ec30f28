import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { inBatches } from './in-batches.ts'

for (const [what, count, sizes] of [
  ['one', 1, [1]],
  ['several', 10, [10]],
  ['a full batch', 16, [16]],
  ['more than a batch holds', 40, [16, 16, 8]],
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
