import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../../../lib/virtual-clock.ts'
import { START } from '../transaction/test-ground.ts'
import { retryAfterBusySec, retryAfterGlareMs } from './glare.ts'
import { Repeats } from './repeats.ts'

function aRepetition(everyMsMax: number) {
  const clock = new VirtualClock({ startAt: START, settleMs: 0, mode: 'held' })
  const told: string[] = []
  const tell = (what: string) => () => void told.push(`${what} ${clock.now() - START}`)
  const repeats = new Repeats(clock, { t1Ms: 500, everyMsMax }, tell('sent'), tell('given up'))
  return { clock, told, repeats }
}

for (const [what, everyMsMax, expected] of [
  [
    'a 2xx: T1 doubling to T2',
    4000,
    [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500].map((at) => `sent ${at}`),
  ],
  [
    'a reliable provisional answer: T1 doubling',
    Number.POSITIVE_INFINITY,
    [500, 1500, 3500, 7500, 15_500, 31_500].map((at) => `sent ${at}`),
  ],
] as const)
  test(`${what}, 64*T1 in all`, async () => {
    const { clock, told } = aRepetition(everyMsMax)
    await clock.advance(100_000)
    assert.deepEqual(told, [...expected, 'given up 32000'])
    assert.equal(clock.pending, 0)
  })

test('acknowledged: silence', async () => {
  const { clock, told, repeats } = aRepetition(4000)
  await clock.advance(600)
  repeats.stop()
  repeats.stop()
  await clock.advance(100_000)
  assert.deepEqual(told, ['sent 500'])
})

test('after glare the caller waits 2.1 to 4 s, the callee 0 to 2 s, in steps of 10 ms', () => {
  const least = () => 0
  const most = (end: number) => end - 1
  assert.deepEqual([retryAfterGlareMs(true, least), retryAfterGlareMs(true, most)], [2100, 4000])
  assert.deepEqual([retryAfterGlareMs(false, least), retryAfterGlareMs(false, most)], [0, 2000])
  assert.deepEqual([retryAfterBusySec(least), retryAfterBusySec(most)], [0, 10])
})
