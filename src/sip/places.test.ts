import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Places } from './places.ts'

test('there are so many places; each is given back once', () => {
  const places = new Places(2)
  const leave = places.take()
  assert.ok(leave && places.take())
  assert.deepEqual([places.take(), places.taken], [null, 2])
  leave()
  leave()
  assert.equal(places.taken, 1)
  assert.ok(places.take())
  assert.equal(places.take(), null)
})
