import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ULAW_SILENCE } from '../../wire/codec/g711.ts'
import type { Sample } from './media-time.ts'
import { StreamSource } from './stream-source.ts'

const at = (sample: number): Sample => sample as Sample
const counting = (length: number, first = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (first + index) % 251)

function read(source: StreamSource, from: number, length: number): Uint8Array {
  const into = new Uint8Array(length)
  source.read(at(from), into)
  return into
}

for (const size of [1, 7, 160, 1000, 8191, 8192, 20_000])
  test(`audio in messages of ${size} samples is the same audio`, () => {
    const source = new StreamSource()
    let to = at(500)
    for (let first = 0; first < 40_000; first += size) {
      const part = counting(Math.min(size, 40_000 - first), first)
      to = source.append(part, to)
      // What was sent is no longer the sender's to change.
      if (size < 8192 && first > 0) part.fill(ULAW_SILENCE)
    }
    assert.equal(to, 40_500)
    assert.deepEqual(read(source, 500, 40_000), counting(40_000))
    assert.deepEqual(read(source, 480, 20), new Uint8Array(20).fill(ULAW_SILENCE))
    assert.deepEqual(read(source, 12_345, 160), counting(160, 11_845))
    assert.deepEqual([source.silentFrom(at(40_499)), source.silentFrom(at(40_500))], [false, true])
  })

test('a gap is silence, and what was played is forgotten', () => {
  const source = new StreamSource()
  source.append(counting(10, 1), at(0))
  source.append(counting(10, 1), at(20))
  source.append(new Uint8Array(0), at(30))
  assert.deepEqual([...read(source, 8, 14)], [9, 10, ...Array(10).fill(ULAW_SILENCE), 1, 2])
  assert.equal(source.oldestEnd, 10)
  source.forgetBefore(at(10))
  assert.equal(source.oldestEnd, 30)
  source.forgetBefore(at(29))
  assert.equal(source.oldestEnd, 30)
  source.clear()
  assert.deepEqual([source.oldestEnd, source.silentFrom(at(0))], [null, true])
})

test('ten minutes in messages of one sample take no more than ten minutes do', () => {
  const source = new StreamSource()
  const one = new Uint8Array([5])
  const before = process.memoryUsage()
  let to = at(0)
  for (let count = 0; count < 600_000 * 8; count++) to = source.append(one, to)
  const after = process.memoryUsage()
  assert.deepEqual(read(source, to - 2, 3), Uint8Array.from([5, 5, ULAW_SILENCE]))
  const held = after.arrayBuffers - before.arrayBuffers
  assert.ok(held < 12 * 2 ** 20, `${held} bytes of audio are held`)
  const heap = after.heapUsed - before.heapUsed
  assert.ok(heap < 50 * 2 ** 20, `${heap} bytes are held beside it`)
})
