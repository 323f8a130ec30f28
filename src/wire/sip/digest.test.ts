import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../lib/ids.ts'
import {
  answerChallenge,
  checkCredentials,
  chooseChallenge,
  parseChallenge,
  parseCredentials,
  userHash,
  writeChallenge,
} from './digest.ts'
import { NONCE_LIFE_MS, Nonces } from './nonces.ts'

// RFC 7616 section 3.9.1.
const MUFASA = { username: 'Mufasa', password: 'Circle of Life' }
const RFC_CHALLENGE = {
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
  qop: true,
  stale: false,
}
const ABOUT = {
  method: 'GET',
  uri: '/dir/index.html',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  count: 1,
}
for (const [algorithm, response] of [
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as const)
  test(`the example of the RFC, ${algorithm}`, () => {
    const field = answerChallenge({ ...RFC_CHALLENGE, algorithm }, MUFASA, ABOUT)
    const credentials = parseCredentials(field)!
    assert.equal(credentials.response, response)
    const hashed = userHash(algorithm, MUFASA.username, RFC_CHALLENGE.realm, MUFASA.password)
    assert.ok(checkCredentials(credentials, hashed, 'GET'))
    assert.ok(!checkCredentials(credentials, hashed, 'INVITE'))
    assert.ok(!checkCredentials(credentials, userHash(algorithm, 'Mufasa', RFC_CHALLENGE.realm, 'wrong'), 'GET'))
  })

test('without qop, as old phones do it', () => {
  const challenge = { ...RFC_CHALLENGE, algorithm: 'MD5', qop: false, opaque: null } as const
  const field = answerChallenge(challenge, MUFASA, ABOUT)
  assert.ok(!field.includes('qop'))
  const credentials = parseCredentials(field)!
  assert.equal(credentials.auth, null)
  assert.ok(checkCredentials(credentials, userHash('MD5', 'Mufasa', challenge.realm, MUFASA.password), 'GET'))
})

for (const [what, field, expected] of [
  ['a usual one', 'Digest realm="a", nonce="b", algorithm=MD5, qop="auth"', 'MD5'],
  ['no algorithm', 'Digest realm="a",nonce="b"', 'MD5'],
  ['small letters and spaces', ' digest  REALM = "a" , nonce="b", algorithm=sha-256 ', 'SHA-256'],
  ['several qualities', 'Digest realm="a", nonce="b", qop="auth-int, auth"', 'MD5'],
  ['a quote in the realm', String.raw`Digest realm="a \"b\"", nonce="c"`, 'MD5'],
  ['only integrity', 'Digest realm="a", nonce="b", qop="auth-int"', null],
  ['another algorithm', 'Digest realm="a", nonce="b", algorithm=SHA-512', null],
  ['another scheme', 'Basic realm="a"', null],
  ['no nonce', 'Digest realm="a"', null],
  ['a name twice', 'Digest realm="a", realm="b", nonce="c"', null],
  ['an open quote', 'Digest realm="a, nonce=b', null],
  ['very long', `Digest realm="a", nonce="${'b'.repeat(5000)}"`, null],
] as const)
  test(`a challenge with ${what}: ${expected ?? 'not answered'}`, () =>
    assert.equal(parseChallenge(field)?.algorithm ?? null, expected))

test('a challenge is read as it was written', () => {
  const challenge = { ...RFC_CHALLENGE, realm: 'a "b" \\c', algorithm: 'SHA-256', stale: true } as const
  assert.deepEqual(parseChallenge(writeChallenge(challenge)), challenge)
})

test('of several challenges the strongest is answered', () => {
  const md5 = 'Digest realm="a", nonce="b", algorithm=MD5'
  assert.equal(chooseChallenge([md5, 'Digest realm="a", nonce="c", algorithm=SHA-256'])?.nonce, 'c')
  assert.equal(chooseChallenge(['Basic realm="a"', md5])?.nonce, 'b')
  assert.equal(chooseChallenge(['Basic realm="a"']), null)
})

for (const [what, field] of [
  ['no user', 'Digest realm="a", nonce="b", uri="sip:x", response="00000000000000000000000000000000"'],
  ['a response that is none', 'Digest username="u", realm="a", nonce="b", uri="sip:x", response="zz"'],
  [
    'a count that is none',
    'Digest username="u", realm="a", nonce="b", uri="sip:x", response="00000000000000000000000000000000", qop=auth, nc=1, cnonce="c"',
  ],
  ['nothing', ''],
] as const)
  test(`credentials with ${what} are none`, () => assert.equal(parseCredentials(field), null))

test('a nonce is taken once for each count, for five minutes, and only if it is ours', () => {
  let now = 1_000_000
  const nonces = new Nonces('secret', () => now as Instant)
  const nonce = nonces.next()
  const count = (at: number) => ({ nonce, auth: { cnonce: 'c', count: at } })
  assert.equal(nonces.take(count(1)), 'fresh')
  assert.equal(nonces.take(count(1)), 'stale')
  assert.equal(nonces.take(count(3)), 'fresh')
  assert.equal(nonces.take(count(2)), 'stale')
  assert.equal(nonces.take({ nonce: `${nonce}x`, auth: null }), 'unknown')
  assert.equal(nonces.take({ nonce: 'hello', auth: null }), 'unknown')
  assert.equal(new Nonces('other', () => now as Instant).take(count(9)), 'unknown')
  now += NONCE_LIFE_MS + 1
  assert.equal(nonces.take(count(4)), 'stale')
})
