import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReplayWindow } from './replay-window.ts'

for (const [added, index, fresh] of [
  [[], 0, true],
  [[0], 0, false],
  [[0], 1, true],
  [[5], 4, true],
  [[5, 4], 4, false],
  [[200], 73, true],
  [[200], 72, false],
  [[10, 138], 10, false],
  [[2 ** 47], 2 ** 47 - 127, true],
  [[2 ** 47], 2 ** 47, false],
] as const)
  test(`after ${added.join(', ') || 'nothing'}, ${index} is ${fresh ? 'new' : 'refused'}`, () => {
    const window = new ReplayWindow()
    for (const one of added) window.add(one)
    assert.equal(window.isFresh(index), fresh)
  })
