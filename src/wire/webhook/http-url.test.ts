import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from '../../lib/wire-error.ts'
import { formatHttpUrl, hasUnderscoreHost, parseHttpUrl, resolveUrl, URL_LENGTH_MAX } from './http-url.ts'

for (const [text, origin, target, hostHeader] of [
  ['https://example.com/voice?x=1', 'https://example.com', '/voice?x=1', null],
  ['https://example.com', 'https://example.com', '/', null],
  ['https://example.com?x=1', 'https://example.com', '/?x=1', null],
  ['HTTP://Example.COM/A/../b%2f', 'http://example.com', '/A/../b%2f', 'Example.COM'],
  ['http://example.com:80/', 'http://example.com', '/', 'example.com:80'],
  ['https://example.com:443/', 'https://example.com', '/', null],
  ['https://Example.com:8443/', 'https://example.com:8443', '/', 'Example.com:8443'],
  ['http://[::1]:3000/x', 'http://[::1]:3000', '/x', null],
  ['http://bücher.example/ä b?q="<>', 'http://xn--bcher-kva.example', '/%C3%A4%20b?q=%22%3C%3E', null],
  ['http://0x7f.1/', 'http://127.0.0.1', '/', null],
  ['http://e.com/a\r\nX-Injected: 1', 'http://e.com', '/a%0D%0AX-Injected:%201', null],
] as const)
  test(`${JSON.stringify(text)} is asked for as ${target} at ${origin}`, () => {
    const url = parseHttpUrl(text)
    assert.deepEqual([url.origin, url.target, url.hostHeader], [origin, target, hostHeader])
  })

test('user info and fragment are kept apart from what is sent', () => {
  const url = parseHttpUrl('https://a@b:p%40ss@example.com:8443/x?y#rc=2&ct=100')
  assert.equal(url.userInfo, 'a@b:p%40ss')
  assert.equal(url.fragment, 'rc=2&ct=100')
  assert.equal(formatHttpUrl(url), 'https://example.com:8443/x?y')
})

for (const text of [
  '',
  '/relative',
  'example.com/x',
  'ftp://example.com/',
  'https://',
  'https:///path',
  'https://exa mple.com/',
  'https://example.com:99999/',
  'https://example.com:8o/',
  'https://good.example\\@evil.example/',
  'https://[::1/',
  ' https://example.com/',
  `https://example.com/${'x'.repeat(URL_LENGTH_MAX)}`,
])
  test(`${JSON.stringify(text.slice(0, 40))} is no absolute http URL`, () => {
    assert.throws(() => parseHttpUrl(text), WireError)
  })

test('the error about a bad URL does not show its password', () => {
  assert.throws(
    () => parseHttpUrl('https://user:hunter2@exa mple.com/'),
    (error: Error) => !error.message.includes('hunter2'),
  )
})

for (const [base, reference, expected] of [
  ['https://e.com/a/b?x=1#rc=2', '', 'https://e.com/a/b?x=1#rc=2'],
  ['https://e.com/a/b?x=1', 'c', 'https://e.com/a/c'],
  ['https://e.com/a/b?x=1', '../c?d=1', 'https://e.com/c?d=1'],
  ['https://e.com/a/b?x=1', '?d=1', 'https://e.com/a/b?d=1'],
  ['https://user:pass@e.com/a', '/b', 'https://user:pass@e.com/b'],
  ['https://e.com/a', '//f.com/b', 'https://f.com/b'],
  ['https://e.com/a', 'http://F.com/%7e#tt=100', 'http://F.com/%7e#tt=100'],
] as const)
  test(`${JSON.stringify(reference)} in a document at ${base} means ${expected}`, () => {
    assert.equal(resolveUrl(base, reference), expected)
  })

for (const reference of ['mailto:a@b', 'javascript:1', 'ws://e.com/', 'http://', 'http:///'])
  test(`${reference} in a document leads nowhere`, () => {
    assert.throws(() => resolveUrl('https://e.com/a', reference), WireError)
  })

test('a host with an underscore is told from a path with one', () => {
  assert.equal(hasUnderscoreHost(parseHttpUrl('http://my_app/x')), true)
  assert.equal(hasUnderscoreHost(parseHttpUrl('http://my-app/x_y')), false)
})
