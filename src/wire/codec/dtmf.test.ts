import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from '../../lib/wire-error.ts'
import { DTMF_KEYS, keyFrequencies, keysLengthMs, renderKey, renderKeys } from './dtmf.ts'
import { levelDbfs } from './energy.ts'
import { dbfsOfDbm0, RENDERED_MS_MAX } from './tone.ts'

test('every key has the frequencies of Q.23', () => {
  const table = [...DTMF_KEYS].map((key) => [key, ...Object.values(keyFrequencies(key))].join(' '))
  assert.deepEqual(table, [
    ...['1 697 1209', '2 697 1336', '3 697 1477', 'A 697 1633'],
    ...['4 770 1209', '5 770 1336', '6 770 1477', 'B 770 1633'],
    ...['7 852 1209', '8 852 1336', '9 852 1477', 'C 852 1633'],
    ...['* 941 1209', '0 941 1336', '# 941 1477', 'D 941 1633'],
  ])
})

for (const [digits, lengthMs] of [
  ['', 0],
  ['1', 200],
  ['12#', 600],
  ['w1', 700],
  ['W1', 1200],
  ['wWD*', 1900],
] as const)
  test(`the keys ${JSON.stringify(digits)} take ${lengthMs} ms`, () => {
    assert.equal(keysLengthMs(digits), lengthMs)
    assert.equal(renderKeys(digits).length, lengthMs * 8)
  })

test('each key is 100 ms of tone and 100 ms of silence; pauses are silent', () => {
  const samples = renderKeys('5w5')
  const tone = renderKey('5', { toneMs: 100 })
  assert.deepEqual(samples.subarray(0, 800), tone)
  assert.equal(levelDbfs(samples, 800, 1600 + 4000), -Infinity)
  assert.deepEqual(samples.subarray(5600, 6400), tone)
  assert.equal(levelDbfs(samples, 6400), -Infinity)
})

test('a key is as loud as it is asked to be, by default -9 and -7 dBm0', () => {
  const power = (dbfs: number): number => 10 ** (dbfs / 10)
  const both = (low: number, high: number): number => 10 * Math.log10(power(low) + power(high))
  const usual = levelDbfs(renderKey('1', { toneMs: 1000 }))
  assert.ok(Math.abs(usual - both(dbfsOfDbm0(-9), dbfsOfDbm0(-7))) < 0.05, `${usual} dBFS`)
  const faint = levelDbfs(renderKey('1', { toneMs: 1000, lowDbfs: -40, highDbfs: -30 }))
  assert.ok(Math.abs(faint - both(-40, -30)) < 0.05, `${faint} dBFS`)
})

test('a key begins and ends softly', () => {
  const samples = renderKey('8', { toneMs: 40 })
  for (const edge of [0, 1, samples.length - 2, samples.length - 1])
    assert.ok(Math.abs(samples[edge]!) < 1000, `${samples[edge]} at ${edge}`)
})

test('no more than 40 minutes are rendered', () => {
  const hour = 'W'.repeat(3600)
  assert.equal(keysLengthMs(hour), RENDERED_MS_MAX)
  assert.equal(renderKeys(`${hour}1`).length, RENDERED_MS_MAX * 8)
})

for (const key of ['', '10', 'E', 'a', ' ', 'w'])
  test(`${JSON.stringify(key)} is no key`, () => {
    assert.throws(() => renderKey(key, { toneMs: 100 }), WireError)
    assert.throws(() => keyFrequencies(key), WireError)
  })

for (const digits of ['1,2', 'p', '1 2', '٣'])
  test(`${JSON.stringify(digits)} cannot be sent`, () => {
    assert.throws(() => renderKeys(digits), WireError)
    assert.throws(() => keysLengthMs(digits), WireError)
  })
