/** WAV files to MP3 files and back. */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { silentLogger } from '../../lib/logger.ts'
import { mpegFrameAt } from '../../wire/codec/sniff-mpeg.ts'
import { hear, type MadeWav, makeWav, toneSamples } from '../../wire/codec/test-sound-files.ts'
import { createSoundFiles } from './sound-files.ts'

const folder = await mkdtemp(join(tmpdir(), 'ringback-mp3-'))
const sounds = createSoundFiles({ logger: silentLogger, ffmpegPath: null })
after(async () => {
  await sounds.close()
  await rm(folder, { recursive: true, force: true })
})

const LENGTH_MS = 10_000
const toneAt = (hz: number, sampleRate = 8000) => toneSamples({ hz, sampleRate, lengthMs: LENGTH_MS })
const wavPath = join(folder, 'recording.wav')
const mp3Path = join(folder, 'recording.mp3')
const writeWav = (made: Partial<MadeWav>) =>
  writeFile(wavPath, makeWav({ channels: [toneAt(440)], sampleRate: 8000, coding: 'pcm16', ...made }))

for (const [name, made, channels, expected] of [
  ['one channel stays one', {}, 'as-is', { kbps: 32, mono: true, hz: 440, amplitude: 0.5 }],
  ['one channel mixed is itself', {}, 'mixed', { kbps: 32, mono: true, hz: 440, amplitude: 0.5 }],
  [
    'two channels stay two',
    { channels: [toneAt(440), toneAt(440)] },
    'as-is',
    { kbps: 64, mono: false, hz: 440, amplitude: 0.5 },
  ],
  [
    'two channels are mixed',
    { channels: [toneAt(440), new Float32Array(80_000)] },
    'mixed',
    { kbps: 32, mono: true, hz: 440, amplitude: 0.25 },
  ],
  [
    '44.1 kHz stays',
    { channels: [toneAt(440, 44_100)], sampleRate: 44_100 },
    'as-is',
    { kbps: 32, mono: true, hz: 440, amplitude: 0.5 },
  ],
] as const)
  test(`${name}`, async () => {
    await writeWav(made)
    await sounds.encodeMp3(wavPath, mp3Path, { channels })
    const mp3 = await readFile(mp3Path)
    const { sampleRate } = mpegFrameAt(mp3, 0)!
    assert.equal(sampleRate, 'sampleRate' in made ? made.sampleRate : 8000)
    assert.equal(mp3[3]! >> 6 === 3, expected.mono)
    assert.ok(Math.abs((mp3.length * 8) / LENGTH_MS / expected.kbps - 1) < 0.05, `${mp3.length} bytes`)
    const { hz, amplitude, lengthMs } = hear((await sounds.decode(mp3, 'audio/mpeg')) as Uint8Array)
    assert.ok(Math.abs(hz - expected.hz) < 1, `${hz} Hz`)
    assert.ok(Math.abs(amplitude / expected.amplitude - 1) < 0.06, `amplitude ${amplitude}`)
    assert.ok(lengthMs >= LENGTH_MS && lengthMs < LENGTH_MS + 250, `${lengthMs} ms`)
    assert.deepEqual((await readdir(folder)).sort(), ['recording.mp3', 'recording.wav'])
  })

test('two channels are not swapped or mixed', async () => {
  // One is silent: what is heard of both, averaged, is half of the other.
  await writeWav({ channels: [new Float32Array(80_000), toneAt(700)] })
  await sounds.encodeMp3(wavPath, mp3Path)
  const { MPEGDecoder } = await import('mpg123-decoder')
  const decoder = new MPEGDecoder()
  await decoder.ready
  const [left, right] = decoder.decode(await readFile(mp3Path)).channelData
  decoder.free()
  const peak = (samples: Float32Array) =>
    samples.subarray(10_000, 70_000).reduce((max, x) => Math.max(max, Math.abs(x)), 0)
  assert.ok(peak(left!) < 0.02, `left ${peak(left!)}`)
  assert.ok(Math.abs(peak(right!) - 0.5) < 0.05, `right ${peak(right!)}`)
})

test('an MP3 file that is there is replaced only by a whole one', async () => {
  await writeFile(mp3Path, 'before')
  await writeFile(wavPath, 'no WAV file at all')
  await assert.rejects(sounds.encodeMp3(wavPath, mp3Path), /^Error: the MP3 file could not be made: WAV file: /)
  assert.equal(await readFile(mp3Path, 'utf8'), 'before')
  assert.deepEqual((await readdir(folder)).sort(), ['recording.mp3', 'recording.wav'])
})

test('a file that is not 16-bit PCM is refused', async () => {
  await writeWav({ coding: 'mulaw' })
  await assert.rejects(sounds.encodeMp3(wavPath, mp3Path), /8-bit mulaw samples, not 16-bit PCM/)
})

test('a file that is not there is refused', async () => {
  await assert.rejects(sounds.encodeMp3(join(folder, 'nothing.wav'), mp3Path), /ENOENT/)
})

test('a folder that is not there is refused', async () => {
  await writeWav({})
  await assert.rejects(sounds.encodeMp3(wavPath, join(folder, 'nowhere', 'x.mp3')), /ENOENT/)
})

test('a recording without samples becomes an MP3 file without sound', async () => {
  await writeWav({ channels: [new Float32Array(0)] })
  await sounds.encodeMp3(wavPath, mp3Path)
  assert.ok((await readFile(mp3Path)).length < 2000)
})

test('the same file asked for twice at once is made twice, one after the other', async () => {
  await writeWav({})
  await Promise.all([sounds.encodeMp3(wavPath, mp3Path), sounds.encodeMp3(wavPath, mp3Path)])
  assert.ok(Math.abs(((await readFile(mp3Path)).length * 8) / LENGTH_MS / 32 - 1) < 0.05)
})
