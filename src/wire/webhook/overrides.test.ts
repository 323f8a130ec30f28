import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_OVERRIDES, parseOverrides } from './overrides.ts'

for (const [fragment, changed] of [
  ['', {}],
  ['section-2', {}],
  ['rc=0', { retries: 0 }],
  ['rc=5&rp=4xx,5xx', { retries: 5, retryOn: ['4xx', '5xx'] }],
  ['rp=all', { retryOn: ['4xx', '5xx', 'ct', 'rt'] }],
  ['rp=rt,ct,rt', { retryOn: ['ct', 'rt'] }],
  ['ct=100&rt=100&tt=100', { connectTimeoutMs: 100, readTimeoutMs: 100, totalTimeoutMs: 100 }],
  ['ct=10000&rt=15000&tt=15000', { connectTimeoutMs: 10_000 }],
  ['sni=n', { sni: false }],
  ['sni=y&e=ashburn,sao-paulo', {}],
  ['ct=200&ct=300', { connectTimeoutMs: 300 }],
  ['colour=blue&rc=2', { retries: 2 }],
  ['rp=4xx%2C5xx', { retryOn: ['4xx', '5xx'] }],
] as const)
  test(`#${fragment} is understood`, () => {
    assert.deepEqual(parseOverrides(fragment), { overrides: { ...DEFAULT_OVERRIDES, ...changed }, problems: [] })
  })

for (const [fragment, codes] of [
  ['ct=99', [11243]],
  ['ct=10001', [11243]],
  ['rt=15001', [11243]],
  ['tt=0', [11243]],
  ['rc=6', [11243]],
  ['rc=-1', [11243]],
  ['rc=1.5', [11243]],
  ['ct=', [11243]],
  ['rp=', [11243]],
  ['rp=5xx,sometimes', [11243]],
  ['sni=maybe', [11243]],
  ['e=', [11240]],
  ['e=Moon!', [11240]],
  ['e=atlantis', [11241]],
  ['e=ashburn-ix', [11242]],
  ['e=dublin,atlantis&rp=no', [11241, 11243]],
] as const)
  test(`#${fragment} is reported as ${codes.join(', ')} and the default is used`, () => {
    const { overrides, problems } = parseOverrides(fragment)
    assert.deepEqual(overrides, DEFAULT_OVERRIDES)
    assert.deepEqual(
      problems.map((problem) => problem.code),
      codes,
    )
    for (const { message } of problems)
      assert.match(message, /^Connection override .* expected .+; the default is used\.$/)
  })

test('one bad value leaves the good ones standing', () => {
  const { overrides, problems } = parseOverrides('ct=1&rc=3')
  assert.equal(overrides.retries, 3)
  assert.equal(problems.length, 1)
})
