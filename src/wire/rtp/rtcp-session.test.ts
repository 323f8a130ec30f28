import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import { Reception } from './reception.ts'
import { parseRtcp } from './rtcp.ts'
import { RtcpSession } from './rtcp-session.ts'
import { writeRtcp } from './write-rtcp.ts'

const NOON = Date.UTC(2026, 0, 1, 12)
const at = (ms: number) => (NOON + ms) as Instant

/** Sends 50 packets a report. */
function session(ssrc: number, { sends = true } = {}) {
  let packetCount = 0
  const rtcp = new RtcpSession(
    {
      ssrc,
      clockRateHz: 8000,
      info: () => (packetCount === 0 ? null : { packetCount, octetCount: packetCount * 160, rtpTimestamp: 1600 }),
    },
    'us',
  )
  return {
    rtcp,
    heard: new Reception(ssrc, 0),
    report(now: Instant, heard: Reception | null, bye = false) {
      if (sends) packetCount += 50
      const into = new Uint8Array(600)
      return into.slice(0, rtcp.write(now, heard, into, { bye }))
    },
    stop() {
      sends = false
    },
  }
}

test('two sides learn their round trip, loss and names from each other', () => {
  const [us, peer] = [session(1), session(2)]
  // Packets take 30 ms to the peer and 50 ms back.
  for (const sequence of [0, 1, 2, 3, 4, 5, 6, 9]) us.heard.arrived(sequence)
  assert.ok(peer.rtcp.read(us.report(at(0), null), at(30), us.heard))
  assert.ok(us.rtcp.read(peer.report(at(1030), us.heard), at(1080), null))
  assert.ok(Math.abs(us.rtcp.roundTripMs! - 80) < 1, `${us.rtcp.roundTripMs}`)
  assert.deepEqual(us.rtcp.peerView, { fractionLost: 51 / 256, cumulativeLost: 2, jitterMs: 0 })
  assert.equal(peer.rtcp.peerCname, 'us')
  assert.equal(peer.rtcp.roundTripMs, null)
})

test('a round trip is known across the wrap of the short NTP time', () => {
  const [us, peer] = [session(1), session(2)]
  // The middle 32 bits of NTP time turn every 65,536 seconds.
  const turn = Math.ceil((NOON / 1000 + 2_208_988_800) / 65_536) * 65_536 - 2_208_988_800
  const near = (ms: number) => (turn * 1000 + ms) as Instant
  us.heard.arrived(0)
  peer.rtcp.read(us.report(near(-50), null), near(-30), us.heard)
  us.rtcp.read(peer.report(near(10), us.heard), near(30), null)
  assert.ok(Math.abs(us.rtcp.roundTripMs! - 40) < 1, `${us.rtcp.roundTripMs}`)
})

test('reports about others, and impossible round trips, change nothing', () => {
  const { rtcp } = session(1)
  const into = new Uint8Array(200)
  const block = {
    ssrc: 1,
    fractionLost: 0,
    cumulativeLost: 0,
    highestSequence: 0,
    jitter: 80,
    lastSenderReport: 1,
    delaySinceLastSenderReport: 0,
  }
  const told = (ssrc: number) =>
    into.slice(0, writeRtcp({ ssrc: 2, sender: null, cname: 'x', bye: false, reports: [{ ...block, ssrc }] }, into))
  assert.ok(rtcp.read(told(9), at(0), null))
  const before = rtcp.peerView
  assert.equal(before, null)
  assert.ok(rtcp.read(told(1), at(0), null))
  assert.equal(rtcp.peerView?.jitterMs, 10)
  assert.equal(rtcp.roundTripMs, null)
  assert.equal(rtcp.read(Uint8Array.of(1, 2, 3), at(0), null), false)
})

test('who sends makes sender reports, and receiver reports once it has not sent for two', () => {
  const us = session(1)
  const types = () => parseRtcp(us.report(at(0), null))!.map(({ type }) => type)
  assert.deepEqual(types(), ['sender-report', 'cname'])
  us.stop()
  assert.deepEqual([types()[0], types()[0]], ['sender-report', 'receiver-report'])
})

test('who has sent nothing makes a receiver report', () => {
  assert.equal(parseRtcp(session(1, { sends: false }).report(at(0), null))![0]!.type, 'receiver-report')
})

test('a BYE tells that the source heard has left, not another', () => {
  const [us, peer, other] = [session(1), session(2), session(3)]
  us.rtcp.read(other.report(at(0), null, true), at(0), peer.heard)
  assert.equal(us.rtcp.peerLeft, false)
  us.rtcp.read(peer.report(at(0), null, true), at(0), peer.heard)
  assert.equal(us.rtcp.peerLeft, true)
})

test('intervals are five seconds, spread by a half, the first one half as long', () => {
  const us = session(1)
  assert.deepEqual([us.rtcp.intervalMs(0), us.rtcp.intervalMs(1)], [1250, 3750])
  us.report(at(0), null)
  assert.deepEqual([us.rtcp.intervalMs(0), us.rtcp.intervalMs(0.5), us.rtcp.intervalMs(1)], [2500, 5000, 7500])
})
