import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appendQuery, decodeForm, encodeForm, encodeQuery, PAIRS_MAX, queryOf } from './form.ts'

for (const [parameters, form, query] of [
  [{}, '', ''],
  [{ CallSid: 'CA1', Empty: '' }, 'CallSid=CA1&Empty=', 'CallSid=CA1&Empty='],
  [{ To: '+1 555' }, 'To=%2B1+555', 'To=%2B1%20555'],
  [
    { SpeechResult: 'Grüße & more=100%' },
    'SpeechResult=Gr%C3%BC%C3%9Fe+%26+more%3D100%25',
    'SpeechResult=Gr%C3%BC%C3%9Fe%20%26%20more%3D100%25',
  ],
  [{ Digits: ['1', '2', '1'] }, 'Digits=1&Digits=2&Digits=1', 'Digits=1&Digits=2&Digits=1'],
  [{ 'SipHeader_X-Name': "a'(b)*~!" }, 'SipHeader_X-Name=a%27%28b%29*%7E%21', 'SipHeader_X-Name=a%27%28b%29%2A~%21'],
  [{ 'a b': '1' }, 'a+b=1', 'a%20b=1'],
] as const)
  test(`${JSON.stringify(parameters)} goes out as ${form || 'nothing'} and comes back`, () => {
    assert.equal(encodeForm(parameters), form)
    assert.equal(encodeQuery(parameters), query)
    assert.deepEqual(decodeForm(form), parameters)
    assert.deepEqual(decodeForm(query), parameters)
  })

test('the body reads the same to any server as it does to URLSearchParams', () => {
  const everyCharacter = Array.from({ length: 0x250 }, (_, code) => String.fromCharCode(code)).join('')
  assert.equal(encodeForm({ a: everyCharacter }), new URLSearchParams({ a: everyCharacter }).toString())
})

test('half a surrogate pair does not stop a request', () => {
  assert.equal(encodeForm({ a: '\ud83d' }), 'a=%EF%BF%BD')
})

for (const [target, expected] of [
  ['/x', '/x?A=1%202'],
  ['/x?', '/x?A=1%202'],
  ['/x?b=1', '/x?b=1&A=1%202'],
  ['/x?b=1&', '/x?b=1&A=1%202'],
] as const)
  test(`a GET to ${target} becomes ${expected}`, () => {
    assert.equal(appendQuery(target, { A: '1 2' }), expected)
  })

test('a GET without parameters leaves the query alone', () => {
  assert.equal(appendQuery('/x?b=%7e', {}), '/x?b=%7e')
  assert.equal(queryOf('/x?b=1?2'), 'b=1?2')
  assert.equal(queryOf('/x'), '')
})

for (const [text, expected] of [
  ['a', { a: '' }],
  ['a=1&&b=2', { a: '1', b: '2' }],
  ['a=%zz+%41', { a: '%zz A' }],
  ['a=%ff', { a: '\ufffd' }],
  ['a=b=c', { a: 'b=c' }],
] as const)
  test(`${text} is read as ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(decodeForm(text), expected)
  })

test('a parameter named __proto__ is only a parameter', () => {
  const decoded = decodeForm('__proto__=1')
  assert.deepEqual(Object.keys(decoded), ['__proto__'])
  assert.equal(Object.getPrototypeOf(decoded), Object.prototype)
})

test('a flood of pairs is cut', () => {
  const decoded = decodeForm('a=1&'.repeat(PAIRS_MAX * 2))
  assert.equal(decoded.a?.length, PAIRS_MAX)
})
