import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkCredentials, parseCredentials, userHash } from '../wire/sip/digest.ts'
import { makeResponse } from '../wire/sip/make-response.ts'
import { Credentials } from './credentials.ts'
import { aRequest } from './test-people.ts'

const USER = { username: 'u', password: 'p' }
const CHALLENGE = 'Digest realm="r", nonce="n", algorithm=MD5, qop="auth"'

const anInvite = (...fields: readonly (readonly [string, string])[]) =>
  aRequest('INVITE', 'sip:bob@example.com', ['Call-ID', 'c1'], ...fields)

function refusal(status: number, ...challenges: string[]) {
  const response = makeResponse(anInvite(), status)
  for (const challenge of challenges)
    response.headers.append(status === 407 ? 'Proxy-Authenticate' : 'WWW-Authenticate', challenge)
  return response
}

for (const [status, name] of [
  [401, 'Authorization'],
  [407, 'Proxy-Authorization'],
] as const)
  test(`${status} is answered by ${name}`, () => {
    const credentials = new Credentials()
    credentials.know('c1', USER)
    const answer = credentials.answer(refusal(status, 'Basic realm="r"', CHALLENGE), anInvite())
    assert.equal(answer?.[0], name)
    const parsed = parseCredentials(answer![1])!
    assert.equal(parsed.uri, 'sip:bob@example.com')
    assert.ok(checkCredentials(parsed, userHash('MD5', 'u', 'r', 'p'), 'INVITE'))
  })

test('who is not known, or challenges in another way, is not answered', () => {
  const credentials = new Credentials()
  assert.equal(credentials.answer(refusal(401, CHALLENGE), anInvite()), null)
  const forget = credentials.know('c1', USER)
  assert.equal(credentials.answer(refusal(401), anInvite()), null)
  assert.equal(credentials.answer(refusal(401, 'Basic realm="r"'), anInvite()), null)
  forget()
  forget()
  assert.equal(credentials.answer(refusal(401, CHALLENGE), anInvite()), null)
})

test('a wrong password is not tried again, an old nonce is', () => {
  const credentials = new Credentials()
  credentials.know('c1', USER)
  const again = anInvite(['Authorization', 'Digest …'])
  assert.equal(credentials.answer(refusal(401, CHALLENGE), again), null)
  assert.ok(credentials.answer(refusal(401, `${CHALLENGE}, stale=true`), again))
  // A proxy that asks besides is another one.
  assert.ok(credentials.answer(refusal(407, CHALLENGE), again))
})
