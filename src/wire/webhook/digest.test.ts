import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBasic, parseUserInfo } from './basic.ts'
import { formatDigest, parseDigestChallenge } from './digest.ts'

const MUFASA = { username: 'Mufasa', password: 'Circle of Life' }
const CNONCE = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'
const REST =
  'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
const aRequest = { method: 'GET', uri: '/dir/index.html', nonceCount: 1, cnonce: CNONCE }

for (const [algorithm, response] of [
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as const)
  test(`the ${algorithm} example of RFC 7616 comes out as printed there`, () => {
    const challenge = parseDigestChallenge(`Digest ${REST}, algorithm=${algorithm}`)
    assert.ok(challenge)
    const header = formatDigest(challenge, MUFASA, aRequest)
    assert.ok(header.includes(`response="${response}"`), header)
    assert.ok(header.includes('nc=00000001') && header.includes('qop=auth') && header.includes(`cnonce="${CNONCE}"`))
    assert.ok(header.includes('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'))
  })

test('the second request with a nonce counts on', () => {
  const challenge = parseDigestChallenge(`Digest ${REST}`)!
  const first = formatDigest(challenge, MUFASA, aRequest)
  const second = formatDigest(challenge, MUFASA, { ...aRequest, nonceCount: 2 })
  assert.ok(second.includes('nc=00000002'))
  assert.notEqual(/response="(\w+)"/.exec(first)?.[1], /response="(\w+)"/.exec(second)?.[1])
})

test('a server without quality of protection gets the answer of RFC 2069', () => {
  const challenge = parseDigestChallenge('Digest realm="r", nonce="n"')!
  const header = formatDigest(challenge, { username: 'u', password: 'p' }, aRequest)
  assert.ok(header.includes('response="fef71a1ed020d5dbc919be49210d36ef"'), header)
  assert.ok(!header.includes('qop') && !header.includes('nc='))
})

for (const [name, headers, algorithm] of [
  ['the stronger of two headers', [`Digest ${REST}, algorithm=MD5`, `Digest ${REST}, algorithm=SHA-256`], 'SHA-256'],
  ['two challenges in one header', `Basic realm="x", Digest ${REST}, algorithm=SHA-256-sess`, 'SHA-256-sess'],
  ['lower-case spelling', `digest ${REST}, algorithm=md5-sess`, 'MD5-sess'],
] as const)
  test(`${name} is understood`, () => {
    assert.equal(parseDigestChallenge(headers)?.algorithm, algorithm)
  })

for (const [name, header] of [
  ['Basic only', 'Basic realm="Digest nonce"'],
  ['an unknown algorithm', `Digest ${REST}, algorithm=SHA-3`],
  ['auth-int only', 'Digest realm="r", nonce="n", qop="auth-int"'],
  ['no nonce', 'Digest realm="r"'],
  ['an endless header', `Digest realm="${'x'.repeat(5000)}", nonce="n"`],
] as const)
  test(`${name} cannot be answered`, () => {
    assert.equal(parseDigestChallenge(header), null)
  })

test('a realm outside of ASCII is hashed by its bytes and sent back as they came', () => {
  const realm = Buffer.from('Büro').toString('latin1')
  const header = formatDigest(
    parseDigestChallenge(`Digest realm="${realm}", nonce="n"`)!,
    { username: 'ü', password: 'p' },
    aRequest,
  )
  assert.ok(
    header.includes(`realm="${realm}"`) && header.includes(`username="${Buffer.from('ü').toString('latin1')}"`),
    header,
  )
  assert.ok(header.includes('response="25f122ffafa06cb905ab3f8f16b0e509"'), header)
})

test('quotes and line breaks in a name cannot add fields or headers', () => {
  const header = formatDigest(
    parseDigestChallenge(`Digest ${REST}`)!,
    { username: 'a"\r\n, b', password: '' },
    aRequest,
  )
  assert.ok(header.startsWith('Digest username="a\\", b"'), header)
})

for (const [userInfo, header] of [
  ['user:pass', 'Basic dXNlcjpwYXNz'],
  ['us%40er:p%3Aa:ss', `Basic ${Buffer.from('us@er:p:a:ss').toString('base64')}`],
  ['key', 'Basic a2V5Og=='],
  ['%zz:1', `Basic ${Buffer.from('%zz:1').toString('base64')}`],
] as const)
  test(`the user info ${userInfo} is sent as ${header}`, () => {
    assert.equal(formatBasic(parseUserInfo(userInfo)), header)
  })
