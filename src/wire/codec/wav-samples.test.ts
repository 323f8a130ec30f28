import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from '../../lib/wire-error.ts'
import { makeWav } from './test-sound-files.ts'
import { formatWavHeader } from './wav-header.ts'
import { readWavSamples } from './wav-samples.ts'

test('16-bit samples are read bit by bit as they are', () => {
  const samples = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768)
  const header = formatWavHeader({ channels: 1, sampleRate: 16_000, dataBytes: samples.byteLength })
  const read = readWavSamples(Buffer.concat([header, new Uint8Array(samples.buffer)]))
  assert.equal(read.sampleRate, 16_000)
  assert.deepEqual(read.samples, samples)
})

test('samples at and beyond full scale are clipped', () => {
  const channels = [Float32Array.from([1, -1, 2, -2])]
  const { samples } = readWavSamples(makeWav({ channels, sampleRate: 8000, coding: 'float32' }))
  assert.deepEqual([...samples], [32_767, -32_768, 32_767, -32_768])
})

test('what is no WAV file is refused', () => {
  assert.throws(() => readWavSamples(Buffer.from('FORM....AIFF')), WireError)
})
