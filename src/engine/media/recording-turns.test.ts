import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { nextTurn, takeTurn } from './recording-turns.ts'

const at = (ms: number) => ms as Instant

test('recordings that begin together write at different moments, each a second after the last', () => {
  const began = at(1_900_000_000_007)
  const first = Array.from({ length: 200 }, takeTurn).map((turn) => {
    const due = nextTurn(turn, began)
    assert.ok(due > began && due <= began + 1005)
    // A timer that was early or late makes no difference to the next one.
    for (const lateMs of [-1, 0, 1, 14, 900]) assert.equal(nextTurn(turn, at(due + lateMs)), due + 1000)
    return due
  })
  assert.equal(new Set(first).size, 200)
  for (const [index, due] of first.slice(1).entries())
    assert.ok(Math.abs(due - first[index]!) > 100, 'neighbours are far apart')
})
