import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aRemoteEngine, told } from './test-remote.ts'

const OPTIONS = {
  mode: 'Enable',
  timeoutMs: 3000,
  speechThresholdMs: 1000,
  speechEndThresholdMs: 500,
  silenceTimeoutMs: 60,
} as const

test('the verdict comes from the other thread', async (t) => {
  const { engine } = aRemoteEngine(t)
  const leg = engine.open(told().events)
  assert.deepEqual(await leg.detectMachine(OPTIONS).verdict, { answeredBy: 'unknown', durationMs: 60 })
})

test('what is stopped, or followed by another, has no verdict', async (t) => {
  const { engine } = aRemoteEngine(t)
  const leg = engine.open(told().events)
  const first = leg.detectMachine(OPTIONS)
  const second = leg.detectMachine(OPTIONS)
  assert.equal(await first.verdict, null)
  second.stop()
  assert.equal(await second.verdict, null)
  const third = leg.detectMachine(OPTIONS)
  first.stop()
  assert.equal((await third.verdict)?.answeredBy, 'unknown')
})

test('with its leg, and with the thread, a detection ends without a verdict', async (t) => {
  const { engine, threads } = aRemoteEngine(t)
  const leg = engine.open(told().events)
  const first = leg.detectMachine({ ...OPTIONS, silenceTimeoutMs: 3000 })
  leg.gone()
  assert.equal(await first.verdict, null)
  assert.equal(await leg.detectMachine(OPTIONS).verdict, null)
  const other = engine.open(told().events)
  const second = other.detectMachine({ ...OPTIONS, silenceTimeoutMs: 3000 })
  threads[0]!.die(new Error('the thread is dead'))
  assert.equal(await second.verdict, null)
})
