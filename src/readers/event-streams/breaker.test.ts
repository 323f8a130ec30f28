/** The circuit breaker: every cell of its table, its window, and what it asks for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { ALLOWED, type Breaker, type BreakerInput, type BreakerState, CLOSED_BREAKER, stepBreaker } from './breaker.ts'

const at = (ms: number) => ms as Instant
const HOUR_MS = 3_600_000

/** @returns the breaker after the inputs, `everyMs` apart, and all effects */
function run(
  inputs: readonly (BreakerInput | BreakerInput['input'])[],
  everyMs = 1000,
  from: Breaker = CLOSED_BREAKER,
  startMs = 0,
) {
  let breaker = from
  const effects: unknown[] = []
  for (const [place, input] of inputs.entries()) {
    const step = stepBreaker(
      breaker,
      typeof input === 'string' ? ({ input } as BreakerInput) : input,
      at(startMs + place * everyMs),
    )
    breaker = step.breaker
    effects.push(...step.effects)
  }
  return { breaker, effects }
}

const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item)
const inState = (state: BreakerState): Breaker => ({
  ...CLOSED_BREAKER,
  state,
  failingSince: state === 'closed' ? null : at(0),
})

for (const [from, input, to] of [
  ['closed', 'delivered', 'closed'],
  ['closed', 'refused', 'closed'],
  ['closed', 'failed', 'closed'],
  ['closed', 'opened-long-enough', 'closed'], // A wake-up of a time before.
  ['open', 'delivered', 'closed'], // It was under way when the breaker opened.
  ['open', 'refused', 'open'],
  ['open', 'failed', 'open'],
  ['open', 'opened-long-enough', 'half-open'],
  ['half-open', 'delivered', 'closed'],
  ['half-open', 'refused', 'closed'],
  ['half-open', 'failed', 'open'],
  ['half-open', 'opened-long-enough', 'half-open'],
  ['failed', 'delivered', 'closed'],
  ['failed', 'refused', 'failed'],
  ['failed', 'failed', 'failed'],
  ['failed', 'opened-long-enough', 'failed'],
] as const) {
  test(`${from} + ${input} → ${to}`, () => assert.equal(run([input], 1, inState(from)).breaker.state, to))
}

for (const [what, inputs, state] of [
  ['nine failures', times(9, 'failed'), 'closed'],
  ['ten failures', times(10, 'failed'), 'open'],
  ['seven failures after three deliveries', [...times(3, 'delivered'), ...times(7, 'failed')], 'open'],
  ['six failures after four deliveries', [...times(4, 'delivered'), ...times(6, 'failed')], 'closed'],
  ['a hundred refusals', times(100, 'refused'), 'closed'],
] as const) {
  test(`${what} within five minutes leave it ${state}`, () => {
    assert.equal(run(inputs as readonly BreakerInput['input'][]).breaker.state, state)
  })
}

test('ten failures spread over more than five minutes do not open it', () => {
  assert.equal(run(times(20, 'failed'), 40_000).breaker.state, 'closed')
})

test('opening asks to be woken 30 s later, once', () => {
  const { effects } = run([...times(10, 'failed' as const), 'failed', 'failed'])
  assert.deepEqual(effects, [{ effect: 'wake', at: 9000 + 30_000 }])
})

test('a probe that fails asks to be woken again', () => {
  assert.deepEqual(run(['failed'], 1, inState('half-open'), 100).effects, [{ effect: 'wake', at: 30_100 }])
})

test('after a delivered probe the old failures are forgotten', () => {
  const { breaker } = run(['opened-long-enough', 'delivered', 'failed'], 1, run(times(10, 'failed')).breaker, 39_000)
  assert.equal(breaker.state, 'closed')
})

test('a day of nothing but failures makes the sink failed, and tells', () => {
  const { breaker } = run(['failed'])
  assert.equal(run(['failed'], 1, breaker, 24 * HOUR_MS - 1).breaker.state, 'closed')
  const { breaker: later, effects } = run(['failed'], 1, breaker, 24 * HOUR_MS)
  assert.equal(later.state, 'failed')
  assert.deepEqual(effects, [{ effect: 'sink-status', status: 'failed' }])
})

test('a day of nothing but refusals does so too', () => {
  assert.equal(run(['refused', 'refused'], 24 * HOUR_MS).breaker.state, 'failed')
})

test('one delivery within the day begins it anew', () => {
  assert.equal(run(['failed', 'delivered', 'failed'], 20 * HOUR_MS).breaker.state, 'closed')
})

test('a failure that says how long it may last is not given a day', () => {
  const denied: BreakerInput = { input: 'failed', failAfterMs: 600_000 }
  assert.equal(run([denied, denied], 599_999).breaker.state, 'closed')
  assert.equal(run([denied, denied], 600_000).breaker.state, 'failed')
  assert.equal(run([{ input: 'failed', failAfterMs: 0 }]).breaker.state, 'failed')
})

test('a delivered test brings a failed sink back, and tells', () => {
  assert.deepEqual(run(['delivered'], 1, inState('failed')).effects, [{ effect: 'sink-status', status: 'active' }])
})

test('waking it long after does not make it failed: only an attempt can', () => {
  assert.equal(run(['opened-long-enough'], 1, inState('open'), 48 * HOUR_MS).breaker.state, 'half-open')
})

test('it holds at most eleven slots, whatever the traffic', () => {
  const { breaker } = run(times(2000, 'delivered'), 1000)
  assert.ok(breaker.slots.length <= 11, `${breaker.slots.length}`)
})

test('while it is half-open one request is under way, while open none', () => {
  assert.deepEqual(ALLOWED, { closed: 'all', open: 'none', 'half-open': 'one', failed: 'none' })
})
