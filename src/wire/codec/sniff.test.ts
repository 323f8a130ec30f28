import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLikeGsm, sniff } from './sniff.ts'
import { makeAiff, makeAu, makeWav } from './test-sound-files.ts'

const channels = [new Float32Array(100)]
/** MPEG-1 layer III, 128 kbit/s at 44.1 kHz: 417 bytes. */
const frame = Buffer.alloc(417)
frame.writeUInt32BE(0xfffb9064)

for (const [name, bytes, kind] of [
  ['RIFF', makeWav({ channels, sampleRate: 8000, coding: 'pcm16' }), 'wav'],
  ['RIFX', makeWav({ channels, sampleRate: 8000, coding: 'pcm16', littleEndian: false }), 'wav'],
  ['RF64', Buffer.from('RF64\xff\xff\xff\xffWAVEds64', 'latin1'), 'rf64'],
  ['AIFF', makeAiff({ channels, sampleRate: 8000, coding: 'pcm16', type: null }), 'aiff'],
  ['AIFF-C', makeAiff({ channels, sampleRate: 8000, coding: 'pcm16', type: 'sowt' }), 'aiff'],
  ['AU', makeAu(channels, 8000, 'mulaw', 1), 'au'],
  ['MP3 with a tag', Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1'), 'mp3'],
  ['MP3 of two frames', Buffer.concat([frame, frame]), 'mp3'],
  ['MP3 of one frame', frame, 'mp3'],
  ['Ogg', Buffer.from('OggS\0\x02'), 'ogg'],
  ['FLAC', Buffer.from('fLaC\0\0\0\x22'), 'flac'],
  ['M4A', Buffer.from('\0\0\0\x20ftypM4A '), 'mp4'],
  ['WebM', Buffer.from('1a45dfa3', 'hex'), 'webm'],
  ['AMR', Buffer.from('#!AMR\n'), 'amr'],
  ['HTML', Buffer.from('<!DOCTYPE html>'), 'text'],
  ['HTML after white space', Buffer.from('\r\n  <html>'), 'text'],
  ['XML with a byte order mark', Buffer.from('\ufeff<?xml version="1.0"?>'), 'text'],
  ['JSON', Buffer.from('{"error": 404}'), 'text'],
  ['nothing', Buffer.alloc(0), 'unknown'],
  ['zeros', Buffer.alloc(1000), 'unknown'],
  ['another RIFF', Buffer.from('RIFF\0\0\0\0AVI LIST'), 'unknown'],
  ['another FORM', Buffer.from('FORM\0\0\0\x008SVX'), 'unknown'],
  ['silence in µ-law', Buffer.alloc(8000, 0xff), 'unknown'],
  ['silence in A-law', Buffer.alloc(8000, 0xd5), 'unknown'],
  ['µ-law that begins like a frame of MP3', Buffer.concat([frame.subarray(0, 4), Buffer.alloc(8000, 0x7e)]), 'unknown'],
  ['a frame of MP3 cut short', frame.subarray(0, 400), 'unknown'],
  ['a less-than sign in µ-law', Buffer.from('< \x7f\xff', 'latin1'), 'unknown'],
] as const)
  test(`${name} is ${kind}`, () => {
    assert.equal(sniff(bytes), kind)
  })

test('every beginning of a file is taken for something', () => {
  const whole = makeWav({ channels, sampleRate: 8000, coding: 'pcm16' })
  for (let length = 0; length < whole.length; length++)
    assert.equal(sniff(whole.subarray(0, length)), length < 12 ? 'unknown' : 'wav')
})

test('GSM is told from what is sent as it', () => {
  const frames = Buffer.alloc(33 * 60, 0x77)
  for (let at = 0; at < frames.length; at += 33) frames[at] = 0xd0 | (at % 16)
  assert.ok(isLikeGsm(frames))
  assert.ok(isLikeGsm(frames.subarray(0, 33)))
  assert.ok(!isLikeGsm(frames.subarray(0, 32)))
  assert.ok(!isLikeGsm(frames.subarray(1)))
  frames[33 * 20] = 0xc0
  assert.ok(!isLikeGsm(frames))
})
