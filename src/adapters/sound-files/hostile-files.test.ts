/** Files that are broken, lie, or want to be large: each is refused or plays what is there, and the next one is decoded. */
import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { silentLogger } from '../../lib/logger.ts'
import { mpegFrameAt } from '../../wire/codec/sniff-mpeg.ts'
import { chunk, hear, type MadeWav, makeAiff, makeWav, toneSamples } from '../../wire/codec/test-sound-files.ts'
import { ULAW_BYTES_MAX } from './messages.ts'
import { createSoundFiles } from './sound-files.ts'
import { makeMp3 } from './test-mp3.ts'

const sounds = createSoundFiles({ logger: silentLogger, ffmpegPath: null })
after(() => sounds.close())

const tone = toneSamples({ hz: 500, sampleRate: 16_000, lengthMs: 400 })
const wav = (made: Partial<MadeWav> = {}) => makeWav({ channels: [tone], sampleRate: 16_000, coding: 'pcm16', ...made })
const aiff = (rateBytes?: Buffer) =>
  makeAiff({ channels: [tone], sampleRate: 16_000, coding: 'pcm16', type: null, ...(rateBytes && { rateBytes }) })
const mp3 = await makeMp3({
  channels: [toneSamples({ hz: 500, sampleRate: 16_000, lengthMs: 1500 })],
  sampleRate: 16_000,
  bitrate: 32,
})

afterEach(async () => {
  const { hz, lengthMs } = hear((await sounds.decode(wav(), 'audio/wav')) as Uint8Array)
  assert.ok(Math.abs(hz - 500) < 1 && lengthMs === 400, 'the next file is decoded')
})

async function sentence(file: Uint8Array, mediaType: string): Promise<string> {
  const decoded = await sounds.decode(file, mediaType)
  assert.ok('unplayable' in decoded, 'it plays')
  return decoded.unplayable
}

async function played(file: Uint8Array, mediaType: string): Promise<Uint8Array> {
  const decoded = await sounds.decode(file, mediaType)
  if ('unplayable' in decoded) assert.fail(decoded.unplayable)
  return decoded
}

const edited = (file: Buffer, edit: (file: Buffer) => void): Buffer => {
  edit(file)
  return file
}
const riff = (...chunks: Buffer[]) =>
  chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...chunks]), { littleEndian: true })
const list = (size: number, claimed = size) => chunk('LIST', Buffer.alloc(size), { littleEndian: true, claimed })
/** The same at each call. */
function random(count: number): Buffer {
  let state = 12_345
  const bytes = Buffer.alloc(count)
  for (let at = 0; at < count; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[at] = state >>> 24
  }
  return bytes
}

for (const [name, file, mediaType, expected] of [
  ['no channels', edited(wav(), (file) => file.writeUInt16LE(0, 22)), 'audio/wav', /channels/],
  ['65,535 channels', edited(wav(), (file) => file.writeUInt16LE(0xffff, 22)), 'audio/wav', /channels/],
  ['a sample rate of 0', edited(wav(), (file) => file.writeUInt32LE(0, 24)), 'audio/wav', /sample rate/],
  ['a sample rate of 1 Hz', edited(wav(), (file) => file.writeUInt32LE(1, 24)), 'audio/wav', /sample rate/],
  ['a sample rate of 4 GHz', edited(wav(), (file) => file.writeUInt32LE(0xffffffff, 24)), 'audio/wav', /sample rate/],
  ['0-bit samples', edited(wav(), (file) => file.writeUInt16LE(0, 34)), 'audio/wav', /0-bit pcm/],
  ['a chunk that claims 4 GiB', riff(list(100, 0xffffffff)), 'audio/wav', /broken/],
  ['ten thousand chunks', riff(...Array<Buffer>(10_000).fill(list(0))), 'audio/wav', /broken/],
  ['a WAV file in a WAV file', riff(wav()), 'audio/wav', /broken/],
  [
    'samples of 3 bytes, less than a frame',
    wav({ channels: Array(4).fill(tone.subarray(0, 1)) }).subarray(0, 47),
    'audio/wav',
    /nothing to hear/,
  ],
  ['a sample rate that is not a number', aiff(Buffer.from('7fffc000000000000000', 'hex')), 'audio/aiff', /sample rate/],
  ['a sample rate that is infinite', aiff(Buffer.from('7fff8000000000000000', 'hex')), 'audio/aiff', /sample rate/],
  ['a sample rate of nearly nothing', aiff(Buffer.from('00000000000000000001', 'hex')), 'audio/aiff', /sample rate/],
  ['a web page', Buffer.from('<html><body>404</body></html>'), 'audio/mpeg', /web page/],
  ['zeros as MP3', Buffer.alloc(1_000_000), 'audio/mpeg', /^There is no MP3 audio in the file$/],
  ['ones as MP3', Buffer.alloc(1_000_000, 0xff), 'audio/mpeg', /^There is no MP3 audio in the file$/],
  ['zeros as WAV', Buffer.alloc(1_000_000), 'audio/wav', /not of a kind/],
  ['a tag alone', Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1'), 'audio/mpeg', /no MP3 audio/],
  [
    'a tag that claims 256 MB and nothing else',
    Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7f', 'latin1'),
    'audio/mpeg',
    /no MP3/,
  ],
] as const)
  test(`refused: ${name}`, async () => {
    assert.match(await sentence(file, mediaType), expected)
  })

for (const [name, file, mediaType] of [
  ['samples that claim 4 GiB', wav({ claims: { dataBytes: 0xffffffff } }), 'audio/wav'],
  ['samples that claim nothing', wav({ claims: { dataBytes: 0 } }), 'audio/wav'],
  ['an odd block align', wav({ claims: { blockAlign: 3 } }), 'audio/wav'],
  ['a block align of 0', wav({ claims: { blockAlign: 0 } }), 'audio/wav'],
  ['a RIFF size of 0', edited(wav(), (file) => file.writeUInt32LE(0, 4)), 'audio/wav'],
  [
    'an AIFF whose samples claim 4 GiB',
    edited(aiff(), (file) => file.writeUInt32BE(0xffffffff, file.indexOf('SSND') + 4)),
    'audio/aiff',
  ],
] as const)
  test(`plays what is there: ${name}`, async () => {
    const { hz, lengthMs } = hear(await played(file, mediaType))
    assert.ok(Math.abs(hz - 500) < 1 && lengthMs === 400, `${hz} Hz, ${lengthMs} ms`)
  })

test('an MP3 behind a tag that claims 256 MB plays', async () => {
  const tag = Buffer.concat([Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7f', 'latin1'), random(5000)])
  assert.ok(Math.abs(hear(await played(Buffer.concat([tag, mp3]), 'audio/mpeg')).hz - 500) < 1)
})

test('an MP3 with garbage between its frames plays, garbage left out', async () => {
  const parts: Buffer[] = []
  for (let at = 0, index = 0; at < mp3.length; index++) {
    const { bytes } = mpegFrameAt(mp3, at)!
    parts.push(mp3.subarray(at, at + bytes))
    if (index % 4 === 3) parts.push(random(1500))
    at += bytes
  }
  const clean = await played(mp3, 'audio/mpeg')
  const garbled = await played(Buffer.concat(parts), 'audio/mpeg')
  assert.equal(garbled.length, clean.length)
})

test('an MP3 whose frames are full of garbage is decoded to something or nothing', async () => {
  const noise = random(mp3.length)
  for (let at = 0; at < mp3.length; ) {
    const { bytes } = mpegFrameAt(mp3, at)!
    mp3.copy(noise, at, at, at + 4)
    at += bytes
  }
  const decoded = await sounds.decode(noise, 'audio/mpeg')
  assert.ok('unplayable' in decoded || decoded.length <= 13_000)
})

test('an MP3 that changes its sample rate plays on', async () => {
  const slow = await makeMp3({
    channels: [toneSamples({ hz: 500, sampleRate: 8000, lengthMs: 400 })],
    sampleRate: 8000,
    bitrate: 16,
  })
  const whole = await played(Buffer.concat([mp3, slow, mp3]), 'audio/mpeg')
  const parts = [await played(mp3, 'audio/mpeg'), await played(slow, 'audio/mpeg'), await played(mp3, 'audio/mpeg')]
  const sum = parts.reduce((bytes, part) => bytes + part.length, 0)
  assert.ok(Math.abs(whole.length - sum) < 1600, `${whole.length} bytes instead of ${sum}`)
  assert.ok(Math.abs(hear(whole).hz - 500) < 40)
})

for (const [name, file, mediaType, step] of [
  ['WAV', wav({ channels: [tone.subarray(0, 40)] }), 'audio/wav', 1],
  [
    'AIFF',
    makeAiff({ channels: [tone.subarray(0, 40)], sampleRate: 16_000, coding: 'pcm16', type: 'sowt' }),
    'audio/aiff',
    1,
  ],
  ['MP3', mp3, 'audio/mpeg', 29],
  [
    'MP3 with a tag',
    Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\x28', 'latin1'), Buffer.alloc(40), mp3.subarray(0, 600)]),
    'audio/mpeg',
    7,
  ],
] as const)
  test(`every beginning of a ${name} file is refused or plays, the longer the more`, async () => {
    let before = 0
    for (let length = 0; length <= file.length; length += step) {
      const decoded = await sounds.decode(file.subarray(0, length), mediaType)
      if ('unplayable' in decoded) assert.ok(before === 0 && decoded.unplayable.length > 10, `${length} bytes`)
      else {
        assert.ok(decoded.length >= before, `${length} bytes`)
        before = decoded.length
      }
    }
    assert.ok(before > 0)
  })

for (const [name, file, mediaType] of [
  [
    'WAV of 8 bits at 1 kHz',
    wav({ channels: [new Float32Array(4_000_000)], sampleRate: 1000, coding: 'pcm8u' }),
    'audio/wav',
  ],
  ['bare µ-law', Buffer.alloc(ULAW_BYTES_MAX + 1, 0x55), 'audio/basic'],
  [
    'µ-law in WAV',
    Buffer.concat([
      wav({ channels: [new Float32Array(1)], sampleRate: 8000, coding: 'mulaw', claims: { dataBytes: 0 } }),
      Buffer.alloc(ULAW_BYTES_MAX),
    ]),
    'audio/wav',
  ],
] as const)
  test(`more than 40 minutes are cut: ${name}`, async () => {
    assert.equal((await played(file, mediaType)).length, ULAW_BYTES_MAX)
  })

test('more than 40 minutes are cut: MP3 of 8 kbit/s, a day in few bytes', async () => {
  const silence = await makeMp3({ channels: [new Float32Array(80_000)], sampleRate: 8000, bitrate: 8 })
  const frame = silence.subarray(0, mpegFrameAt(silence, 0)!.bytes)
  const day = Buffer.concat(Array<Buffer>(24 * 3600 * 14).fill(frame))
  assert.equal((await played(day, 'audio/mpeg')).length, ULAW_BYTES_MAX)
})

test('random bytes of every length and type end in an answer', async () => {
  const bytes = random(4000)
  const types = ['audio/wav', 'audio/mpeg', 'audio/aiff', 'audio/ulaw', 'audio/gsm', '']
  for (const begins of ['', 'RIFF____WAVEfmt ', 'FORM____AIFCCOMM', '.snd', 'ID3', '\xff\xfb\x90\x64'])
    for (const mediaType of types) {
      const file = Buffer.concat([Buffer.from(begins, 'latin1'), bytes])
      const decoded = await sounds.decode(file, mediaType)
      assert.ok('unplayable' in decoded || decoded.length > 0)
    }
})
