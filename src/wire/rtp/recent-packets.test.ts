import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecentPackets } from './recent-packets.ts'

test('the last 128 packets are known by their numbers, and where they lie', () => {
  const recent = new RecentPackets()
  for (let count = 0; count < 300; count++) recent.add((65_400 + count) & 0xffff, count * 160 - 2 ** 31, count)
  const known = Array.from({ length: 65_536 }, (_, sequence) => sequence).filter((sequence) => recent.has(sequence))
  assert.deepEqual([known.length, known[0], known.at(-1)], [128, 36, 163])
  assert.deepEqual([recent.startOf(163), recent.endOf(163)], [299 * 160 - 2 ** 31, 299])
  recent.clear()
  assert.equal(recent.has(163), false)
})

test('before anything came, nothing is known', () => assert.equal(new RecentPackets().has(0), false))
