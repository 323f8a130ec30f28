/** What we offer, answer and accept, and what comes of it for the line. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LineAgreement, LineMedia } from '../engine/ports/line.ts'
import { lines, offering, USUAL } from '../wire/sdp/test-descriptions.ts'
import type { Body } from '../wire/sip/dialog/body.ts'
import { type Encryption, LineAudio } from './line-audio.ts'

const KEY = `1 AES_CM_128_HMAC_SHA1_80 inline:${Buffer.alloc(30, 7).toString('base64')}`
const SECURE = offering('audio 40000 RTP/SAVP 0 101', 'rtpmap:101 telephone-event/8000', `crypto:${KEY}`)
const body = (bytes: Uint8Array, type = 'application/sdp'): Body => ({ type, bytes })

async function anAudio(encryption: Encryption = 'never') {
  const agreements: LineAgreement[] = []
  const local = Promise.resolve({ address: '10.0.0.1', port: 20_000, rtcpPort: 20_001 })
  const media = { local, connect: (agreement: LineAgreement) => void agreements.push(agreement) }
  const audio = new LineAudio(media as unknown as LineMedia, encryption)
  assert.equal(await audio.open('203.0.113.1'), true)
  return { audio, agreements, last: () => agreements.at(-1)! }
}

const text = (said: Body | { readonly refused: string } | null): string => {
  assert.ok(said && !('refused' in said), JSON.stringify(said))
  return new TextDecoder().decode(said.bytes)
}
/** Lines of these kinds; the session's number is anybody's. */
const kinds = (said: Body | { readonly refused: string } | null, kind: RegExp): string[] =>
  text(said)
    .replace(/^(o=- )\d+/m, '$1#')
    .split('\r\n')
    .filter((line) => kind.test(line))

test('an offer', async () => {
  const { audio } = await anAudio()
  assert.deepEqual(kinds(audio.offer(), /./), [
    'v=0',
    'o=- # 1 IN IP4 203.0.113.1',
    's=ringback',
    'c=IN IP4 203.0.113.1',
    't=0 0',
    'm=audio 20000 RTP/AVP 0 8 101',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=ptime:20',
    'a=rtcp-mux',
    'a=sendrecv',
  ])
  assert.equal(audio.isAgreed, false)
})

test('the version counts what differs: what is said again is the same', async () => {
  const { audio } = await anAudio()
  const versions: string[] = []
  const version = (said: Body | { refused: string }) => versions.push(text(said).match(/^o=- \d+ (\d+)/m)![1]!)
  version(audio.answer(body(USUAL)))
  version(audio.answer(body(USUAL)))
  version(audio.answer(body(offering('audio 40000 RTP/AVP 0', 'sendonly'))))
  version(audio.answer(body(offering('audio 40000 RTP/AVP 0', 'sendonly'))))
  assert.ok('refused' in audio.answer(body(offering('audio 40000 RTP/AVP 9'))))
  version(audio.answer(body(USUAL)))
  version(audio.offer())
  assert.deepEqual(versions, ['1', '1', '2', '2', '3', '4'])
  assert.equal(text(audio.current()), text(audio.current()))
})

test('an offer is answered, and the line connected', async () => {
  const { audio, last } = await anAudio()
  assert.equal(audio.objection(body(USUAL)), null)
  const answer = audio.answer(body(USUAL))
  assert.deepEqual(kinds(answer, /^m=|^a=(rtpmap|send)/), [
    'm=audio 20000 RTP/AVP 0 101',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=sendrecv',
  ])
  assert.deepEqual(last(), {
    remote: { address: '192.0.2.7', port: 40_000, rtcpPort: 40_001 },
    sends: true,
    receives: true,
    codec: 'PCMU',
    payloadType: 0,
    ptimeMs: 20,
    events: 101,
    rtcpMux: false,
    srtp: null,
  })
  assert.equal(audio.isAgreed, true)
})

for (const [attribute, sends, receives, said] of [
  ['sendonly', false, true, 'a=recvonly'],
  ['inactive', false, false, 'a=inactive'],
  ['recvonly', true, false, 'a=sendonly'],
  ['sendrecv', true, true, 'a=sendrecv'],
] as const)
  test(`a party that says ${attribute} is answered ${said}; asked for ours we offer all again`, async () => {
    const { audio, last } = await anAudio()
    audio.answer(body(USUAL))
    const answer = audio.answer(body(offering('audio 40000 RTP/AVP 0', attribute)))
    assert.deepEqual(kinds(answer, /^a=(send|recv|inact)/), [said])
    assert.deepEqual([last().sends, last().receives], [sends, receives])
    assert.deepEqual(kinds(audio.current(), /^a=(send|recv|inact)/), [said])
    assert.deepEqual(kinds(audio.offer(), /^(m=|a=(send|recv|inact))/), ['m=audio 20000 RTP/AVP 0 8 101', 'a=sendrecv'])
  })

test('an offer without an address holds the line', async () => {
  const { audio, last } = await anAudio()
  audio.answer(
    body(lines('v=0', 'o=a 1 1 IN IP4 0.0.0.0', 's=-', 'c=IN IP4 0.0.0.0', 't=0 0', 'm=audio 40000 RTP/AVP 0')),
  )
  assert.deepEqual([last().remote, last().sends], [null, false])
})

test('an answer to our offer is accepted', async () => {
  const { audio, last } = await anAudio()
  audio.offer()
  assert.equal(audio.accept(body(offering('audio 40000 RTP/AVP 8', 'rtcp-mux'))), null)
  assert.deepEqual([last().codec, last().events, last().rtcpMux, audio.isAgreed], ['PCMA', null, true, true])
})

for (const [what, answer, why] of [
  ['another codec', body(offering('audio 40000 RTP/AVP 9')), 'The answer has no codec that was offered'],
  ['no sound', body(offering('audio 0 RTP/AVP 0')), 'The answer takes no sound'],
  ['encryption', body(SECURE), 'The answer has the protocol RTP/SAVP, which was not offered'],
  ['no description', body(Buffer.from('hello')), 'The body is no session description'],
  ['another type', body(USUAL, 'text/plain'), 'The body is no session description'],
] as const)
  test(`an answer with ${what} is not accepted`, async () => {
    const { audio, agreements } = await anAudio()
    audio.offer()
    assert.equal(audio.accept(answer), why)
    assert.deepEqual([agreements, audio.isAgreed], [[], false])
  })

test('the type of a body may be written any way', async () => {
  const { audio } = await anAudio()
  assert.equal(audio.objection(body(USUAL, ' Application/SDP ; charset=utf-8')), null)
})

for (const [encryption, offer, objection] of [
  ['never', USUAL, null],
  ['never', SECURE, 'The offer is for encrypted sound, without a key that can be used'],
  ['offered', USUAL, null],
  ['offered', SECURE, null],
  ['always', USUAL, 'Only encrypted sound is taken here'],
  ['always', SECURE, null],
  ['never', offering('audio 40000 RTP/AVP 9 18'), 'The offer has no codec that is known here: PCMU and PCMA are'],
  ['never', offering('video 40000 RTP/AVP 31'), 'The offer has no sound'],
] as const)
  test(`encryption ${encryption}: ${objection ?? 'taken'}`, async () => {
    const { audio, agreements } = await anAudio(encryption)
    assert.equal(audio.objection(body(offer)), objection)
    assert.deepEqual(agreements, [])
    const answer = audio.answer(body(offer))
    assert.equal('refused' in answer ? answer.refused : null, objection)
  })

test('an encrypted call stays so: keys, and what we offer later', async () => {
  for (const encryption of ['offered', 'always'] as const) {
    const { audio, last } = await anAudio(encryption)
    const answer = audio.answer(body(SECURE))
    const [crypto] = kinds(answer, /^a=crypto/)
    assert.match(crypto!, /^a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:[\w+/]{40}$/)
    const ours = Buffer.from(crypto!.split('inline:')[1]!, 'base64')
    assert.deepEqual(
      [Buffer.from(last().srtp!.ours.keyAndSalt), Buffer.from(last().srtp!.theirs.keyAndSalt)],
      [ours, Buffer.alloc(30, 7)],
    )
    const offer = audio.offer()
    assert.deepEqual(kinds(offer, /^(m=|a=crypto)/), ['m=audio 20000 RTP/SAVP 0 8 101', crypto])
    assert.equal(audio.accept(body(SECURE)), null)
    assert.ok(last().srtp)
  }
})

test('a call that is not encrypted is not later, where it need not be', async () => {
  const { audio, last } = await anAudio('offered')
  audio.answer(body(USUAL))
  assert.deepEqual(kinds(audio.offer(), /^(m=|a=crypto)/), ['m=audio 20000 RTP/AVP 0 8 101'])
  assert.equal(audio.accept(body(USUAL)), null)
  assert.equal(last().srtp, null)
})

test('each of several offers is answered as it was made', async () => {
  const { audio } = await anAudio()
  assert.deepEqual(kinds(audio.offer('always'), /^m=/), ['m=audio 20000 RTP/SAVP 0 8 101'])
  assert.deepEqual(kinds(audio.offer('never'), /^m=/), ['m=audio 20000 RTP/AVP 0 8 101'])
  assert.match(audio.accept(body(USUAL), 'always') ?? '', /RTP\/AVP/)
  assert.equal(audio.accept(body(SECURE), 'always'), null)
})

test('without a port there is nothing to say', async () => {
  const audio = new LineAudio({ local: Promise.resolve(null) } as unknown as LineMedia, 'never')
  assert.equal(await audio.open('203.0.113.1'), false)
})
