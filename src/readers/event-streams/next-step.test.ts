import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { DELIVERED, type Delivery } from './delivery.ts'
import { nextStep, outcomeOf, type Tried } from './next-step.ts'

const FIRST: Tried = { trigger: 'event', attempts: 1, firstAt: 0 as Instant, now: 0 as Instant, random: 0.5 }
const LATE = { attempts: 30, now: (4 * 3_600_000) as Instant }
const failure = { code: 91306, why: 'x' } as const

for (const [what, delivery, tried, step, outcome] of [
  ['a success', DELIVERED, {}, { step: 'done' }, 'delivered'],
  ['a failure', { outcome: 'try-again', ...failure }, {}, { step: 'again', at: 1000, places: null }, 'retrying'],
  [
    'a failure with patience asked for',
    { outcome: 'try-again', ...failure, afterMs: 9000 },
    {},
    { step: 'again', at: 9000, places: null },
    'retrying',
  ],
  [
    'a failure at the end of the window',
    { outcome: 'try-again', ...failure },
    LATE,
    { step: 'bury', places: null },
    'given-up',
  ],
  ['a part', { outcome: 'partly', ...failure, again: [2] }, {}, { step: 'again', at: 1000, places: [2] }, 'partly'],
  [
    'a part at the end of the window',
    { outcome: 'partly', ...failure, again: [2] },
    LATE,
    { step: 'bury', places: [2] },
    'partly',
  ],
  ['a refusal', { outcome: 'give-up', ...failure, halve: false }, {}, { step: 'bury', places: null }, 'given-up'],
  ['a refusal of a batch', { outcome: 'give-up', ...failure, halve: true }, {}, { step: 'halve' }, 'split'],
  [
    'an endpoint that is gone',
    { outcome: 'broken-sink', ...failure, keep: false, failAfterMs: 0 },
    {},
    { step: 'bury', places: null },
    'given-up',
  ],
  [
    'rights that may be given yet',
    { outcome: 'broken-sink', ...failure, keep: true, failAfterMs: 1 },
    {},
    { step: 'again', at: 1000, places: null },
    'retrying',
  ],
  [
    'a test that failed',
    { outcome: 'try-again', ...failure },
    { trigger: 'test' },
    { step: 'again', at: 1000, places: null },
    'retrying',
  ],
  [
    'a test that failed twice',
    { outcome: 'try-again', ...failure },
    { trigger: 'test', attempts: 2 },
    { step: 'bury', places: null },
    'given-up',
  ],
] as const satisfies readonly (readonly [string, Delivery, Partial<Tried>, object, string])[]) {
  test(`${what}: ${outcome}`, () => {
    const next = nextStep(delivery, { ...FIRST, ...tried })
    assert.deepEqual(next, step)
    assert.equal(outcomeOf(delivery, next), outcome)
  })
}
