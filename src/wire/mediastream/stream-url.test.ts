import assert from 'node:assert/strict'
import { test } from 'node:test'
import { streamUrlProblem } from './stream-url.ts'

for (const [text, code, why] of [
  ['wss://app.test/media', null],
  ['ws://127.0.0.1:8080', null],
  ['WSS://App.test/', null],
  ['wss://[::1]:1/a%20b', null],
  ['https://app.test/media', 31922, /wss:/],
  ['HTTP://app.test/media?a=1', 31922, /wss:/],
  ['wsss://app.test', 31922, /wss:/],
  ['', 31923, /absolute/],
  ['/media', 31923, /absolute/],
  ['//app.test/media', 31923, /absolute/],
  ['app.test:443/media', 31923, /absolute/],
  ['wss:app.test', 31923, /absolute/],
  ['wss://', 31923, /absolute/],
  ['wss://a b/', 31923, /absolute/],
  ['wss://app.test:99999/', 31923, /absolute/],
  [`wss://app.test/${'a'.repeat(4000)}`, 31923, /absolute/],
  ['wss://app.test/media?a=1', 31923, /query/],
  ['wss://app.test/media#a', 31923, /fragment/],
] as const)
  test(`${text.slice(0, 40) || 'nothing'} ${code ? `is no address of a stream: ${code}` : 'is one'}`, () => {
    const found = streamUrlProblem(text)
    assert.equal(found?.code ?? null, code)
    if (why) assert.match(found?.why ?? '', why)
  })
