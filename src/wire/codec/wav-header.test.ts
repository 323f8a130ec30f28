import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readWav } from './wav.ts'
import { formatWavHeader, WAV_DATA_BYTES_MAX, WAV_HEADER_BYTES } from './wav-header.ts'

test('a header is these 44 bytes', () => {
  const header = Buffer.from(formatWavHeader({ channels: 2, sampleRate: 8000, dataBytes: 0x010204 }))
  assert.equal(
    header.toString('hex'),
    // RIFF, 0x010228, WAVE, fmt, 16, PCM, 2 channels, 8000 Hz, 32000 bytes a second, 4 a frame, 16 bits, data, 0x010204
    '52494646' +
      '28020100' +
      '57415645' +
      '666d7420' +
      '10000000' +
      '0100' +
      '0200' +
      '401f0000' +
      '007d0000' +
      '0400' +
      '1000' +
      '64617461' +
      '04020100',
  )
})

for (const [channels, sampleRate, dataBytes] of [
  [1, 8000, 0],
  [1, 8000, 16_000],
  [2, 44_100, 176_400],
  [1, 8000, WAV_DATA_BYTES_MAX],
] as const)
  test(`${dataBytes} bytes of ${channels} channels at ${sampleRate} Hz are read as written`, () => {
    const header = formatWavHeader({ channels, sampleRate, dataBytes })
    assert.equal(header.length, WAV_HEADER_BYTES)
    const read = readWav(header, WAV_HEADER_BYTES + dataBytes)
    assert.deepEqual(
      { encoding: read.encoding, bits: read.bits, channels: read.channels, sampleRate: read.sampleRate },
      { encoding: 'pcm', bits: 16, channels, sampleRate },
    )
    assert.deepEqual([read.dataOffset, read.dataBytes], [WAV_HEADER_BYTES, dataBytes])
  })
