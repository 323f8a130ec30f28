import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RealClock } from '../../lib/real-clock.ts'
import { aPlatform } from './test-platform.ts'

test('the clock tells its time and who holds it', async () => {
  const { ask, clock } = aPlatform()
  clock.hold('an exchange')
  clock.hold('an exchange')
  clock.after(500, () => {})
  assert.deepEqual((await ask('GET', '/Clock')).json(), {
    kind: 'virtual',
    mode: 'held',
    now: '2030-01-01T00:00:00.000Z',
    holds: [{ why: 'an exchange', count: 2 }],
    timers: 1,
  })
})

test('a held clock is advanced, and the answer comes when it is there', async () => {
  const { ask, clock } = aPlatform()
  const fired: number[] = []
  for (const ms of [100, 200, 300]) clock.after(ms, () => fired.push(ms))
  const { now, mode } = (await ask('POST', '/Clock', { advanceMs: 250 })).json()
  assert.deepEqual([now, mode, fired], ['2030-01-01T00:00:00.250Z', 'held', [100, 200]])
})

test('a clock runs until nothing is left to happen', async () => {
  const { ask, clock } = aPlatform()
  clock.after(100, () => clock.after(4000, () => {}))
  assert.equal((await ask('POST', '/Clock', { untilIdle: true })).json().now, '2030-01-01T00:00:04.100Z')
})

test('a clock is let go and taken in hand', async () => {
  const { ask, clock } = aPlatform()
  assert.equal((await ask('POST', '/Clock', { mode: 'auto' })).json().mode, 'auto')
  assert.equal(clock.mode, 'auto')
  assert.equal((await ask('POST', '/Clock', { mode: 'held' })).json().mode, 'held')
})

for (const body of [
  { mode: 'fast' },
  { advanceMs: -1 },
  { advanceMs: 604_800_001 },
  { advance: 5 },
  { untilIdle: 'soon' },
]) {
  test(`the clock refuses ${JSON.stringify(body)}`, async () => {
    const { ask, clock } = aPlatform()
    const before = clock.now()
    assert.equal((await ask('POST', '/Clock', body)).json().code, 20001)
    assert.equal(clock.now(), before)
  })
}

test('the real clock tells its time and cannot be moved', async () => {
  const { ask } = aPlatform({ clock: new RealClock() })
  assert.equal((await ask('GET', '/Clock')).json().kind, 'real')
  const response = await ask('POST', '/Clock', { advanceMs: 1 })
  assert.equal(response.statusCode, 400)
  assert.match(response.json().message, /the real clock cannot be moved/)
})
