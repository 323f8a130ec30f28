import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { RealClock } from './real-clock.ts'

test('timers of more than 24 days come when they are due, not at once', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const days = 24 * 3600 * 1000
    let woken = 0
    new RealClock().after(60 * days, () => woken++)
    mock.timers.tick(2 ** 31 - 1)
    mock.timers.tick(2 ** 31 - 1)
    assert.equal(woken, 0)
    mock.timers.tick(60 * days - 2 * (2 ** 31 - 1))
    assert.equal(woken, 1)
  } finally {
    mock.timers.reset()
  }
})

test('a cancelled timer never fires, however far it has come', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const clock = new RealClock()
    const timer = clock.after(2 ** 31 + 1000, () => assert.fail('it fired'))
    mock.timers.tick(2 ** 31 - 1)
    timer.cancel()
    timer.cancel()
    mock.timers.tick(2 ** 31)
    clock.after(-5, () => {}).cancel()
    clock.hold().release()
  } finally {
    mock.timers.reset()
  }
})

test('it tells the time of the machine', () => {
  const before = Date.now()
  const now = new RealClock().now()
  assert.ok(now >= before && now <= Date.now())
})
