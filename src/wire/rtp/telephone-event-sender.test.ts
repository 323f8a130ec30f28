import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from '../../lib/wire-error.ts'
import { decodeTelephoneEvent } from './telephone-event.ts'
import { type SentKey, TelephoneEventSender } from './telephone-event-sender.ts'

/** One line a packet: duration, E, M and the offset of the timestamp. */
function packetsOf(key: Partial<SentKey>): string[] {
  const sender = new TelephoneEventSender({ key: '5', durationTicks: 800, packetTicks: 160, ...key })
  const lines: string[] = []
  for (let packet = sender.next(); packet; packet = sender.next()) {
    const { durationTicks, end } = decodeTelephoneEvent(packet.payload)
    lines.push(`${durationTicks}${end ? ' E' : ''}${packet.marker ? ' M' : ''} +${packet.timestampOffset}`)
    assert.ok(lines.length < 10_000)
  }
  assert.equal(sender.next(), null)
  return lines
}

test('a key of 100 ms: a packet every 20 ms, the last one three times', () => {
  assert.deepEqual(packetsOf({}), ['160 M +0', '320 +0', '480 +0', '640 +0', '800 E +0', '800 E +0', '800 E +0'])
})

test('a length between packets ends exactly', () => {
  assert.deepEqual(packetsOf({ durationTicks: 400 }), ['160 M +0', '320 +0', '400 E +0', '400 E +0', '400 E +0'])
})

test('a key shorter than a packet begins and ends in one', () => {
  assert.deepEqual(packetsOf({ durationTicks: 100 }), ['100 E M +0', '100 E +0', '100 E +0'])
})

test('a key longer than 65,535 ticks goes on in segments where the last one ended', () => {
  const lines = packetsOf({ durationTicks: 140_000 })
  const turn = lines.indexOf('65535 +0')
  assert.deepEqual(lines.slice(turn - 1, turn + 3), ['65440 +0', '65535 +0', '160 +65535', '320 +65535'])
  assert.equal(lines.filter((line) => line.includes('M')).length, 1)
  const end = `${140_000 - 2 * 65_535} E +${2 * 65_535}`
  assert.deepEqual(lines.slice(-3), [end, end, end])
  assert.equal(lines.filter((line) => line.includes('E')).length, 3)
})

test('a key of exactly the longest duration needs no second segment', () => {
  assert.deepEqual(packetsOf({ durationTicks: 65_535 }).slice(-4), [
    '65440 +0',
    '65535 E +0',
    '65535 E +0',
    '65535 E +0',
  ])
})

test('every packet names the key and its volume', () => {
  const sender = new TelephoneEventSender({ key: '#', durationTicks: 160, packetTicks: 160, volume: 7 })
  assert.deepEqual(sender.next()?.payload, Uint8Array.of(11, 0x87, 0, 160))
  const usual = new TelephoneEventSender({ key: 'D', durationTicks: 320, packetTicks: 160 })
  assert.deepEqual(usual.next()?.payload, Uint8Array.of(15, 10, 0, 160))
})

test('what is no key cannot be sent', () => {
  for (const key of ['w', '', 'F']) assert.throws(() => packetsOf({ key }), WireError)
})
