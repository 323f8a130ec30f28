import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maskedQueryParameters, maskParameters, maskUrl } from './masking.ts'

for (const [url, recorded] of [
  ['https://e.com/a?b=1', 'https://e.com/a?b=1'],
  ['https://user:pass@e.com/a?b=1#rc=2', 'https://e.com/a?b=1'],
  ['https://a@b:c@e.com/', 'https://e.com/'],
  ['https://e.com/@a', 'https://e.com/@a'],
  ['https://e.com/a?token=x&b=1', 'https://e.com/a?token=***&b=1'],
  ['https://e.com/a?b=1&MyApiSecretKey=x=y&Password=', 'https://e.com/a?b=1&MyApiSecretKey=***&Password=***'],
  ['https://e.com/a?%74oken=x', 'https://e.com/a?%74oken=***'],
  ['https://e.com/token/secret?b=password', 'https://e.com/token/secret?b=password'],
  ['https://e.com/a?token', 'https://e.com/a?token'],
  ['https://e.com/a?To=%2B1&b=%20', 'https://e.com/a?To=%2B1&b=%20'],
  ['not a url at all', 'not a url at all'],
] as const)
  test(`${url} is recorded as ${recorded}`, () => {
    assert.equal(maskUrl(url), recorded)
  })

test('a SIP password and the credentials inside URLs are not recorded', () => {
  const masked = maskParameters({
    SipAuthUsername: 'bob',
    SipAuthPassword: 'hunter2',
    Url: 'https://user:hunter2@e.com/voice#rc=1',
    List: ['https://u:hunter2@e.com/', 'plain'],
    From: 'sip:bob@e.com',
    CallToken: 'kept',
  })
  assert.deepEqual(masked, {
    SipAuthUsername: 'bob',
    SipAuthPassword: '***',
    Url: 'https://e.com/voice#rc=1',
    List: ['https://e.com/', 'plain'],
    From: 'sip:bob@e.com',
    CallToken: 'kept',
  })
})

test('parameters without a secret are recorded as they are, without a copy', () => {
  const parameters = { CallSid: 'CA1', List: ['a@b', 'b'] }
  assert.equal(maskParameters(parameters), parameters)
})

test('a GET is recorded with all parameters of its query, secret ones masked', () => {
  assert.deepEqual(maskedQueryParameters('https://e.com/a?x=1&x=2&apiToken=s&CallSid=CA1#token=2'), {
    x: ['1', '2'],
    apiToken: '***',
    CallSid: 'CA1',
  })
})
