import assert from 'node:assert/strict'
import { test } from 'node:test'
import twilio from 'twilio'
import { appendQuery, type FormParameters } from './form.ts'
import { parseHttpUrl, withTarget } from './http-url.ts'
import { bodySha256, signRequest, toSigningUrl, withBodySha256 } from './signature.ts'

const TOKEN = '12345'

for (const [name, url, parameters, expected] of [
  [
    'a form POST',
    'https://example.com/myapp.php?foo=1&bar=2',
    { CallSid: 'CA1234567890ABCDE', Caller: '+14158675310', Digits: '1234', From: '+14158675310', To: '+18005551212' },
    'L/OH5YylLD5NRKLltdqwSvS0BnU=',
  ],
  ['a GET', 'https://example.com/myapp?CallSid=CA1&Digits=1%2B2', undefined, 'xFfUIoHn0wszvVvui1k/SzJA+hk='],
  ['an empty value', 'https://e.com/', { A: '', B: '1' }, 'QelpRopWJdDi7lieIi5ReOPe4bc='],
  ['an empty path', 'https://e.com', { A: '', B: '1' }, 'QelpRopWJdDi7lieIi5ReOPe4bc='],
  ['user info, port and fragment', 'https://u:p@e.com:8443/#rc=2', { A: '', B: '1' }, 'QelpRopWJdDi7lieIi5ReOPe4bc='],
] as const)
  test(`${name} gets the published signature`, () => {
    assert.equal(signRequest(TOKEN, toSigningUrl(parseHttpUrl(url)), parameters), expected)
  })

test('a JSON body is signed through its hash in the query', () => {
  const target = withBodySha256('/hook', '{"a":1}')
  assert.equal(target, '/hook?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862')
  const url = `https://example.com${target}`
  assert.equal(signRequest(TOKEN, url), '2e7mH/NA6FwzvUqLZxhsETU/4bw=')
  assert.equal(twilio.validateRequestWithBody(TOKEN, signRequest(TOKEN, url), url, '{"a":1}'), true)
  assert.equal(twilio.validateRequestWithBody(TOKEN, signRequest(TOKEN, url), url, '{"a":2}'), false)
  assert.equal(withBodySha256('/hook?x=1', ''), `/hook?x=1&bodySHA256=${bodySha256('')}`)
})

const PARAMETERS: FormParameters = { b: 'x', B: 'y', _: 'z', a1: ['2', '1', '2'], Empty: '', Text: "Grüße, it's 100%" }

for (const url of [
  'https://example.com/voice',
  'https://example.com:8443/voice?x=1',
  'https://Example.com/voice',
  'http://localhost:3000/voice?q=%7e%20a',
  'http://example.com:80/voice',
  'http://[::1]:3000/voice',
  "https://example.com/it's?name=O'Hara",
  'https://example.com',
]) {
  test(`the reference's validator accepts a POST to ${url}`, () => {
    const signature = signRequest(TOKEN, toSigningUrl(parseHttpUrl(url)), PARAMETERS)
    assert.equal(twilio.validateRequest(TOKEN, signature, url, { ...PARAMETERS }), true)
    assert.equal(twilio.validateRequest(TOKEN, signature, url, { ...PARAMETERS, Extra: '1' }), false)
  })

  test(`the reference's validator accepts a GET to ${url}`, () => {
    const parsed = parseHttpUrl(url)
    const asked = withTarget(parsed, appendQuery(parsed.target, PARAMETERS))
    const signature = signRequest(TOKEN, toSigningUrl(asked))
    assert.equal(twilio.validateRequest(TOKEN, signature, toSigningUrl(asked), {}), true)
    assert.equal(twilio.validateRequest('other', signature, toSigningUrl(asked), {}), false)
  })
}
