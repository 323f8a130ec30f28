import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { withinRealMs } from './real-time.ts'

const settled = async (waiting: Promise<void>): Promise<boolean> => {
  let isSettled = false
  void waiting.then(() => {
    isSettled = true
  })
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  return isSettled
}

test('waits for the event, but no longer than it may', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  assert.equal(await settled(withinRealMs(Promise.resolve('done'), 1000)), true)
  assert.equal(await settled(withinRealMs(Promise.reject(new Error('no')), 1000)), true)
  const never = withinRealMs(new Promise(() => {}), 1000)
  mock.timers.tick(999)
  assert.equal(await settled(never), false)
  mock.timers.tick(1)
  assert.equal(await settled(never), true)
})
