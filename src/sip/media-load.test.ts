import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MediaLoad } from './media-load.ts'

const ticks = (lateMs: number, others = 0): number[] => [...Array(90).fill(others), ...Array(10).fill(lateMs)]

for (const [what, reports, expected] of [
  ['nothing', [[]], false],
  ['ticks in time', [ticks(2), ticks(3)], false],
  ['one stall', [ticks(500), ticks(2)], false],
  ['stalls in a row', [ticks(500), ticks(300)], true],
  [
    'a few late ticks among many',
    [
      [...ticks(0), 900],
      [...ticks(0), 900],
    ],
    false,
  ],
  ['better, but not well', [ticks(500), ticks(500), ticks(50), ticks(50)], true],
  ['well again', [ticks(500), ticks(500), ticks(20), ticks(20)], false],
  ['well for a moment', [ticks(500), ticks(500), ticks(20), ticks(50), ticks(20)], true],
] as const)
  test(`${what}: ${expected ? 'overloaded' : 'not overloaded'}`, () => {
    const load = new MediaLoad(80)
    for (const report of reports) load.report(report)
    assert.equal(load.isOverloaded, expected)
  })
