import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AssertionError } from '../../lib/assert.ts'
import { seeded } from '../codec/test-dtmf-audio.ts'
import { parseRtcp, type ReportBlock, type SenderInfo } from './rtcp.ts'
import { type RtcpToSend, writeRtcp } from './write-rtcp.ts'

const SENDER: SenderInfo = {
  ntp: { seconds: 0xe9000001, fraction: 0x80000000 },
  rtpTimestamp: 0xfffffff0,
  packetCount: 500,
  octetCount: 80_000,
}
const REPORT: ReportBlock = {
  ssrc: 0x89abcdef,
  fractionLost: 13,
  cumulativeLost: 77,
  highestSequence: 0x0001_0005,
  jitter: 24,
  lastSenderReport: 0x00018000,
  delaySinceLastSenderReport: 0x8000,
}
const FULL: RtcpToSend = { ssrc: 0x01020304, sender: SENDER, reports: [REPORT], cname: 'a@b', bye: true }

function written(what: RtcpToSend): Uint8Array {
  const into = new Uint8Array(600).fill(0xee)
  return into.slice(0, writeRtcp(what, into))
}

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'))

test('a sender report with CNAME and BYE is written as RFC 3550 draws it', () => {
  assert.deepEqual(
    written(FULL),
    hex(`81c8000c 01020304 e9000001 80000000 fffffff0 000001f4 00013880
         89abcdef 0d00004d 00010005 00000018 00018000 00008000
         81ca0003 01020304 01036140 62000000
         81cb0001 01020304`),
  )
})

test('it is read back', () => {
  assert.deepEqual(parseRtcp(written(FULL)), [
    { type: 'sender-report', ssrc: 0x01020304, sender: SENDER, reports: [REPORT] },
    { type: 'cname', ssrc: 0x01020304, cname: 'a@b' },
    { type: 'bye', ssrcs: [0x01020304] },
  ])
})

for (const cname of ['', 'x', 'xy', 'xyz', 'wxyz', 'ü', 'x'.repeat(255)])
  test(`a receiver report with a CNAME of ${cname.length} characters is read back`, () => {
    assert.deepEqual(parseRtcp(written({ ...FULL, sender: null, reports: [], cname, bye: false })), [
      { type: 'receiver-report', ssrc: 0x01020304, reports: [] },
      { type: 'cname', ssrc: 0x01020304, cname },
    ])
  })

for (const [lost, read] of [
  [-1, -1],
  [-0x800000, -0x800000],
  [-0x900000, -0x800000],
  [0x7fffff, 0x7fffff],
  [0x800000, 0x7fffff],
] as const)
  test(`${lost} lost are told as ${read}`, () => {
    const [report] = parseRtcp(written({ ...FULL, reports: [{ ...REPORT, cumulativeLost: lost }] }))!
    assert.equal(report?.type === 'sender-report' && report.reports[0]?.cumulativeLost, read)
  })

const RECEIVER = { type: 'receiver-report', ssrc: 0x01020304, reports: [] }

for (const [name, bytes, rest] of [
  ['another type', '81cd0002 01020304 05060708', []],
  ['another item', '81ca0003 0000000a 02016e01 02636e00', [{ type: 'cname', ssrc: 10, cname: 'cn' }]],
  ['a chunk without items', '81ca0002 0000000a 00000000', []],
  [
    'the first of two chunks',
    '82ca0005 0000000a 02016e00 0000000b 0102636e 00000000',
    [{ type: 'cname', ssrc: 11, cname: 'cn' }],
  ],
  ['a reason for leaving', '81cb0002 0000000a 03627965', [{ type: 'bye', ssrcs: [10] }]],
  ['a BYE of nobody', '80cb0000', [{ type: 'bye', ssrcs: [] }]],
] as const)
  test(`what is not known is passed over: ${name}`, () => {
    assert.deepEqual(parseRtcp(hex(`80c90001 01020304 ${bytes}`)), [RECEIVER, ...rest])
  })

test('padding of the last packet is left out', () => {
  assert.equal(parseRtcp(hex('a0c90002 01020304 00000004'))?.length, 1)
  assert.equal(parseRtcp(hex('80c90001 01020304 a1cb0002 0000000a 00000004'))?.length, 2)
})

for (const [name, bytes] of [
  ['nothing', ''],
  ['a part of a header', '80c900'],
  ['version 1', '40c90001 01020304'],
  ['a report shorter than its header', '80c90000'],
  ['a length beyond the end', '80c90002 01020304'],
  ['more reports than there are', '81c90001 01020304'],
  ['a sender report without its numbers', '80c80001 01020304'],
  ['a BYE first', '81cb0001 01020304'],
  ['a second packet that goes beyond the end', '80c90001 01020304 81cb0002 01020304'],
  ['a second packet of another version', '80c90001 01020304 01cb0001 01020304'],
  ['a BYE of more sources than there are', '80c90001 01020304 82cb0001 01020304'],
  ['a description without its source', '80c90001 01020304 81ca0000'],
  ['an item beyond the end', '80c90001 01020304 81ca0002 0000000a 01096161'],
  ['a chunk without its end', '80c90001 01020304 81ca0002 0000000a 01026161'],
  ['padding before the last packet', 'a0c90002 01020304 00000004 80c90001 01020304'],
  ['padding that is no word', 'a0c90002 01020304 00000003'],
  ['padding of none', 'a0c90002 01020304 00000000'],
  ['padding longer than the packet', 'a0c90002 01020304 000000f0'],
  ['padding that leaves too little', 'a0c90001 00000004'],
] as const)
  test(`no RTCP: ${name}`, () => assert.equal(parseRtcp(hex(bytes)), null))

test('whatever arrives, nothing is thrown', () => {
  const random = seeded(3550)
  const good = written(FULL)
  for (let round = 0; round < 20_000; round++) {
    const bytes = good.slice(0, Math.floor(random() * (good.length + 1)))
    for (let change = 0; change < 3; change++) bytes[Math.floor(random() * bytes.length)] = random() * 256
    parseRtcp(bytes)
  }
})

test('what cannot be written is our own mistake', () => {
  assert.throws(() => written({ ...FULL, cname: 'x'.repeat(256) }), AssertionError)
  assert.throws(() => written({ ...FULL, reports: new Array(32).fill(REPORT) }), AssertionError)
  assert.throws(() => writeRtcp(FULL, new Uint8Array(75)), AssertionError)
})
