/** The published vectors: RFC 3711 appendix B. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { AssertionError } from '../../lib/assert.ts'
import { deriveSessionKeys, newSrtpKey } from './srtp-keys.ts'
import { SrtpTransform } from './srtp-transform.ts'

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'))

test('B.2: the key stream of AES in counter mode', () => {
  const transform = new SrtpTransform({
    cipherKey: hex('2B7E151628AED2A6ABF7158809CF4F3C'),
    salt: hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
    authKey: new Uint8Array(20),
  })
  const stream = new Uint8Array(2048)
  transform.crypt(stream, 0, stream.length, { ssrc: 0, index: 0 })
  assert.deepEqual(
    stream.subarray(0, 48),
    hex(`E03EAD0935C95E80E166B16DD92B4EB4
         D23513162B02D0F72A43A2FE4A5F97AB
         41E95B3BB0A2E8DD477901E4FCA894C0`),
  )
})

test('B.3: session keys of a master key', () => {
  const key = {
    suite: 'AES_CM_128_HMAC_SHA1_80',
    keyAndSalt: hex('E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6'),
  } as const
  const { cipherKey, salt, authKey } = deriveSessionKeys(key, 'rtp')
  assert.deepEqual(cipherKey, hex('C61E7A93744F39EE10734AFE3FF7A087'))
  assert.deepEqual(salt, hex('30CBBC08863D8C85D49DB34A9AE1'))
  // The vector goes on to 94 bytes; HMAC-SHA1 takes 20.
  assert.deepEqual(authKey, hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'))
  const rtcp = deriveSessionKeys(key, 'rtcp')
  assert.notDeepEqual(rtcp.cipherKey, cipherKey)
  assert.notDeepEqual(rtcp.salt, salt)
})

test('the tag is that of HMAC-SHA1', () => {
  const keys = deriveSessionKeys(newSrtpKey(), 'rtp')
  const transform = new SrtpTransform(keys)
  for (const length of [0, 1, 55, 56, 64, 176, 2048]) {
    const bytes = Uint8Array.from({ length: 2048 }, (_, at) => at)
    const tag = createHmac('sha1', keys.authKey).update(bytes.subarray(0, length)).digest()
    assert.deepEqual(Buffer.from(transform.sign(bytes, length)), tag)
    assert.equal(transform.isSigned(bytes, length, tag.subarray(0, 10)), true)
    assert.equal(transform.isSigned(bytes, length, tag.subarray(1, 11)), false)
  }
})

test('a part of an array is encrypted, and twice is not at all', () => {
  const transform = new SrtpTransform(deriveSessionKeys(newSrtpKey(), 'rtp'))
  const bytes = new Uint8Array(100).fill(7)
  const index = { ssrc: 0xffffffff, index: 2 ** 48 - 1 }
  transform.crypt(bytes, 12, 90, index)
  assert.deepEqual([bytes[11], bytes[90]], [7, 7])
  assert.ok(bytes.subarray(12, 90).some((byte) => byte !== 7))
  transform.crypt(bytes, 12, 90, index)
  assert.deepEqual(bytes, new Uint8Array(100).fill(7))
})

test('a key of another length is our own mistake', () => {
  assert.throws(() => deriveSessionKeys({ ...newSrtpKey(), keyAndSalt: new Uint8Array(29) }, 'rtp'), AssertionError)
})
