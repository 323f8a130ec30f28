import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mpegFrameAt, mpegRuns } from './sniff-mpeg.ts'

for (const [header, bytes, sampleRate] of [
  [0xfffb9064, 417, 44_100], // MPEG-1 layer III, 128 kbit/s
  [0xfffb9264, 418, 44_100], // the same, padded
  [0xfffbe464, 960, 48_000], // 320 kbit/s
  [0xfff348c4, 144, 16_000], // MPEG-2 layer III, 32 kbit/s
  [0xffe348c4, 288, 8000], // MPEG-2.5 layer III, 32 kbit/s
  [0xfffd8404, 384, 48_000], // MPEG-1 layer II, 128 kbit/s
  [0xffff8404, 256, 48_000], // MPEG-1 layer I, 256 kbit/s
  [0xfff71000, 68, 22_050], // MPEG-2 layer I, 32 kbit/s
] as const)
  test(`a frame that begins with ${header.toString(16)} has ${bytes} bytes`, () => {
    const { kind: _, ...frame } = mpegFrameAt(aFrame(header, 4), 0)!
    assert.deepEqual(frame, { bytes, sampleRate })
  })

for (const [name, header] of [
  ['no sync', 0xfedb9064],
  ['the reserved version', 0xffeb9064],
  ['the reserved layer', 0xfff99064],
  ['free format', 0xfffb0064],
  ['the forbidden bitrate', 0xfffbf064],
  ['the reserved sample rate', 0xfffb9c64],
] as const)
  test(`a header with ${name} is none`, () => {
    assert.equal(mpegFrameAt(aFrame(header, 417), 0), null)
  })

function aFrame(header: number, bytes: number): Buffer {
  const frame = Buffer.alloc(bytes, 0x11)
  frame.writeUInt32BE(header)
  return frame
}

const frame = aFrame(0xfffb9064, 417)
const slow = aFrame(0xffe348c4, 288)
const frames = (count: number, one = frame) => Buffer.concat(Array.from({ length: count }, () => one))
const garbage = Buffer.alloc(1000, 0x22)
/** @param claimed size that the tag claims */
function id3(claimed: number, body: Uint8Array = Buffer.alloc(claimed), flags = 0): Buffer {
  const size = [claimed >> 21, (claimed >> 14) & 0x7f, (claimed >> 7) & 0x7f, claimed & 0x7f]
  return Buffer.concat([Buffer.from('ID3'), Buffer.from([4, 0, flags, ...size]), body])
}

for (const [name, bytes, expected] of [
  ['frames alone', frames(10), [[0, 4170]]],
  [
    'frames between garbage',
    Buffer.concat([garbage, frames(3), garbage, frames(2), garbage]),
    [
      [1000, 2251],
      [3251, 4085],
    ],
  ],
  ['frames behind a tag', Buffer.concat([id3(300), frames(3)]), [[310, 1561]]],
  ['frames behind a tag with a footer', Buffer.concat([id3(300, Buffer.alloc(310), 0x10), frames(3)]), [[320, 1571]]],
  ['frames behind two tags', Buffer.concat([id3(300), id3(10), frames(3)]), [[330, 1581]]],
  [
    'frames behind a tag that claims 256 MB',
    Buffer.concat([id3(2 ** 28 - 1, Buffer.alloc(50)), frames(3)]),
    [[60, 1311]],
  ],
  [
    'frames in a tag that holds frames',
    Buffer.concat([id3(1000, Buffer.concat([frames(2), Buffer.alloc(166)])), frames(3)]),
    [[1010, 2261]],
  ],
  ['a single frame', frame, [[0, 417]]],
  ['a single frame and garbage', Buffer.concat([frame, garbage]), []],
  ['a frame cut off at the end', frames(3).subarray(0, -1), [[0, 834]]],
  [
    'a change of the sample rate',
    Buffer.concat([frames(2), frames(2, slow)]),
    [
      [0, 834],
      [834, 1410],
    ],
  ],
  ['nothing', Buffer.alloc(0), []],
  ['zeros', Buffer.alloc(10_000), []],
  ['ones', Buffer.alloc(10_000, 0xff), []],
  ['a tag alone', id3(0), []],
] as const)
  test(`${name}: the frames are found`, () => {
    assert.deepEqual(
      [...mpegRuns(bytes)].map(({ start, end }) => [start, end]),
      expected,
    )
  })

test('long streams come in pieces of at most 32 KiB', () => {
  const runs = [...mpegRuns(frames(500))]
  assert.ok(runs.length > 1)
  assert.equal(runs.at(-1)!.end, 500 * 417)
  for (const [index, { start, end }] of runs.entries()) {
    assert.equal(start, runs[index - 1]?.end ?? 0)
    assert.ok(end - start <= 32 * 1024)
  }
})
