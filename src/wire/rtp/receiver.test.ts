import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALAW_TO_ULAW } from '../codec/alaw.ts'
import { ULAW_SILENCE } from '../codec/g711.ts'
import { parseRtp, type RtpHeader, writeRtp } from './packet.ts'
import { RtpReceiver } from './receiver.ts'
import { encodeTelephoneEvent } from './telephone-event.ts'

const FRAME = 160

type Header = Partial<RtpHeader>

class Line {
  readonly keys: string[] = []
  readonly receiver = new RtpReceiver({
    formats: { codec: 'PCMU', payloadType: 0, events: 101 },
    tellKey: (report) => this.keys.push(`${report.key} ${report.happened}`),
  })
  nowMs = 1000

  put(header: Header, payload: Uint8Array): this {
    const bytes = new Uint8Array(12 + payload.length)
    writeRtp({ payloadType: 0, marker: false, sequence: 0, rtpTimestamp: 0, ssrc: 7, ...header }, payload, bytes)
    this.receiver.receive(parseRtp(bytes)!, bytes, this.nowMs)
    bytes.fill(0)
    return this
  }

  frame(number: number, header: Header = {}, code = number): this {
    return this.put({ sequence: number, rtpTimestamp: number * FRAME, ...header }, new Uint8Array(FRAME).fill(code))
  }

  /** @returns the first code of what was heard, or _ for silence */
  take(): string {
    this.nowMs += 20
    const into = new Uint8Array(FRAME)
    const sounds = this.receiver.take(into)
    if (!sounds) assert.ok(into.every((code) => code === ULAW_SILENCE))
    return sounds ? String(into[0]) : '_'
  }

  run(...frames: number[]): string {
    return frames.map((frame) => (frame ? this.frame(frame) : this).take()).join(' ')
  }
}

const event = (digit: number, durationTicks: number, end = false) =>
  encodeTelephoneEvent({ event: digit, end, volume: 10, durationTicks })

test('packets of µ-law are heard as they are', () => {
  assert.equal(new Line().run(1, 2, 3, 4, 5), '_ _ 1 2 3')
})

test('A-law is heard in µ-law, also where it was not agreed on', () => {
  const line = new Line()
  line.frame(1, { payloadType: 8 }).frame(2, { payloadType: 8 }).frame(3)
  line.take()
  line.take()
  assert.deepEqual([line.take(), line.take(), line.take()], [ALAW_TO_ULAW[1], ALAW_TO_ULAW[2], 3].map(String))
})

test('a law agreed on under another payload type is known', () => {
  const line = new Line()
  line.receiver.agree({ codec: 'PCMA', payloadType: 97, events: null })
  line.frame(1, { payloadType: 97 })
  line.take()
  line.take()
  assert.equal(line.take(), String(ALAW_TO_ULAW[1]))
  assert.equal(line.frame(2, { payloadType: 101 }).receiver.counts.unknown, 1)
})

test('nothing is heard of a payload type that means nothing, and of events that are too short', () => {
  const line = new Line()
  line.frame(1, { payloadType: 34 }).put({ payloadType: 101, sequence: 2 }, new Uint8Array(3))
  assert.deepEqual([line.take(), line.take(), line.take()], ['_', '_', '_'])
  assert.equal(line.receiver.counts.unknown, 2)
})

test('a hole is filled with what was heard before', () => {
  const line = new Line()
  line.run(1, 2, 3, 4)
  assert.notEqual(line.run(0, 6).split(' ')[0], '_')
  const [hole, after] = line.run(7, 8).split(' ')
  assert.notEqual(hole, '_')
  assert.notEqual(after, '_')
  assert.equal(line.receiver.jitterCounts.concealedSamples, FRAME)
})

test('a key is told once, while it is pressed, and costs no sound', () => {
  const line = new Line()
  line.run(1, 2, 3)
  for (const [index, [ticks, end]] of ([[160], [320], [480, true], [480, true], [480, true]] as const).entries()) {
    line.put({ payloadType: 101, marker: index === 0, sequence: 4 + index, rtpTimestamp: 640 }, event(5, ticks, end))
    if (index === 0) assert.deepEqual(line.keys, ['5 began'])
    line.take()
  }
  for (const frame of [9, 10, 11]) line.frame(frame).take()
  assert.deepEqual(line.keys, ['5 began', '5 ended'])
  assert.equal(line.receiver.jitterCounts.concealedSamples, 0)
})

test('a key whose end is lost is ended by time', () => {
  const line = new Line()
  line.put({ payloadType: 101, marker: true, sequence: 1 }, event(11, 160))
  for (let take = 0; take < 7; take++) line.take()
  assert.deepEqual(line.keys, ['# began'])
  line.take()
  assert.deepEqual(line.keys, ['# began', '# ended'])
})

test('keys do not look like jitter', () => {
  const line = new Line()
  line.frame(1).take()
  for (let index = 0; index < 20; index++) {
    line.put({ payloadType: 101, sequence: 2 + index, rtpTimestamp: 320 }, event(5, 160 * (index + 1)))
    line.take()
  }
  line.frame(22, { rtpTimestamp: 22 * FRAME }).take()
  assert.equal(line.receiver.reception?.jitterMs, 0)
})

test('in a pause with comfort noise the noise is heard, in one without nothing', () => {
  const line = new Line()
  line.run(1, 2, 3)
  line.put({ payloadType: 13, sequence: 4, rtpTimestamp: 4 * FRAME }, Uint8Array.of(40))
  line.take()
  line.take()
  const into = new Uint8Array(FRAME)
  assert.equal(line.receiver.take(into), true)
  assert.ok(new Set(into).size > 20)
  assert.equal(line.receiver.jitterCounts.concealedSamples, 0)
})

test('an empty comfort noise is a pause', () => {
  const line = new Line()
  line.run(1, 2, 3)
  line.put({ payloadType: 13, sequence: 4, rtpTimestamp: 4 * FRAME }, new Uint8Array(0))
  assert.deepEqual([line.take(), line.take(), line.take(), line.take()], ['2', '3', '_', '_'])
})

test('a source that another one replaces ends its key; of the new one nothing is missing', () => {
  const line = new Line()
  line.run(1, 2, 3, 4)
  line.put({ payloadType: 101, marker: true, sequence: 5, rtpTimestamp: 800 }, event(1, 160))
  const heard: string[] = []
  for (let index = 0; index < 12; index++) {
    line.frame(50_000 + index, { ssrc: 99, rtpTimestamp: 77 + index * FRAME }, 60 + index)
    heard.push(line.take())
  }
  assert.deepEqual(line.keys, ['1 began', '1 ended'])
  assert.deepEqual(
    heard.filter((what) => Number(what) >= 60),
    ['60', '61', '62', '63', '64', '65', '66'],
  )
  assert.deepEqual([line.receiver.counts.sources, line.receiver.reception?.ssrc], [2, 99])
  assert.equal(line.receiver.reception?.lost, 0)
})

test('while one source is heard, another is not, however much it sends', () => {
  const line = new Line()
  for (let frame = 1; frame < 100; frame++) {
    line.frame(frame, {}, 30)
    for (let forged = 0; forged < 3; forged++)
      line.frame(frame * 3 + forged, { ssrc: 99, rtpTimestamp: frame * FRAME + 40 }, 0)
    const heard = line.take()
    if (frame > 2) assert.equal(heard, '30')
  }
  assert.deepEqual(line.receiver.counts, { unknown: 0, strange: 3 * 99, sources: 1 })
})

test('the same source that begins anew with other numbers is believed after a silence', () => {
  const line = new Line()
  line.run(1, 2, 3, 4, 0, 0)
  const heard: string[] = []
  for (let index = 0; index < 10; index++) {
    line.frame(30_000 + index, { rtpTimestamp: index * FRAME }, 60 + index)
    heard.push(line.take())
  }
  assert.deepEqual(heard.filter((what) => Number(what) >= 60).slice(0, 3), ['60', '61', '62'])
})

test('one packet of a stranger changes nothing', () => {
  const line = new Line()
  line.run(1, 2, 3, 4, 0, 0, 0, 0, 0)
  line.frame(5, { ssrc: 99 }, 88)
  assert.equal(line.take(), '_')
  assert.equal(line.frame(10).receiver.reception?.ssrc, 7)
  assert.deepEqual([line.receiver.counts.strange, line.receiver.counts.sources], [1, 1])
})
