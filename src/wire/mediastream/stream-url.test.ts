import assert from 'node:assert/strict'
import { test } from 'node:test'
import { streamUrlProblem } from './stream-url.ts'

for (const [text, problem] of [
  ['wss://app.test/media', null],
  ['ws://127.0.0.1:8080', null],
  ['WSS://App.test/', null],
  ['wss://[::1]:1/a%20b', null],
  ['', /absolute/],
  ['/media', /absolute/],
  ['https://app.test/media', /absolute/],
  ['wss://', /absolute/],
  ['wss://a b/', /absolute/],
  ['wss://app.test:99999/', /absolute/],
  [`wss://app.test/${'a'.repeat(4000)}`, /absolute/],
  ['wss://app.test/media?a=1', /query/],
  ['wss://app.test/media#a', /fragment/],
] as const)
  test(`${text.slice(0, 40) || 'nothing'} ${problem ? 'is no address of a stream' : 'is one'}`, () => {
    const found = streamUrlProblem(text)
    if (problem) assert.match(found ?? '', problem)
    else assert.equal(found, null)
  })
