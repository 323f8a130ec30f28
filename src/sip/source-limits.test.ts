import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { Instant } from '../lib/ids.ts'
import { silentLogger } from '../lib/logger.ts'
import { CHALLENGES_PER_MINUTE, REFUSALS_PER_MINUTE, SOURCES_MAX, SourceLimits } from './source-limits.ts'

const FAR = '203.0.113.9'
const OFFICE = '198.51.100.1'
const SELF = '127.0.0.1'

let now = 0
let logged: string[]
let limits: SourceLimits
beforeEach(() => {
  now = 0
  logged = []
  limits = new SourceLimits({
    clock: { now: () => now as Instant },
    logger: { ...silentLogger, warn: (fields) => void logged.push((fields as { address: string }).address) },
    callsPerSecond: 4,
    patience: (address) => (address === SELF ? Number.POSITIVE_INFINITY : address === OFFICE ? 3 : 1),
  })
})

const refuse = (address: string, times: number) => {
  for (let time = 0; time < times; time++) limits.refused(address, 'why')
}
const calls = (address: string, times: number) =>
  Array.from({ length: times }, () => limits.mayCall(address)).filter(Boolean).length

test('calls begin at a rate, each address by itself', () => {
  assert.equal(calls(FAR, 6), 4)
  assert.equal(calls(OFFICE, 4), 4)
  now += 500
  assert.equal(calls(FAR, 6), 2)
  now += 60_000
  assert.equal(calls(FAR, 8), 4)
})

test('in a flood as many are told that there are too many; beyond that nothing is said, until it abates', () => {
  assert.equal(calls(FAR, 7), 4)
  assert.equal(limits.isMuted(FAR), false)
  assert.equal(calls(FAR, 1), 0)
  assert.equal(limits.isMuted(FAR), true)
  assert.equal(limits.isMuted(OFFICE), false)
  now += 250
  assert.equal(limits.isMuted(FAR), false)
  assert.equal(calls(FAR, 2), 1)
  assert.equal(limits.isMuted(FAR), true)
})

test('a stranger who is refused again and again is muted for the rest of the minute, and logged once', () => {
  refuse(FAR, REFUSALS_PER_MINUTE - 1)
  assert.deepEqual([limits.isMuted(FAR), logged], [false, []])
  now += 59_000
  refuse(FAR, 1)
  assert.deepEqual([limits.isMuted(FAR), logged], [true, [FAR]])
  now += 1000
  assert.equal(limits.isMuted(FAR), false)
  refuse(FAR, REFUSALS_PER_MINUTE)
  assert.deepEqual([limits.isMuted(FAR), logged], [true, [FAR]])
})

test('refusals that are far between mute nobody', () => {
  for (let minute = 0; minute < 30; minute++, now += 60_000) refuse(FAR, REFUSALS_PER_MINUTE - 1)
  assert.equal(limits.isMuted(FAR), false)
})

test('where phones are there is more patience, and with ourselves without end', () => {
  refuse(OFFICE, REFUSALS_PER_MINUTE * 3 - 1)
  assert.equal(limits.isMuted(OFFICE), false)
  refuse(OFFICE, 1)
  assert.equal(limits.isMuted(OFFICE), true)
  refuse(SELF, REFUSALS_PER_MINUTE * 1000)
  assert.equal(limits.isMuted(SELF), false)
  assert.deepEqual(logged, [OFFICE])
})

test('who never answers who they are is not asked for ever; who does, is', () => {
  for (let time = 0; time < CHALLENGES_PER_MINUTE * 5; time++) {
    limits.challenged(OFFICE)
    limits.proved(OFFICE)
    limits.challenged(FAR)
  }
  assert.deepEqual([limits.isMuted(OFFICE), limits.isMuted(FAR)], [false, true])
  now += 60_000
  assert.equal(limits.isMuted(FAR), false)
  limits.proved('192.0.2.1')
})

test('so many addresses are remembered', () => {
  refuse(FAR, REFUSALS_PER_MINUTE)
  for (let index = 1; index < SOURCES_MAX; index++) refuse(`10.0.${index >> 8}.${index & 255}`, 1)
  assert.equal(limits.isMuted(FAR), true)
  refuse('192.0.2.1', 1)
  assert.equal(limits.isMuted(FAR), false)
})
