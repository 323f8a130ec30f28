import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { Latch, type MediaEndpoint } from './latch.ts'

const NAMED: MediaEndpoint = { address: '10.0.0.5', port: 4000 }
/** The same phone, as its router shows it. */
const ROUTER: MediaEndpoint = { address: '203.0.113.9', port: 31_000 }
const STRANGER: MediaEndpoint = { address: '198.51.100.66', port: 4000 }
const SSRC = 7

interface Burst {
  readonly from: MediaEndpoint
  readonly atMs: number
  readonly packets?: number
  readonly ssrc?: number
  readonly sequence?: number
  readonly everyMs?: number
  readonly step?: number
  readonly authenticated?: boolean
}

function sending(latch: Latch, burst: Burst): string {
  const { from, atMs, packets = 1, ssrc = SSRC, sequence = 0, everyMs = 20, step = 1, authenticated = false } = burst
  return Array.from({ length: packets }, (_, index) =>
    latch.judge(
      { ...from },
      {
        ssrc,
        sequence: (sequence + index * step) & 0xffff,
        payloadType: 0,
        marker: false,
        rtpTimestamp: 0,
        payloadAt: 12,
        payloadEnd: 172,
      },
      { now: (atMs + index * everyMs) as Instant, authenticated },
    )
      ? '+'
      : '-',
  ).join('')
}

const fresh = (named: MediaEndpoint | null = NAMED) => new Latch(named, 0 as Instant)
const CALL: Burst = { from: NAMED, atMs: 100, packets: 50 }

test('what comes from the address that was named counts at once', () => {
  const latch = fresh()
  assert.equal(sending(latch, { from: NAMED, atMs: 9000, packets: 3 }), '+++')
  assert.deepEqual(latch.target, NAMED)
  assert.deepEqual(latch.counts, { refused: 0, moved: 0 })
})

test('behind a router, two packets in the first seconds show the address', () => {
  const latch = fresh()
  assert.equal(sending(latch, { from: ROUTER, atMs: 300, packets: 4, sequence: 65_534 }), '-+++')
  assert.deepEqual(latch.target, ROUTER)
  assert.deepEqual(latch.counts, { refused: 1, moved: 1 })
})

test('two packets that do not belong together show nothing', () => {
  const latch = fresh()
  for (const burst of [
    { from: ROUTER, atMs: 300, packets: 5, step: 0 },
    { from: ROUTER, atMs: 500, packets: 5, step: 9 },
    { from: ROUTER, atMs: 700, packets: 5, step: -1 },
  ])
    assert.equal(sending(latch, burst), '-----')
  for (let index = 0; index < 5; index++)
    assert.equal(sending(latch, { from: ROUTER, atMs: 1000 + index * 20, ssrc: index, sequence: index }), '-')
  assert.deepEqual(latch.target, NAMED)
})

test('whoever was quicker in the first seconds gives way to the address that was named', () => {
  const latch = fresh()
  assert.equal(sending(latch, { from: STRANGER, atMs: 100, packets: 3 }), '-++')
  assert.equal(sending(latch, { from: NAMED, atMs: 200, packets: 2 }), '++')
  assert.equal(sending(latch, { from: STRANGER, atMs: 240, packets: 90, ssrc: 8 }), '-'.repeat(90))
})

test('nobody takes over a call that is heard, whatever they send', () => {
  for (const ssrc of [SSRC, 8]) {
    const latch = fresh()
    for (let index = 0; index < 500; index++) {
      assert.equal(sending(latch, { from: NAMED, atMs: 100 + index * 20, sequence: index }), '+')
      const forged = { from: STRANGER, atMs: 101 + index * 20, packets: 5, everyMs: 1, ssrc, sequence: index * 5 }
      assert.equal(sending(latch, forged), '-----')
    }
    assert.deepEqual(latch.target, NAMED)
    assert.deepEqual(latch.counts, { refused: 2500, moved: 0 })
  }
})

test('a router that has changed its mind is followed after four packets of the same source', () => {
  const latch = fresh()
  sending(latch, CALL)
  // The call was last heard at 1080.
  assert.equal(sending(latch, { from: ROUTER, atMs: 1100, packets: 12, sequence: 51 }), '---------+++')
  assert.deepEqual(latch.target, ROUTER)
})

test('another source is believed after half a second, and two seconds of silence before', () => {
  const latch = fresh()
  sending(latch, CALL)
  assert.equal(sending(latch, { from: ROUTER, atMs: 1100, packets: 100, ssrc: 8 }), `${'-'.repeat(99)}+`)
  const later = fresh()
  sending(later, CALL)
  assert.equal(sending(later, { from: ROUTER, atMs: 60_000, packets: 26, ssrc: 8 }), `${'-'.repeat(24)}++`)
})

test('an address that was never heard gives way late only to the longer proof', () => {
  assert.equal(sending(fresh(), { from: ROUTER, atMs: 6000, packets: 30 }), `${'-'.repeat(24)}${'+'.repeat(6)}`)
})

test('without an address, two packets show it at any time', () => {
  const latch = fresh(null)
  assert.equal(latch.target, null)
  assert.equal(sending(latch, { from: ROUTER, atMs: 60_000, packets: 3 }), '-++')
  assert.deepEqual(latch.target, ROUTER)
})

test('one stranger cannot keep another from showing itself', () => {
  const latch = fresh()
  sending(latch, { from: STRANGER, atMs: 100, step: 9, packets: 2 })
  assert.equal(sending(latch, { from: ROUTER, atMs: 400, packets: 3 }), '-++')
})

test('what its key authenticates is believed wherever it comes from', () => {
  const latch = fresh()
  sending(latch, CALL)
  assert.equal(sending(latch, { from: ROUTER, atMs: 1081, packets: 2, ssrc: 8, authenticated: true }), '++')
  assert.deepEqual(latch.target, ROUTER)
})

test('a new description begins anew, one with the same address does not', () => {
  const latch = fresh()
  sending(latch, { from: ROUTER, atMs: 100, packets: 2 })
  latch.name({ ...NAMED }, 8000 as Instant)
  assert.deepEqual(latch.target, ROUTER)
  latch.name(STRANGER, 9000 as Instant)
  assert.deepEqual(latch.target, STRANGER)
  assert.equal(sending(latch, { from: ROUTER, atMs: 9100, packets: 3 }), '-++')
})

test('RTCP counts from the address that counts, whatever its port', () => {
  const latch = fresh()
  assert.equal(latch.isFromPeer(NAMED.address), true)
  sending(latch, { from: ROUTER, atMs: 100, packets: 2 })
  assert.deepEqual([latch.isFromPeer(ROUTER.address), latch.isFromPeer(NAMED.address)], [true, false])
})
