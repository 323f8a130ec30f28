import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  encodeConnected,
  encodeDtmf,
  encodeMark,
  encodeMedia,
  encodeStart,
  encodeStop,
  STREAM_TRACKS,
} from './outbound-message.ts'
import { StreamSequence } from './stream-sequence.ts'

const SIDS = {
  accountSid: `AC${'a'.repeat(32)}`,
  callSid: `CA${'c'.repeat(32)}`,
  streamSid: `MZ${'5'.repeat(32)}`,
}
const { accountSid, callSid, streamSid } = SIDS
const PACKET = Uint8Array.from({ length: 160 }, (_, index) => index)
const packet = (sequence: StreamSequence, more: Partial<Parameters<typeof encodeMedia>[1]> = {}): string =>
  encodeMedia(sequence, { streamSid, track: 'inbound', timestampMs: 20, ulaw: PACKET, ...more })

for (const [name, encode, text] of [
  ['connected', encodeConnected, '{"event":"connected","protocol":"Call","version":"1.0.0"}'],
  [
    'start',
    (sequence: StreamSequence) =>
      encodeStart(sequence, {
        ...SIDS,
        tracks: STREAM_TRACKS.both_tracks,
        parameters: [
          { name: 'FirstName', value: 'Jane' },
          { name: 'remote', value: 'a "quoted" one' },
        ],
      }),
    `{"event":"start","sequenceNumber":"1","start":{"accountSid":"${accountSid}","streamSid":"${streamSid}","callSid":"${callSid}","tracks":["inbound","outbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},"customParameters":{"FirstName":"Jane","remote":"a \\"quoted\\" one"}},"streamSid":"${streamSid}"}`,
  ],
  [
    'start of a stream without parameters',
    (sequence: StreamSequence) =>
      encodeStart(sequence, { ...SIDS, tracks: STREAM_TRACKS.inbound_track, parameters: [] }),
    `{"event":"start","sequenceNumber":"1","start":{"accountSid":"${accountSid}","streamSid":"${streamSid}","callSid":"${callSid}","tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},"customParameters":{}},"streamSid":"${streamSid}"}`,
  ],
  [
    'media',
    (sequence: StreamSequence) =>
      encodeMedia(sequence, { streamSid, track: 'outbound', timestampMs: 5, ulaw: Uint8Array.of(0xff, 0x7f, 0, 1) }),
    `{"event":"media","sequenceNumber":"1","media":{"track":"outbound","chunk":"1","timestamp":"5","payload":"/38AAQ=="},"streamSid":"${streamSid}"}`,
  ],
  [
    'dtmf',
    (sequence: StreamSequence) => encodeDtmf(sequence, { streamSid, digit: '#' }),
    `{"event":"dtmf","streamSid":"${streamSid}","sequenceNumber":"1","dtmf":{"track":"inbound_track","digit":"#"}}`,
  ],
  [
    'mark',
    (sequence: StreamSequence) => encodeMark(sequence, { streamSid, name: 'my "label"\n' }),
    `{"event":"mark","sequenceNumber":"1","streamSid":"${streamSid}","mark":{"name":"my \\"label\\"\\n"}}`,
  ],
  [
    'stop',
    (sequence: StreamSequence) => encodeStop(sequence, SIDS),
    `{"event":"stop","sequenceNumber":"1","streamSid":"${streamSid}","stop":{"accountSid":"${accountSid}","callSid":"${callSid}"}}`,
  ],
] as const)
  test(`${name} is written as the reference writes it`, () => assert.equal(encode(new StreamSequence()), text))

test('sequence numbers count every message but connected, chunks the packets of their own track', () => {
  const sequence = new StreamSequence()
  const messages = [
    encodeConnected(),
    encodeStart(sequence, { ...SIDS, tracks: STREAM_TRACKS.both_tracks, parameters: [] }),
    packet(sequence),
    packet(sequence, { track: 'outbound' }),
    encodeDtmf(sequence, { streamSid, digit: '1' }),
    packet(sequence, { timestampMs: 40 }),
    encodeMark(sequence, { streamSid, name: 'one' }),
    packet(sequence, { track: 'outbound', timestampMs: 40 }),
    encodeStop(sequence, SIDS),
  ].map((text) => JSON.parse(text))
  assert.deepEqual(
    messages.map(({ sequenceNumber, media }) => [sequenceNumber, media?.track, media?.chunk, media?.timestamp]),
    [
      [undefined, undefined, undefined, undefined],
      ['1', undefined, undefined, undefined],
      ['2', 'inbound', '1', '20'],
      ['3', 'outbound', '1', '20'],
      ['4', undefined, undefined, undefined],
      ['5', 'inbound', '2', '40'],
      ['6', undefined, undefined, undefined],
      ['7', 'outbound', '2', '40'],
      ['8', undefined, undefined, undefined],
    ],
  )
})

test('a packet of 20 ms is 216 characters of base64, from any place in a larger or shared memory', () => {
  const larger = new Uint8Array(new SharedArrayBuffer(400))
  larger.set(PACKET, 77)
  for (const ulaw of [PACKET, larger.subarray(77, 237)]) {
    const { payload } = JSON.parse(packet(new StreamSequence(), { ulaw })).media
    assert.equal(payload.length, 216)
    assert.deepEqual(Uint8Array.from(Buffer.from(payload, 'base64')), PACKET)
  }
})

test('of two parameters with one name the last counts, and no name is special', () => {
  const text = encodeStart(new StreamSequence(), {
    ...SIDS,
    tracks: STREAM_TRACKS.outbound_track,
    parameters: [
      { name: 'a', value: '1' },
      { name: '__proto__', value: 'x' },
      { name: 'a', value: '2' },
    ],
  })
  assert.match(text, /"tracks":\["outbound"\],.*"customParameters":\{"a":"2","__proto__":"x"\}/)
})
