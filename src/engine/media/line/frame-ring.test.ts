import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FRAME_BYTES } from '../../ports/line.ts'
import { makeRing, RingReader, RingWriter } from './frame-ring.ts'

function aRing() {
  const ring = makeRing()
  const writer = new RingWriter(ring)
  const reader = new RingReader(ring)
  const into = new Uint8Array(FRAME_BYTES)
  return {
    write: (...codes: (number | null)[]) => {
      for (const code of codes) writer.put(code === null ? null : new Uint8Array(FRAME_BYTES).fill(code))
    },
    read: (times: number) => Array.from({ length: times }, () => (reader.take(into) ? into[7]! : null)),
  }
}

test('what is written is read in order, two frames later', () => {
  const { write, read } = aRing()
  write(1)
  assert.deepEqual(read(1), [null])
  write(2, 3, 4)
  assert.deepEqual(read(2), [3, 4])
})

test('silence is silence, and its place is kept', () => {
  const { write, read } = aRing()
  write(1, null)
  assert.deepEqual(read(2), [1, null])
})

test('a reader that has read everything waits until there is enough again', () => {
  const { write, read } = aRing()
  write(1, 2)
  assert.deepEqual(read(3), [1, 2, null])
  write(3)
  assert.deepEqual(read(1), [null])
  write(4)
  assert.deepEqual(read(2), [3, 4])
})

test('a reader that is far behind goes on with what is new, however often the ring went round', () => {
  const { write, read } = aRing()
  write(1, 2)
  assert.deepEqual(read(1), [1])
  for (let round = 0; round < 500; round++) write(round % 200)
  write(201, 202)
  assert.deepEqual(read(3), [201, 202, null])
})
