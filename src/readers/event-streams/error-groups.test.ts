import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { ErrorGroups } from './error-groups.ts'

const MINUTE = 60_000

test('the first failure is told, then the 10th, the 100th, and one every 20 minutes', () => {
  const groups = new ErrorGroups()
  const told: (number | null)[] = []
  for (let count = 1; count <= 100; count++) told.push(groups.count(0 as Instant))
  assert.deepEqual(
    told.filter((one) => one !== null),
    [1, 10, 100],
  )
  assert.equal(groups.count((19 * MINUTE) as Instant), null)
  assert.equal(groups.count((20 * MINUTE) as Instant), 102)
})

test('after a success the next failure is a first one', () => {
  const groups = new ErrorGroups()
  groups.count(0 as Instant)
  groups.clear()
  assert.equal(groups.count(0 as Instant), 1)
})
