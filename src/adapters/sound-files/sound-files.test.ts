/** A tone in files of every kind comes out as that tone, as long and as loud. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { silentLogger } from '../../lib/logger.ts'
import { encodeUlaw } from '../../wire/codec/g711.ts'
import { hear, makeAiff, makeAu, makeWav, toneSamples } from '../../wire/codec/test-sound-files.ts'
import { createSoundFiles } from './sound-files.ts'
import { makeMp3 } from './test-mp3.ts'

const sounds = createSoundFiles({ logger: silentLogger, ffmpegPath: null })
after(() => sounds.close())

const LENGTH_MS = 1500

async function assertHeard(
  file: Uint8Array,
  mediaType: string,
  expected: { hz: number; amplitude: number; lengthMs?: number; withinMs?: number },
): Promise<void> {
  const decoded = await sounds.decode(file, mediaType)
  if ('unplayable' in decoded) assert.fail(decoded.unplayable)
  const { hz, amplitude, lengthMs } = hear(decoded)
  assert.ok(Math.abs(hz - expected.hz) <= 1, `${hz} Hz`)
  // 0.5 dB: µ-law's steps, and what MP3 makes of it.
  assert.ok(Math.abs(20 * Math.log10(amplitude / expected.amplitude)) < 0.5, `amplitude ${amplitude}`)
  const off = lengthMs - (expected.lengthMs ?? LENGTH_MS)
  assert.ok(Math.abs(off) <= (expected.withinMs ?? 1), `${lengthMs} ms`)
}

const RATES = [8000, 11_025, 16_000, 22_050, 44_100, 48_000] as const

for (const sampleRate of RATES)
  for (const coding of ['pcm8u', 'pcm16', 'pcm24', 'float32', 'mulaw', 'alaw'] as const)
    test(`WAV with ${coding} at ${sampleRate} Hz`, async () => {
      const channels = [toneSamples({ hz: 1234, sampleRate, lengthMs: LENGTH_MS })]
      await assertHeard(makeWav({ channels, sampleRate, coding }), 'audio/wav', { hz: 1234, amplitude: 0.5 })
    })

for (const [name, made] of [
  ['stereo', { coding: 'pcm16' }],
  ['big-endian', { coding: 'pcm24', littleEndian: false }],
  ['extensible', { coding: 'pcm32', extensible: true }],
  ['of 384 kHz', { coding: 'pcm16', sampleRate: 384_000 }],
  ['of an odd sample rate', { coding: 'pcm16', sampleRate: 47_999 }],
  ['below 8 kHz', { coding: 'pcm16', sampleRate: 6000 }],
] as const)
  test(`WAV ${name}`, async () => {
    const all = { sampleRate: 44_100, ...made }
    const tone = toneSamples({ hz: 700, sampleRate: all.sampleRate, lengthMs: LENGTH_MS })
    await assertHeard(makeWav({ channels: [tone, tone], ...all }), 'audio/wav', { hz: 700, amplitude: 0.5 })
  })

for (const [type, coding, sampleRate] of [
  [null, 'pcm16', 44_100],
  [null, 'pcm8', 11_025],
  ['sowt', 'pcm16', 48_000],
  ['fl32', 'float32', 22_050],
  ['ulaw', 'mulaw', 8000],
] as const)
  test(`AIFF ${type ?? 'without a type'} with ${coding} at ${sampleRate} Hz`, async () => {
    const tone = toneSamples({ hz: 440, sampleRate, lengthMs: LENGTH_MS })
    const file = makeAiff({ channels: [tone, tone], sampleRate, coding, type })
    await assertHeard(file, 'audio/aiff', { hz: 440, amplitude: 0.5 })
  })

// The encoder does not write how much its own delay adds: 1105 samples, and what fills up the last frame.
for (const [sampleRate, count, bitrate, delayMs] of [
  [44_100, 2, 128, 35],
  [48_000, 1, 64, 35],
  [22_050, 1, 32, 60],
  [8000, 1, 16, 140],
] as const)
  test(`MP3 at ${sampleRate} Hz with ${count} channels`, async () => {
    const tone = toneSamples({ hz: 440, sampleRate, lengthMs: LENGTH_MS })
    const file = await makeMp3({ channels: count === 2 ? [tone, tone] : [tone], sampleRate, bitrate })
    const expected = { hz: 440, amplitude: 0.5, lengthMs: LENGTH_MS + delayMs, withinMs: 40 }
    await assertHeard(file, 'audio/mpeg', expected)
  })

test('µ-law is copied byte by byte, bare, in WAV and in AU', async () => {
  const bytes = Uint8Array.from({ length: 800 }, (_, index) => index % 256)
  const wav = makeWav({ channels: [new Float32Array(800)], sampleRate: 8000, coding: 'mulaw' })
  wav.set(bytes, 44)
  const au = makeAu([new Float32Array(800)], 8000, 'mulaw', 1)
  au.set(bytes, 28)
  for (const [file, mediaType] of [
    [bytes, 'audio/ulaw'],
    [bytes, 'audio/basic'],
    [wav, 'audio/x-wav'],
    [au, 'audio/basic'],
  ] as const)
    assert.deepEqual(new Uint8Array((await sounds.decode(file, mediaType)) as Uint8Array), bytes)
})

test('16-bit samples at 8 kHz become the µ-law that each of them is', async () => {
  const samples = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768)
  const wav = makeWav({ channels: [Float32Array.from(samples, () => 0)], sampleRate: 8000, coding: 'pcm16' })
  wav.set(new Uint8Array(samples.buffer), 44)
  assert.deepEqual(await sounds.decode(wav, 'audio/wav'), Uint8Array.from(samples, encodeUlaw))
})

test('what the telephone cannot carry is filtered out, not folded back', async () => {
  const channels = [toneSamples({ hz: 6000, sampleRate: 44_100, lengthMs: LENGTH_MS })]
  const decoded = await sounds.decode(makeWav({ channels, sampleRate: 44_100, coding: 'pcm16' }), 'audio/wav')
  assert.ok(hear(decoded as Uint8Array).amplitude < 0.001)
})

test('the file is the caller’s again, also when it lies in a larger buffer', async () => {
  const channels = [toneSamples({ hz: 440, sampleRate: 16_000, lengthMs: 100 })]
  const wav = makeWav({ channels, sampleRate: 16_000, coding: 'pcm16' })
  const inside = Buffer.concat([Buffer.alloc(13), wav, Buffer.alloc(13)]).subarray(13, 13 + wav.length)
  const first = await sounds.decode(inside, 'audio/wav')
  assert.equal((first as Uint8Array).length, 800)
  assert.deepEqual(await sounds.decode(inside, 'audio/wav'), first)
})

for (const [name, sampleRate, lengthMs] of [
  ['at 8 kHz', 8000, 1000],
  ['at 8 kHz for long', 8000, 20_000],
  ['at 16 kHz', 16_000, 1000],
  ['at 22.05 kHz', 22_050, 1000],
] as const)
  test(`speech ${name} is encoded`, async () => {
    const tone = toneSamples({ hz: 300, sampleRate, lengthMs })
    const samples = Int16Array.from(tone, (sample) => Math.round(sample * 32_767))
    const heard = hear(await sounds.encode({ samples, sampleRate }))
    assert.ok(Math.abs(heard.hz - 300) < 1 && Math.abs(heard.amplitude - 0.5) < 0.02, JSON.stringify(heard))
    assert.equal(heard.lengthMs, lengthMs)
    assert.equal(samples.length, (sampleRate * lengthMs) / 1000)
  })

test('speech of no length is none', async () => {
  assert.equal((await sounds.encode({ samples: new Int16Array(0), sampleRate: 16_000 })).length, 0)
})

test('speech at an impossible sample rate is refused', async () => {
  await assert.rejects(sounds.encode({ samples: new Int16Array(10), sampleRate: 0 }), /sample rate/)
})

test('without ffmpeg the sentence says what cannot be played', async () => {
  assert.deepEqual(await sounds.decode(Buffer.from('fLaC\0\0\0\x22'), 'audio/wav'), {
    unplayable: 'FLAC cannot be played here',
  })
})

test('after close everything is answered, and close may be called again', async () => {
  const own = createSoundFiles({ logger: silentLogger })
  const wav = makeWav({ channels: [new Float32Array(1600)], sampleRate: 16_000, coding: 'pcm16' })
  const begun = own.decode(wav, 'audio/wav')
  await Promise.all([own.close(), own.close()])
  const stopping = { unplayable: 'The file could not be decoded: the platform is stopping' }
  assert.deepEqual(await begun, stopping)
  assert.deepEqual(await own.decode(wav, 'audio/wav'), stopping)
  assert.deepEqual(await own.decode(Buffer.from('fLaC\0\0\0\x22'), 'audio/flac'), stopping)
})
