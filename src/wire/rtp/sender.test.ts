import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AssertionError } from '../../lib/assert.ts'
import { WireError } from '../../lib/wire-error.ts'
import { ULAW_TO_ALAW } from '../codec/alaw.ts'
import { ULAW_SILENCE } from '../codec/g711.ts'
import { parseRtp, type RtpPacket } from './packet.ts'
import { RtpSender, type SentFormats } from './sender.ts'
import { decodeTelephoneEvent } from './telephone-event.ts'

const FORMATS: SentFormats = { codec: 'PCMU', payloadType: 0, events: 101, ptimeMs: 20 }
const FIRST = { ssrc: 7, sequence: 65_534, rtpTimestamp: 2 ** 32 - 160 }
const FRAME = 160

interface Sent extends RtpPacket {
  readonly payload: Uint8Array
}

class Line {
  readonly sender: RtpSender
  #given = 0

  constructor(formats: Partial<SentFormats> = {}) {
    this.sender = new RtpSender({ ...FORMATS, ...formats }, FIRST)
  }

  /** A letter is a frame of its own codes, a dot a pause. */
  give(frames: string): Sent[] {
    const sent: Sent[] = []
    const into = new Uint8Array(512)
    for (const what of frames) {
      this.#given += 1
      this.sender.give(what === '.' ? null : new Uint8Array(FRAME).fill(this.#given))
      for (let length = this.sender.next(into); length > 0; length = this.sender.next(into)) {
        const packet = parseRtp(into, length)
        assert.ok(packet)
        assert.equal(packet.ssrc, 7)
        sent.push({ ...packet, payload: into.slice(packet.payloadAt, packet.payloadEnd) })
      }
    }
    return sent
  }
}

const numbers = (packets: readonly Sent[]) =>
  packets.map(({ sequence, rtpTimestamp, marker }) => [sequence, rtpTimestamp, marker])
const types = (packets: readonly Sent[]) => packets.map(({ payloadType }) => payloadType)

test('frames become packets whose numbers count on and wrap; the first one is marked', () => {
  const sent = new Line().give('xxx')
  assert.deepEqual(numbers(sent), [
    [65_534, 2 ** 32 - 160, true],
    [65_535, 0, false],
    [0, 160, false],
  ])
  assert.deepEqual(
    sent.map(({ payload }) => payload),
    [1, 2, 3].map((code) => new Uint8Array(FRAME).fill(code)),
  )
})

test('in A-law each code is turned', () => {
  const [packet] = new Line({ codec: 'PCMA', payloadType: 8 }).give('x')
  assert.equal(packet?.payloadType, 8)
  assert.deepEqual(packet?.payload, new Uint8Array(FRAME).fill(ULAW_TO_ALAW[1]!))
})

for (const [ptimeMs, lengths] of [
  [10, [80, 80, 80, 80, 80, 80, 80, 80]],
  [20, [160, 160, 160, 160]],
  [30, [240, 240]],
  [40, [320, 320]],
  [60, [480]],
] as const)
  test(`four frames in packets of ${ptimeMs} ms`, () => {
    const sent = new Line({ ptimeMs }).give('xxxx')
    assert.deepEqual(
      sent.map(({ payload }) => payload.length),
      lengths,
    )
    for (const [index, { rtpTimestamp, payload }] of sent.entries()) {
      const from = index * ptimeMs * 8
      assert.equal(rtpTimestamp, (FIRST.rtpTimestamp + from) >>> 0)
      for (const [at, code] of payload.entries()) assert.equal(code, 1 + Math.floor((from + at) / FRAME))
    }
  })

test('a pause is sent as silence, unless agreed otherwise', () => {
  const sent = new Line().give('x..x')
  assert.deepEqual(types(sent), [0, 0, 0, 0])
  assert.ok(sent[1]!.payload.every((code) => code === ULAW_SILENCE))
  assert.deepEqual(
    sent.map(({ marker }) => marker),
    [true, false, false, false],
  )
})

test('a pause that is left out costs no numbers, but time, and what follows is marked', () => {
  assert.deepEqual(numbers(new Line({ pauses: 'left-out' }).give('x...xx')), [
    [65_534, 2 ** 32 - 160, true],
    [65_535, 480, true],
    [0, 640, false],
  ])
})

test('comfort noise is sent once a pause', () => {
  const sent = new Line({ pauses: 'comfort-noise' }).give('x...x..')
  assert.deepEqual(types(sent), [0, 13, 0, 13])
  assert.deepEqual([...sent[1]!.payload], [70])
  assert.deepEqual(numbers(sent)[2], [0, 480, true])
})

test('a packet that is a pause in part is sent', () => {
  const sent = new Line({ pauses: 'left-out', ptimeMs: 40 }).give('x...x...')
  assert.deepEqual(
    sent.map(({ rtpTimestamp }) => rtpTimestamp),
    [2 ** 32 - 160, 480],
  )
})

test('a key takes the place of sound: its timestamp stands still, then sound goes on in time', () => {
  const line = new Line()
  assert.equal(line.sender.sendKey('5', 60), true)
  const sent = line.give('xxxxxxx')
  assert.deepEqual(types(sent), [101, 101, 101, 101, 101, 0, 0])
  assert.deepEqual(
    sent.slice(0, 5).map(({ payload }) => decodeTelephoneEvent(payload)),
    [160, 320, 480, 480, 480].map((durationTicks, index) => ({ event: 5, end: index >= 2, volume: 10, durationTicks })),
  )
  assert.deepEqual(numbers(sent), [
    [65_534, 2 ** 32 - 160, true],
    [65_535, 2 ** 32 - 160, false],
    [0, 2 ** 32 - 160, false],
    [1, 2 ** 32 - 160, false],
    [2, 2 ** 32 - 160, false],
    [3, 640, true],
    [4, 800, false],
  ])
})

test('keys wait for each other, with 40 ms of sound between them', () => {
  const line = new Line()
  line.give('x')
  for (const key of '1*1') line.sender.sendKey(key, 40)
  const sent = line.give('x'.repeat(20))
  assert.equal(
    sent.map(({ payloadType, payload }) => (payloadType === 101 ? payload[0] : '-')).join(' '),
    '1 1 1 1 - - 10 10 10 10 - - 1 1 1 1 - - - -',
  )
  const began = sent.filter(({ payloadType }) => payloadType === 101).map(({ rtpTimestamp }) => rtpTimestamp)
  assert.deepEqual([...new Set(began)], [0, 960, 1920])
})

test('a key goes out in a pause too, and does not begin a talk-spurt', () => {
  const line = new Line({ pauses: 'left-out' })
  line.give('x.')
  line.sender.sendKey('9', 20)
  assert.deepEqual(types(line.give('.....x')), [101, 101, 101, 0])
})

test('a key longer than eight seconds goes on in segments', () => {
  const line = new Line()
  line.sender.sendKey('0', 9000)
  const events = line.give('x'.repeat(460)).filter(({ payloadType }) => payloadType === 101)
  assert.deepEqual([...new Set(events.map(({ rtpTimestamp }) => rtpTimestamp))], [2 ** 32 - 160, 65_535 - 160])
})

for (const ptimeMs of [10, 30, 60])
  test(`a key in packets of ${ptimeMs} ms`, () => {
    const line = new Line({ ptimeMs })
    line.sender.sendKey('5', 120)
    const events = line.give('x'.repeat(20)).filter(({ payloadType }) => payloadType === 101)
    assert.equal(events.length, 120 / ptimeMs + 2)
    assert.deepEqual(
      events.slice(0, 2).map(({ payload }) => decodeTelephoneEvent(payload).durationTicks),
      [ptimeMs * 8, ptimeMs * 16],
    )
  })

test('without events keys are not taken, nor too many, nor what is none', () => {
  assert.equal(new Line({ events: null }).sender.sendKey('5', 100), false)
  const line = new Line()
  for (let count = 0; count < 32; count++) assert.equal(line.sender.sendKey('5', 100), true)
  assert.equal(line.sender.sendKey('5', 100), false)
  assert.throws(() => new Line().sender.sendKey('w', 100), WireError)
})

test('another agreement keeps the numbers; keys go with the events', () => {
  const line = new Line({ ptimeMs: 60 })
  line.give('xx')
  line.sender.sendKey('5', 100)
  line.sender.agree({ codec: 'PCMA', payloadType: 8, events: null, ptimeMs: 10 })
  const sent = line.give('x')
  assert.deepEqual(types(sent), [8, 8, 8, 8, 8, 8])
  assert.deepEqual(numbers(sent)[0], [65_534, 2 ** 32 - 160, true])
  assert.equal(line.sender.agree({ ...FORMATS }), undefined)
  assert.deepEqual(types(line.give('xx')), [0, 0])
})

test('what was sent is counted for reports', () => {
  const line = new Line()
  assert.equal(line.sender.info(), null)
  line.give('xx')
  assert.deepEqual(line.sender.info(), { rtpTimestamp: 160, packetCount: 2, octetCount: 320 })
})

test('sources differ, and begin in the lower half of the sequence', () => {
  const ssrcs = new Set(Array.from({ length: 50 }, () => new RtpSender(FORMATS).ssrc))
  assert.equal(ssrcs.size, 50)
  for (let count = 0; count < 50; count++) {
    const sender = new RtpSender(FORMATS)
    sender.give(null)
    const into = new Uint8Array(200)
    assert.ok(parseRtp(into, sender.next(into))!.sequence < 0x8000)
  }
})

test('frames of another length, packets of another, and frames given and never sent are our own mistakes', () => {
  assert.throws(() => new Line().sender.give(new Uint8Array(80)), AssertionError)
  assert.throws(() => new Line({ ptimeMs: 25 }), AssertionError)
  assert.throws(() => new Line({ ptimeMs: 80 }), AssertionError)
  const { sender } = new Line()
  assert.throws(() => {
    for (let frame = 0; frame < 5; frame++) sender.give(null)
  }, AssertionError)
})
