/** Standard Webhooks signatures: the specification's sample, and the overlap of two secrets. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../../lib/ids.ts'
import { formatSigningSecret, rotateSecret, standardHeaders } from './standard-webhooks.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const AT = 1_614_265_330_000 as Instant
const MESSAGE = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}', now: AT }
const KNOWN = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='

test('the signature is that of the published sample', () => {
  assert.deepEqual(standardHeaders(MESSAGE, { current: SECRET, previous: null }), {
    'webhook-id': MESSAGE.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': KNOWN,
  })
})

test('bytes are signed as the text they are', () => {
  const headers = standardHeaders({ ...MESSAGE, body: Buffer.from(MESSAGE.body) }, { current: SECRET, previous: null })
  assert.equal(headers['webhook-signature'], KNOWN)
})

test('after a rotation both secrets sign until the overlap is over', () => {
  const rotated = rotateSecret({ current: SECRET, previous: null }, formatSigningSecret('ab'.repeat(32)), AT, 1000)
  const signatures = (afterMs: number) =>
    standardHeaders({ ...MESSAGE, now: (AT + afterMs) as Instant }, rotated)['webhook-signature']!.split(' ')
  assert.equal(signatures(0)[1], KNOWN)
  assert.deepEqual(
    [0, 999, 1000].map((ms) => signatures(ms).length),
    [2, 2, 1],
  )
})

test('a second rotation leaves only the two newest', () => {
  const [one, two, three] = ['1', '2', '3'].map((digit) => formatSigningSecret(digit.repeat(64)))
  const rotated = rotateSecret(rotateSecret({ current: one!, previous: null }, two!, AT), three!, AT)
  assert.deepEqual([rotated.current, rotated.previous?.secret], [three, two])
})

test('a new secret is whsec_ and the base64 of its 32 bytes', () => {
  assert.equal(formatSigningSecret('00'.repeat(32)), `whsec_${'A'.repeat(43)}=`)
})
