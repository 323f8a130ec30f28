import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeAiff, makeAu, makeWav } from '../../wire/codec/test-sound-files.ts'
import { planDecoding } from './plan-decoding.ts'

const channels = [new Float32Array(80)]
const mulaw = Buffer.alloc(800, 0x55)
const gsm = Buffer.alloc(330, 0xd5)
const wav = (made: Partial<Parameters<typeof makeWav>[0]> = {}) =>
  makeWav({ channels, sampleRate: 8000, coding: 'pcm16', ...made })

for (const [name, file, mediaType, by] of [
  ['a WAV file', wav(), 'audio/wav', 'samples'],
  ['a WAV file with the wrong type', wav(), 'audio/mpeg', 'samples'],
  ['a WAV file sent as µ-law', wav(), 'audio/basic', 'samples'],
  ['µ-law in a WAV file', wav({ coding: 'mulaw' }), 'audio/wav', 'copy'],
  [
    'stereo µ-law in a WAV file',
    wav({ coding: 'mulaw', channels: [channels[0]!, channels[0]!] }),
    'audio/wav',
    'samples',
  ],
  ['µ-law at 16 kHz', wav({ coding: 'mulaw', sampleRate: 16_000 }), 'audio/wav', 'samples'],
  ['A-law in a WAV file', wav({ coding: 'alaw' }), 'audio/wav', 'samples'],
  ['an AIFF file', makeAiff({ channels, sampleRate: 8000, coding: 'pcm16', type: null }), 'audio/aiff', 'samples'],
  ['µ-law in an AU file', makeAu(channels, 8000, 'mulaw', 1), 'audio/basic', 'copy'],
  ['bare µ-law', mulaw, 'audio/ulaw', 'copy'],
  ['bare µ-law by its other name', mulaw, 'audio/basic', 'copy'],
  ['MP3 with a tag', Buffer.from('ID3\x04\0\0\0\0\0\0'), 'audio/wav', 'mp3'],
  ['garbage sent as MP3', mulaw, 'audio/mpeg', 'mp3'],
  ['GSM', gsm, 'audio/x-gsm', 'ffmpeg'],
  ['what is sent as GSM and is not', mulaw, 'audio/x-gsm', 'nobody'],
  ['FLAC sent as WAV', Buffer.from('fLaC\0\0\0\x22'), 'audio/wav', 'ffmpeg'],
  ['ADPCM in a WAV file', wav({ claims: { tag: 0x11 } }), 'audio/wav', 'ffmpeg'],
] as const)
  test(`${name} is decoded by ${by}`, () => {
    assert.equal(planDecoding(file, mediaType).by, by)
  })

test('µ-law is copied from behind its header to the end of its chunk', () => {
  const file = Buffer.concat([wav({ coding: 'mulaw' }), Buffer.from('LIST\0\0\0\0')])
  assert.deepEqual(planDecoding(file, 'audio/wav'), { by: 'copy', from: 44, to: 124 })
})

for (const [file, mediaType, demuxer, what] of [
  [gsm, 'audio/gsm', 'gsm', 'GSM'],
  [Buffer.from('OggS'), 'audio/mpeg', 'ogg', 'Ogg'],
  [wav({ claims: { tag: 0x31 } }), 'audio/wav', 'wav', 'WAV with GSM 6.10'],
  [wav({ claims: { tag: 0x99 } }), 'audio/wav', 'wav', 'WAV with format 0x99'],
  [makeAiff({ channels, sampleRate: 8000, coding: 'pcm16', type: 'ima4' }), 'audio/x-aiff', 'aiff', 'AIFF with “ima4”'],
] as const)
  test(`${what} goes to ffmpeg as ${demuxer}`, () => {
    assert.deepEqual(planDecoding(file, mediaType), { by: 'ffmpeg', demuxer, what })
  })

for (const [name, file, mediaType, sentence] of [
  ['an empty file', Buffer.alloc(0), 'audio/wav', /^The file is empty$/],
  ['a file too large', { length: 100_000_001 } as Uint8Array, 'audio/wav', /^The file is larger than 100 MB$/],
  ['a web page', Buffer.from('<!doctype html><p>Not found'), 'audio/mpeg', /^The file is a web page or other text/],
  ['zeros sent as WAV', Buffer.alloc(1000), 'audio/wav', /^The file is not of a kind that can be played$/],
  [
    'a WAV file without samples',
    wav({ channels: [new Float32Array(0)] }),
    'audio/wav',
    /^There is nothing to hear in the file$/,
  ],
  ['a WAV file cut in its header', wav().subarray(0, 30), 'audio/wav', /^The WAV file is broken \(WAV .*\)$/],
  ['a WAV file of 9 channels', wav({ channels: Array(9).fill(channels[0]) }), 'audio/wav', /^The WAV file is broken/],
] as const)
  test(`${name} is refused with a sentence`, () => {
    const plan = planDecoding(file, mediaType)
    assert.ok(plan.by === 'nobody')
    assert.match(plan.unplayable, sentence)
  })
