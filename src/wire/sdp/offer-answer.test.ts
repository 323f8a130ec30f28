import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Codec } from '../rtp/formats.ts'
import type { SrtpKey } from '../rtp/srtp-keys.ts'
import type { AudioAgreement } from './agreement.ts'
import { type LocalAudio, makeAnswer, makeOffer, readAnswer } from './offer-answer.ts'
import { parseSdp } from './parse-sdp.ts'
import { lines, offering, USUAL } from './test-descriptions.ts'
import { writeSdp } from './write-sdp.ts'

const key = (byte: number): SrtpKey => ({
  suite: 'AES_CM_128_HMAC_SHA1_80',
  keyAndSalt: new Uint8Array(30).fill(byte),
})
const LOCAL: LocalAudio = {
  address: { address: '198.51.100.1', port: 20_000, rtcpPort: 20_001 },
  sessionId: '1',
  version: 1,
  direction: 'sendrecv',
  codecs: ['PCMU', 'PCMA'],
  key: null,
  isSecure: false,
}
const SECURE: LocalAudio = { ...LOCAL, key: key(1), isSecure: true }
const OPTIONAL: LocalAudio = { ...LOCAL, key: key(1) }

const AGREED: AudioAgreement = {
  remote: { address: '192.0.2.7', port: 40_000, rtcpPort: 40_001 },
  sends: true,
  receives: true,
  codec: 'PCMU',
  payloadType: 0,
  ptimeMs: 20,
  events: 101,
  rtcpMux: false,
  srtp: null,
}
const inline = Buffer.from(key(2).keyAndSalt).toString('base64')
const CRYPTO = `crypto:7 AES_CM_128_HMAC_SHA1_32 inline:${inline}|2^20|1:4`
const PLAIN_CRYPTO = `crypto:7 AES_CM_128_HMAC_SHA1_32 inline:${inline}`

const agreements: readonly (readonly [
  what: string,
  offer: Uint8Array,
  local: LocalAudio,
  expected: Partial<AudioAgreement> | string,
])[] = [
  ['the usual', USUAL, LOCAL, {}],
  [
    'what the offer likes best',
    offering('audio 40000 RTP/AVP 8 0'),
    LOCAL,
    { codec: 'PCMA', payloadType: 8, events: null },
  ],
  [
    'only what we take',
    offering('audio 40000 RTP/AVP 8 0'),
    { ...LOCAL, codecs: ['PCMU'] as Codec[] },
    { events: null },
  ],
  [
    'payload types without names',
    offering('audio 40000 RTP/AVP 18 8'),
    LOCAL,
    { codec: 'PCMA', payloadType: 8, events: null },
  ],
  [
    'a dynamic payload type',
    offering('audio 40000 RTP/AVP 96 97', 'rtpmap:96 PCMA/8000/1', 'rtpmap:97 telephone-event/8000'),
    LOCAL,
    { codec: 'PCMA', payloadType: 96, events: 97 },
  ],
  [
    'a name in small letters',
    offering('audio 40000 RTP/AVP 96', 'rtpmap:96 pcmu/8000'),
    LOCAL,
    { payloadType: 96, events: null },
  ],
  [
    'events at another rate',
    offering('audio 40000 RTP/AVP 0 99', 'rtpmap:99 telephone-event/48000'),
    LOCAL,
    { events: null },
  ],
  ['no codec we know', offering('audio 40000 RTP/AVP 18 96', 'rtpmap:96 opus/48000/2'), LOCAL, 'no codec'],
  ['a static number under another name', offering('audio 40000 RTP/AVP 0', 'rtpmap:0 G726-32/8000'), LOCAL, 'no codec'],
  ['a hold', offering('audio 40000 RTP/AVP 0', 'sendonly'), LOCAL, { sends: false, events: null }],
  ['one that listens', offering('audio 40000 RTP/AVP 0', 'recvonly'), LOCAL, { receives: false, events: null }],
  [
    'an inactive one',
    offering('audio 40000 RTP/AVP 0', 'inactive'),
    LOCAL,
    { sends: false, receives: false, events: null },
  ],
  [
    'a direction of the whole session',
    lines('v=0', 'o=- 1 1 IN IP4 192.0.2.7', 's=-', 'c=IN IP4 192.0.2.7', 'a=sendonly', 'm=audio 40000 RTP/AVP 0'),
    LOCAL,
    { sends: false, events: null },
  ],
  [
    'the old way to hold',
    lines('v=0', 'o=- 1 1 IN IP4 192.0.2.7', 's=-', 'c=IN IP4 0.0.0.0', 'm=audio 40000 RTP/AVP 0'),
    LOCAL,
    { remote: null, sends: false, events: null },
  ],
  [
    'an address of the medium',
    lines('v=0', 'o=- 1 1 IN IP4 192.0.2.7', 's=-', 'm=audio 40000 RTP/AVP 0', 'c=IN IP4 192.0.2.9'),
    LOCAL,
    { remote: { address: '192.0.2.9', port: 40_000, rtcpPort: 40_001 }, events: null },
  ],
  [
    'RTCP elsewhere',
    offering('audio 40000 RTP/AVP 0', 'rtcp:40011 IN IP4 192.0.2.7'),
    LOCAL,
    { remote: { address: '192.0.2.7', port: 40_000, rtcpPort: 40_011 }, events: null },
  ],
  [
    'one port for both',
    offering('audio 40000 RTP/AVP 0', 'rtcp-mux'),
    LOCAL,
    { rtcpMux: true, remote: { address: '192.0.2.7', port: 40_000, rtcpPort: 40_000 }, events: null },
  ],
  ['another packet time', offering('audio 40000 RTP/AVP 0', 'ptime:30'), LOCAL, { ptimeMs: 30, events: null }],
  ['a packet time that is none', offering('audio 40000 RTP/AVP 0', 'ptime:0'), LOCAL, { events: null }],
  [
    'a longest packet time',
    offering('audio 40000 RTP/AVP 0', 'ptime:40', 'maxptime:10'),
    LOCAL,
    { ptimeMs: 10, events: null },
  ],
  ['only video', offering('video 40000 RTP/AVP 31'), LOCAL, 'no sound'],
  ['sound that is refused', offering('audio 0 RTP/AVP 0'), LOCAL, 'no sound'],
  ['another protocol', offering('audio 40000 UDP/TLS/RTP/SAVPF 0'), LOCAL, 'protocol UDP/TLS/RTP/SAVPF'],
  ['plain where it must be encrypted', USUAL, SECURE, 'Only encrypted'],
  ['encrypted where nothing is', offering('audio 40000 RTP/SAVP 0', PLAIN_CRYPTO), LOCAL, 'encrypted sound'],
  ['encrypted without a key', offering('audio 40000 RTP/SAVP 0'), OPTIONAL, 'encrypted sound'],
  ['a key with an identifier', offering('audio 40000 RTP/SAVP 0', CRYPTO), OPTIONAL, 'encrypted sound'],
  [
    'encrypted',
    offering('audio 40000 RTP/SAVP 0', PLAIN_CRYPTO),
    OPTIONAL,
    {
      events: null,
      srtp: {
        ours: { suite: 'AES_CM_128_HMAC_SHA1_32', keyAndSalt: key(1).keyAndSalt },
        theirs: { suite: 'AES_CM_128_HMAC_SHA1_32', keyAndSalt: key(2).keyAndSalt },
      },
    },
  ],
]
for (const [what, body, local, expected] of agreements)
  test(`an offer with ${what}`, () => {
    const offer = parseSdp(body)!
    const made = makeAnswer(offer, local)
    if (typeof expected === 'string') {
      assert.ok('refused' in made && made.refused.includes(expected), JSON.stringify(made))
      return
    }
    assert.ok('answer' in made, JSON.stringify(made))
    assert.deepEqual(made.agreement, { ...AGREED, ...expected })
    assert.equal(made.answer.media.length, offer.media.length)
    // What we wrote is read as it was meant.
    assert.deepEqual(parseSdp(writeSdp(made.answer)), made.answer)
  })

test('every medium of the offer has its place in the answer', () => {
  const offer = parseSdp(
    lines(
      'v=0',
      'o=- 1 1 IN IP4 192.0.2.7',
      's=-',
      'c=IN IP4 192.0.2.7',
      'm=video 50000 RTP/AVP 31 34',
      'm=audio 40000 RTP/AVP 0',
      'm=audio 40002 RTP/AVP 8',
    ),
  )!
  const made = makeAnswer(offer, LOCAL)
  assert.ok('answer' in made)
  assert.deepEqual(
    made.answer.media.map(({ kind, port }) => `${kind} ${port}`),
    ['video 0', 'audio 20000', 'audio 0'],
  )
})

test('an encrypted offer is taken before a plain one', () => {
  const offer = parseSdp(
    lines(
      'v=0',
      'o=- 1 1 IN IP4 192.0.2.7',
      's=-',
      'c=IN IP4 192.0.2.7',
      'm=audio 40000 RTP/AVP 0',
      'm=audio 40002 RTP/SAVP 0',
      `a=${PLAIN_CRYPTO}`,
    ),
  )!
  const made = makeAnswer(offer, OPTIONAL)
  assert.ok('answer' in made)
  assert.deepEqual(
    made.answer.media.map(({ protocol, port }) => `${protocol} ${port}`),
    ['RTP/AVP 0', 'RTP/SAVP 20000'],
  )
})

for (const [what, ours, theirs] of [
  ['plain', LOCAL, { ...LOCAL, address: { address: '192.0.2.7', port: 40_000, rtcpPort: 40_000 } }],
  ['encrypted', SECURE, { ...SECURE, key: key(9), address: { address: '192.0.2.7', port: 40_000, rtcpPort: 40_000 } }],
  ['held by the other', LOCAL, { ...LOCAL, direction: 'sendonly' as const }],
  ['over IPv6', { ...LOCAL, address: { address: '2001:db8::1', port: 4, rtcpPort: 5 } }, LOCAL],
] as const)
  test(`our offer and our own answer agree: ${what}`, () => {
    const offer = parseSdp(writeSdp(makeOffer(ours)))!
    const made = makeAnswer(offer, theirs)
    assert.ok('answer' in made)
    const read = readAnswer(parseSdp(writeSdp(made.answer))!, ours)
    assert.ok(!('refused' in read), JSON.stringify(read))
    assert.equal(read.sends, made.agreement.receives)
    assert.equal(read.receives, made.agreement.sends)
    assert.deepEqual([read.codec, read.events, read.rtcpMux], ['PCMU', 101, true])
    assert.deepEqual(read.srtp?.theirs, made.agreement.srtp?.ours)
    assert.deepEqual(read.srtp?.ours, made.agreement.srtp?.theirs)
  })

for (const [what, answer, local, why] of [
  ['no sound', offering('audio 0 RTP/AVP 0'), LOCAL, 'no sound'],
  ['video', offering('video 4000 RTP/AVP 31'), LOCAL, 'no sound'],
  ['another codec', offering('audio 4000 RTP/AVP 18'), LOCAL, 'no codec'],
  ['plain for encrypted', USUAL, SECURE, 'not offered'],
  ['encrypted for plain', offering('audio 4000 RTP/SAVP 0', PLAIN_CRYPTO), LOCAL, 'not offered'],
  ['encrypted without a key', offering('audio 4000 RTP/SAVP 0'), SECURE, 'no key'],
] as const)
  test(`an answer with ${what} is no agreement`, () => {
    const read = readAnswer(parseSdp(answer)!, local)
    assert.ok('refused' in read && read.refused.includes(why), JSON.stringify(read))
  })
