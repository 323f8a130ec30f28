import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from '../../lib/wire-error.ts'
import { encodeTelephoneEvent } from './telephone-event.ts'
import { type KeyReport, TelephoneEventReceiver } from './telephone-event-receiver.ts'
import { TelephoneEventSender } from './telephone-event-sender.ts'

interface Packet {
  readonly rtpTimestamp: number
  readonly payload: Uint8Array
  readonly marker: boolean
}

function packetsOf(keys: string, { durationTicks = 800, gapTicks = 800, rtpTimestamp = 4000 } = {}): Packet[] {
  return [...keys].flatMap((key, index) => {
    const began = rtpTimestamp + index * (durationTicks + gapTicks)
    const sender = new TelephoneEventSender({ key, durationTicks, packetTicks: 160 })
    const packets: Packet[] = []
    for (let packet = sender.next(); packet; packet = sender.next())
      packets.push({ ...packet, rtpTimestamp: (began + packet.timestampOffset) >>> 0 })
    return packets
  })
}

const line = (report: KeyReport): string =>
  `${report.key} ${report.happened}${report.happened === 'ended' ? ` ${report.durationTicks}` : ''}`

/** A tick after every packet, as if they came every 20 ms. */
function received(packets: readonly (Packet | null)[], receiver = new TelephoneEventReceiver()): string[] {
  const reports: KeyReport[] = []
  for (const packet of packets) {
    if (packet) reports.push(...receiver.receive(packet.rtpTimestamp, packet.payload, packet.marker))
    reports.push(...receiver.tick())
  }
  return reports.map(line)
}

const FIVE = packetsOf('5')
const silence = (ticks: number): null[] => new Array<null>(ticks).fill(null)

test('keys are told once each, at their first packet and at their end', () => {
  assert.deepEqual(received(packetsOf('5*5')), [
    ...['5 began', '5 ended 800', '* began', '* ended 800', '5 began', '5 ended 800'],
  ])
})

for (const [name, packets, reports] of [
  ['all its packets but one end are lost', FIVE.slice(6), ['5 began', '5 ended 800']],
  ['its first packet is lost', FIVE.slice(1), ['5 began', '5 ended 800']],
  ['every packet comes twice', FIVE.flatMap((packet) => [packet, packet]), ['5 began', '5 ended 800']],
  ['packets overtake each other', [1, 0, 3, 2, 4, 6, 5].map((at) => FIVE[at]!), ['5 began', '5 ended 800']],
  ['the end overtakes an update', [0, 1, 2, 4, 3, 5, 6].map((at) => FIVE[at]!), ['5 began', '5 ended 800']],
  ['it is only begun', FIVE.slice(0, 4), ['5 began']],
  ['it goes on after 140 ms without a packet', [FIVE[0]!, ...silence(6), ...FIVE.slice(1)], ['5 began', '5 ended 800']],
  ['its end is lost', [...FIVE.slice(0, 4), ...silence(7)], ['5 began', '5 ended 640']],
  ['its end comes long after', [...FIVE.slice(0, 4), ...silence(7), ...FIVE.slice(4)], ['5 began', '5 ended 640']],
] as const)
  test(`a key is told once when ${name}`, () => assert.deepEqual(received(packets), reports))

test('the next key ends one whose end was lost, the same key too', () => {
  const [one, two] = [packetsOf('7'), packetsOf('7', { rtpTimestamp: 5600 })]
  assert.deepEqual(received([...one.slice(0, 4), ...two]), ['7 began', '7 ended 640', '7 began', '7 ended 800'])
})

test('a late packet of the key before changes nothing', () => {
  const [one, two] = [packetsOf('1'), packetsOf('2', { rtpTimestamp: 5600 })]
  assert.deepEqual(received([...one.slice(0, 6), two[0]!, one[6]!, ...two.slice(1)]), [
    ...['1 began', '1 ended 800', '2 began', '2 ended 800'],
  ])
})

test('two keys at one timestamp are two', () => {
  assert.deepEqual(received([...packetsOf('1'), ...packetsOf('2')]), [
    ...['1 began', '1 ended 800', '2 began', '2 ended 800'],
  ])
})

for (const [name, lost] of [
  ['whole', () => false],
  ['without the end of a segment', (packet: Packet) => packet.payload[2] === 0xff && packet.payload[3] === 0xff],
] as const)
  test(`a key of several segments is one key, ${name}, across the wrap of timestamps`, () => {
    const packets = packetsOf('0', { durationTicks: 140_000, rtpTimestamp: 2 ** 32 - 70_000 })
    assert.deepEqual(received(packets.filter((packet) => !lost(packet))), ['0 began', '0 ended 140000'])
  })

test('a marker begins a new key even where a segment could go on', () => {
  const receiver = new TelephoneEventReceiver()
  const payload = encodeTelephoneEvent({ event: 3, end: false, volume: 10, durationTicks: 160 })
  assert.deepEqual(receiver.receive(1000, payload, true).map(line), ['3 began'])
  assert.deepEqual(receiver.receive(1160, payload, true).map(line), ['3 ended 160', '3 began'])
})

test('the report tells the timestamp of the beginning', () => {
  const receiver = new TelephoneEventReceiver()
  assert.deepEqual(receiver.receive(77, FIVE[0]!.payload), [{ happened: 'began', key: '5', rtpTimestamp: 77 }])
})

test('a hook flash and other events are not keys', () => {
  const flash = encodeTelephoneEvent({ event: 16, end: false, volume: 0, durationTicks: 160 })
  const receiver = new TelephoneEventReceiver()
  assert.deepEqual(receiver.receive(1000, flash, true), [])
  assert.deepEqual(receiver.tick(), [])
})

test('a payload that is no event is refused and changes nothing', () => {
  const receiver = new TelephoneEventReceiver()
  receiver.receive(4000, FIVE[0]!.payload, true)
  assert.throws(() => receiver.receive(4000, Uint8Array.of(5, 10)), WireError)
  assert.deepEqual(receiver.receive(4000, FIVE[5]!.payload).map(line), ['5 ended 800'])
})

test('a key that is held when its source is gone ends, once', () => {
  const receiver = new TelephoneEventReceiver()
  receiver.receive(4000, FIVE[0]!.payload, true)
  receiver.receive(4000, FIVE[2]!.payload)
  assert.deepEqual(receiver.end().map(line), ['5 ended 480'])
  assert.deepEqual(receiver.end(), [])
})
