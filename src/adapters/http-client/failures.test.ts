import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectFailure, type Phase, toFailure } from './failures.ts'

const anError = (code: string) => Object.assign(new Error('low-level words'), { code })

for (const [name, phase, kind, code] of [
  ['ECONNREFUSED', 'connecting', 'connect', 11202],
  ['ETIMEDOUT', 'connecting', 'connect', 11201],
  ['EHOSTUNREACH', 'connecting', 'connect', 11205],
  ['ENOTFOUND', 'connecting', 'connect', 11210],
  ['EAI_AGAIN', 'connecting', 'connect', 11210],
  ['EPROTO', 'connecting', 'connect', 11220],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'connecting', 'connect', 11220],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'connecting', 'connect', 11235],
  ['CERT_HAS_EXPIRED', 'connecting', 'connect', 11236],
  ['CERT_NOT_YET_VALID', 'connecting', 'connect', 11236],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'connecting', 'connect', 11237],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'connecting', 'connect', 11237],
  ['SOMETHING_NEW', 'connecting', 'connect', 11205],
  ['ECONNRESET', 'waiting', 'no-response', 11205],
  ['UND_ERR_SOCKET', 'waiting', 'no-response', 11205],
  ['HPE_INVALID_CONSTANT', 'waiting', 'no-response', 11206],
  ['UND_ERR_HEADERS_OVERFLOW', 'waiting', 'no-response', 11206],
  ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'waiting', 'no-response', 11205],
  ['UND_ERR_SOCKET', 'receiving', 'broken', 11205],
  ['HPE_INVALID_CHUNK_SIZE', 'receiving', 'broken', 11206],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'receiving', 'broken', 11206],
  ['UND_ERR_DESTROYED', 'waiting', 'stopped', 11205],
] as const satisfies readonly (readonly [string, Phase, string, number])[])
  test(`${name} while ${phase} is ${code}, ${kind}`, () => {
    const failure = toFailure(anError(name), phase, 'e.com:443')
    assert.deepEqual([failure.kind, failure.code], [kind, code])
    assert.ok(
      kind === 'stopped' || (failure.message.startsWith('e.com:443 ') && failure.message.includes(name)),
      failure.message,
    )
  })

test('of several addresses tried in vain the refusal is what counts', () => {
  const error = new AggregateError([anError('ENETUNREACH'), anError('ECONNREFUSED')])
  assert.equal(toFailure(error, 'connecting', 'e.com:80').code, 11202)
})

test('a fault that the parser does not name is a protocol violation all the same', () => {
  const error = Object.assign(new Error('low-level words'), { name: 'HTTPParserError', code: undefined })
  assert.equal(toFailure(error, 'waiting', 'e.com:80').code, 11206)
})

test("the connector's own judgement stands as it is", () => {
  const failure = toFailure(new ConnectFailure(11205, 'Address not allowed: …'), 'connecting', 'e.com:80')
  assert.deepEqual(failure, { kind: 'connect', code: 11205, message: 'Address not allowed: …' })
})
