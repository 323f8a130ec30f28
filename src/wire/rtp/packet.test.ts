import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AssertionError } from '../../lib/assert.ts'
import { isLaterSequence, parseRtp, type RtpHeader, writeRtp } from './packet.ts'

const HEADER: RtpHeader = {
  payloadType: 101,
  marker: true,
  sequence: 0xfffe,
  rtpTimestamp: 0xf0e1d2c3,
  ssrc: 0xdeadbeef,
}
// V=2, M, PT 101, sequence 65534, timestamp, SSRC
const BYTES = Uint8Array.of(0x80, 0xe5, 0xff, 0xfe, 0xf0, 0xe1, 0xd2, 0xc3, 0xde, 0xad, 0xbe, 0xef, 1, 2, 3)

test('a packet is written as RFC 3550 draws it, and read back', () => {
  const into = new Uint8Array(32).fill(9)
  assert.equal(writeRtp(HEADER, Uint8Array.of(1, 2, 3), into), 15)
  assert.deepEqual(into.subarray(0, 15), BYTES)
  assert.equal(into[15], 9)
  assert.deepEqual(parseRtp(into, 15), { ...HEADER, payloadAt: 12, payloadEnd: 15 })
})

test('an empty payload is a packet', () => {
  assert.deepEqual(parseRtp(BYTES.subarray(0, 12)), { ...HEADER, payloadAt: 12, payloadEnd: 12 })
})

/** The same packet with another first byte and `more` between header and payload. */
const changed = (first: number, ...more: number[]) => Uint8Array.of(first, ...BYTES.subarray(1, 12), ...more)

for (const [name, bytes, payload] of [
  ['two contributing sources are passed over', changed(0x82, 0, 0, 0, 1, 0, 0, 0, 2, 7), [20, 21]],
  ['an extension of one word is passed over', changed(0x90, 0xbe, 0xde, 0, 1, 5, 5, 5, 5, 7), [20, 21]],
  ['an extension without words is passed over', changed(0x90, 0xbe, 0xde, 0, 0, 7), [16, 17]],
  ['sources stand before the extension', changed(0x91, 0, 0, 0, 1, 0, 0, 0, 0, 7, 8), [20, 22]],
  ['padding is no payload', changed(0xa0, 7, 8, 0, 0, 3), [12, 14]],
  ['padding may be all there is', changed(0xa0, 0, 2), [12, 12]],
  ['padding of one', changed(0xa0, 7, 1), [12, 13]],
  ['a source list that ends the packet', changed(0x81, 0, 0, 0, 1), [16, 16]],
] as const)
  test(name, () => {
    const packet = parseRtp(bytes)
    assert.deepEqual([packet?.payloadAt, packet?.payloadEnd], payload)
  })

for (const [name, bytes] of [
  ['nothing', new Uint8Array(0)],
  ['eleven bytes', BYTES.subarray(0, 11)],
  ['version 0', changed(0x00)],
  ['version 1', changed(0x40)],
  ['version 3', changed(0xc0)],
  ['sources beyond the end', changed(0x81, 0, 0, 0)],
  ['fifteen sources and none there', changed(0x8f)],
  ['an extension without its header', changed(0x90, 0xbe, 0xde, 0)],
  ['an extension beyond the end', changed(0x90, 0xbe, 0xde, 0, 2, 0, 0, 0, 0)],
  ['padding without a count', changed(0xa0)],
  ['padding of none', changed(0xa0, 7, 0)],
  ['more padding than payload', changed(0xa0, 7, 3)],
  ['an RTCP sender report', Uint8Array.of(0x80, 200, ...BYTES.subarray(2))],
  ['an RTCP type of the last', Uint8Array.of(0x80, 223, ...BYTES.subarray(2))],
] as const)
  test(`no RTP packet: ${name}`, () => assert.equal(parseRtp(bytes), null))

test('only the given length of a buffer counts', () => {
  const bytes = changed(0xa0, 7, 2, 9, 9, 9)
  assert.equal(parseRtp(bytes, 14)?.payloadEnd, 12)
  assert.equal(parseRtp(bytes, 4), null)
})

test('a payload that does not fit is our own mistake', () => {
  assert.throws(() => writeRtp(HEADER, new Uint8Array(4), new Uint8Array(15)), AssertionError)
})

for (const [sequence, than, later] of [
  [1, 0, true],
  [0, 0xffff, true],
  [0x7fff, 0, true],
  [0x8000, 0, false],
  [0, 0, false],
  [0xffff, 0, false],
] as const)
  test(`${sequence} is ${later ? '' : 'not '}later than ${than}`, () =>
    assert.equal(isLaterSequence(sequence, than), later))
