import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AssertionError } from '../../lib/assert.ts'
import { seeded } from '../codec/test-dtmf-audio.ts'
import { writeRtp } from './packet.ts'
import { SrtpReceiver, SrtpSender } from './srtp.ts'
import { newSrtpKey, SRTP_SUITES, type SrtpKey } from './srtp-keys.ts'

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'))

/** A packet that libsrtp, which most phones use, checks itself with. */
const KNOWN: SrtpKey = {
  suite: 'AES_CM_128_HMAC_SHA1_80',
  keyAndSalt: hex('e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6'),
}
const KNOWN_RTP = hex('800f1234 decafbad cafebabe abababab abababab abababab abababab')
const KNOWN_SRTP = hex('800f1234 decafbad cafebabe 4e55dc4c e79978d8 8ca4d215 949d2402 b78d6acc 99ea179b 8dbb')
const KNOWN_RTCP = hex('81c8000b cafebabe abababab abababab abababab abababab')
const KNOWN_SRTCP = hex('81c8000b cafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798')

/** With room for what is added. */
function roomy(bytes: Uint8Array): Uint8Array {
  const into = new Uint8Array(bytes.length + 32)
  into.set(bytes)
  return into
}

test('a known packet is encrypted and decrypted as by others', () => {
  const packet = roomy(KNOWN_RTP)
  const length = new SrtpSender(KNOWN).protectRtp(packet, KNOWN_RTP.length)
  assert.deepEqual(packet.subarray(0, length), KNOWN_SRTP)
  assert.equal(new SrtpReceiver(KNOWN).unprotectRtp(packet, length), KNOWN_RTP.length)
  assert.deepEqual(packet.subarray(0, KNOWN_RTP.length), KNOWN_RTP)
})

test('a known RTCP packet too', () => {
  const packet = roomy(KNOWN_RTCP)
  const sender = new SrtpSender(KNOWN)
  sender.protectRtcp(roomy(KNOWN_RTCP), KNOWN_RTCP.length)
  const length = sender.protectRtcp(packet, KNOWN_RTCP.length)
  assert.deepEqual(packet.subarray(0, length), KNOWN_SRTCP)
  assert.equal(new SrtpReceiver(KNOWN).unprotectRtcp(packet, length), KNOWN_RTCP.length)
  assert.deepEqual(packet.subarray(0, KNOWN_RTCP.length), KNOWN_RTCP)
})

const key = newSrtpKey()

/** Encrypted packets whose numbers count on from `first`. */
function packets(
  count: number,
  { first = 0, ssrc = 9, by = new SrtpSender(key), suite = key.suite } = {},
): Uint8Array[] {
  assert.equal(suite, key.suite)
  return Array.from({ length: count }, (_, index) => {
    const sequence = (first + index) & 0xffff
    const packet = new Uint8Array(200)
    const header = { payloadType: 0, marker: false, sequence, rtpTimestamp: index * 160, ssrc }
    return packet.slice(0, by.protectRtp(packet, writeRtp(header, new Uint8Array(160).fill(index), packet)))
  })
}

for (const suite of SRTP_SUITES)
  test(`${suite}: what is encrypted by one key is decrypted by it and by no other`, () => {
    const mine = newSrtpKey(suite)
    const sender = new SrtpSender(mine)
    for (const payload of [0, 1, 15, 16, 17, 160, 480]) {
      const packet = new Uint8Array(600)
      const plain = new Uint8Array(12 + payload)
      writeRtp(
        { payloadType: 8, marker: true, sequence: payload, rtpTimestamp: 1, ssrc: 2 },
        new Uint8Array(payload).fill(3),
        plain,
      )
      packet.set(plain)
      const length = sender.protectRtp(packet, plain.length)
      assert.equal(length, plain.length + (suite.endsWith('80') ? 10 : 4))
      const copy = packet.slice(0, length)
      assert.equal(new SrtpReceiver(newSrtpKey(suite)).unprotectRtp(packet.slice(0, length)), 0)
      assert.equal(new SrtpReceiver(mine).unprotectRtp(copy), plain.length)
      assert.deepEqual(copy.subarray(0, plain.length), plain)
    }
  })

test('a packet that was changed in any byte is refused', () => {
  const [packet] = packets(1)
  for (let at = 0; at < packet!.length; at++) {
    const changed = packet!.slice()
    changed[at]! ^= 0x10
    assert.equal(new SrtpReceiver(key).unprotectRtp(changed), 0, `byte ${at}`)
  }
})

test('a packet that is caught and sent again is refused, also after others', () => {
  const receiver = new SrtpReceiver(key)
  const sent = packets(300)
  const take = (index: number) => receiver.unprotectRtp(sent[index]!.slice()) > 0
  for (const [index, taken] of [
    [0, true],
    [0, false],
    [2, true],
    [1, true],
    [1, false],
    [200, true],
    [2, false],
    [73, true],
    [72, false],
    [299, true],
    [200, false],
  ] as const)
    assert.equal(take(index), taken, `packet ${index}`)
})

test('a forged packet far ahead does not push the window on', () => {
  const receiver = new SrtpReceiver(key)
  const sent = packets(3)
  assert.ok(receiver.unprotectRtp(sent[0]!.slice()))
  const forged = sent[1]!.slice()
  forged[2] = 0x70
  assert.equal(receiver.unprotectRtp(forged), 0)
  assert.ok(receiver.unprotectRtp(sent[1]!.slice()))
})

test('sequence numbers may wrap twice, with loss and in disorder around it', () => {
  const receiver = new SrtpReceiver(key)
  const sender = new SrtpSender(key)
  // Every 97th packet of two rounds and a half, and those around the wraps one by one, in pairs that have changed places.
  const sent: Uint8Array[] = []
  for (let count = 30_000; count < 30_000 + 2.5 * 65_536; count++) {
    const isNearWrap = (count + 5) % 65_536 < 10
    const [packet] = isNearWrap || count % 97 === 0 ? packets(1, { first: count, by: sender }) : []
    if (packet) sent.push(packet)
  }
  for (let at = 0; at + 1 < sent.length; at += 2) {
    assert.ok(receiver.unprotectRtp(sent[at + 1]!), `packet ${at + 1}`)
    assert.ok(receiver.unprotectRtp(sent[at]!), `packet ${at}`)
  }
})

test('the round is part of what is signed: a packet of an earlier one is refused', () => {
  const sender = new SrtpSender(key)
  const [old] = packets(1, { first: 5, by: sender })
  const later = packets(40_000 / 100, { first: 60_000, by: sender })
  const receiver = new SrtpReceiver(key)
  for (const packet of later) receiver.unprotectRtp(packet)
  for (const packet of packets(10, { first: 0, by: sender })) assert.ok(receiver.unprotectRtp(packet))
  assert.equal(receiver.unprotectRtp(old!.slice()), 0)
})

test('several sources have counts of their own', () => {
  const receiver = new SrtpReceiver(key)
  for (let ssrc = 1; ssrc <= 20; ssrc++)
    for (const packet of packets(2, { ssrc, first: ssrc * 3000 })) assert.ok(receiver.unprotectRtp(packet))
})

test('RTCP that comes again, was changed, or was never encrypted', () => {
  const sender = new SrtpSender(KNOWN)
  const receiver = new SrtpReceiver(KNOWN)
  const packet = roomy(KNOWN_RTCP)
  const sent = packet.subarray(0, sender.protectRtcp(packet, KNOWN_RTCP.length))
  for (let at = 0; at < sent.length; at++) assert.equal(receiver.unprotectRtcp(sent.with(at, sent[at]! ^ 1)), 0)
  assert.ok(receiver.unprotectRtcp(sent.slice()))
  assert.equal(receiver.unprotectRtcp(sent.slice()), 0)
  assert.equal(receiver.unprotectRtcp(KNOWN_RTCP.slice()), 0)
})

test('whatever arrives, nothing is thrown and nothing is believed', () => {
  const random = seeded(3711)
  const [good] = packets(1)
  const receiver = new SrtpReceiver(key)
  for (let round = 0; round < 3000; round++) {
    const bytes = good!.slice(0, Math.floor(random() * (good!.length + 1)))
    if (bytes.length === good!.length) bytes[round % bytes.length]! ^= 1
    assert.equal(receiver.unprotectRtp(bytes.slice()), 0)
    assert.equal(receiver.unprotectRtcp(bytes), 0)
  }
  assert.equal(receiver.unprotectRtp(new Uint8Array(5000).fill(0x80)), 0)
  assert.ok(receiver.unprotectRtp(good!))
})

test('keys are never the same, and have 30 bytes', () => {
  assert.equal(newSrtpKey().keyAndSalt.length, 30)
  assert.notDeepEqual(newSrtpKey().keyAndSalt, newSrtpKey().keyAndSalt)
})

test('a packet without room for its tag is our own mistake', () => {
  assert.throws(() => new SrtpSender(KNOWN).protectRtp(KNOWN_RTP.slice(), KNOWN_RTP.length), AssertionError)
  assert.throws(() => new SrtpSender(KNOWN).protectRtcp(KNOWN_RTCP.slice(), KNOWN_RTCP.length), AssertionError)
})
