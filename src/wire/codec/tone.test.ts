import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AssertionError } from '../../lib/assert.ts'
import { WireError } from '../../lib/wire-error.ts'
import { levelDbfs } from './energy.ts'
import { cadenceLengthMs, parseCadence, RENDERED_MS_MAX, renderCadence } from './tone.ts'

for (const [text, cadence] of [
  ['425/1000', [{ frequenciesHz: [425], modulatedByHz: null, lengthMs: 1000 }]],
  ['0/4000', [{ frequenciesHz: [], modulatedByHz: null, lengthMs: 4000 }]],
  ['350+440+480/1', [{ frequenciesHz: [350, 440, 480], modulatedByHz: null, lengthMs: 1 }]],
  [
    '400*25/400 0/200',
    [
      { frequenciesHz: [400], modulatedByHz: 25, lengthMs: 400 },
      { frequenciesHz: [], modulatedByHz: null, lengthMs: 200 },
    ],
  ],
] as const)
  test(`${text} is read as written`, () => assert.deepEqual(parseCadence(text), cadence))

for (const text of [
  ...['', ' ', '425', '425/', '/100', '425/0', '425/60001', '0+425/100', '4000/100', '425*4000/100', '425*0/100'],
  ...['425*25*3/100', '425+440*25/100', '1+2+3+4+5/100', '-425/100', '425/1e3', '425/100,0/100', '425/100 ', 'x/100'],
  '425/100 '.repeat(17).trim(),
])
  test(`${JSON.stringify(text)} is no cadence`, () => assert.throws(() => parseCadence(text), WireError))

const power = (samples: Int16Array, hz: number, from = 0, to = samples.length): number => {
  let [cosine, sine] = [0, 0]
  for (let at = from; at < to; at++) {
    cosine += samples[at]! * Math.cos((2 * Math.PI * hz * at) / 8000)
    sine += samples[at]! * Math.sin((2 * Math.PI * hz * at) / 8000)
  }
  return 20 * Math.log10((2 * Math.hypot(cosine, sine)) / (to - from) / 32_767)
}
const near = (value: number, expected: number): void =>
  assert.ok(Math.abs(value - expected) < 0.1, `${value}, expected ${expected}`)

test('tone and silence take turns until the length is full', () => {
  const cadence = parseCadence('440+480/200 0/300')
  assert.equal(cadenceLengthMs(cadence), 500)
  const samples = renderCadence(cadence, { lengthMs: 1150, levelDbfs: -20 })
  assert.equal(samples.length, 1150 * 8)
  for (const [fromMs, toMs, level] of [
    [0, 200, -20 + 3],
    [200, 500, -Infinity],
    [500, 700, -20 + 3],
    [700, 1000, -Infinity],
    [1000, 1150, -20 + 3],
  ] as const) {
    const measured = levelDbfs(samples, fromMs * 8, toMs * 8)
    assert.ok(measured === level || Math.abs(measured - level) < 0.3, `${fromMs} ms: ${measured} dBFS`)
  }
})

test('each frequency of a sum has the level that was asked for', () => {
  const samples = renderCadence(parseCadence('440+480/2000'), { lengthMs: 1000, levelDbfs: -22 })
  near(power(samples, 440), -22)
  near(power(samples, 480), -22)
  assert.ok(power(samples, 460) < -60)
})

test('a modulated tone has its carrier and both sidebands, 90 % deep', () => {
  const samples = renderCadence(parseCadence('400*25/2000'), { lengthMs: 1000, levelDbfs: -20 })
  near(power(samples, 400), -20)
  for (const sideband of [375, 425]) near(power(samples, sideband), -20 + 20 * Math.log10(0.45))
})

for (const text of [
  '425/100 0/50',
  '425/77 0/50 620/41',
  '950/33 1400/33 1800/33',
  '440+480/101 0/13 400*25/50',
  '300/3 0/5',
])
  test(`${text} never clicks: every tone comes and goes softly, where it is cut off too`, () => {
    const cadence = parseCadence(text)
    const samples = renderCadence(cadence, { lengthMs: 333, levelDbfs: -20 })
    const edges = [0]
    while (edges.at(-1)! < samples.length)
      edges.push(edges.at(-1)! + cadence[(edges.length - 1) % cadence.length]!.lengthMs * 8)
    edges[edges.length - 1] = samples.length
    const loudest = 2 * 3277
    for (const edge of edges)
      for (const at of [edge - 2, edge - 1, edge, edge + 1])
        assert.ok(Math.abs(samples[at] ?? 0) < 0.04 * loudest, `${samples[at]} at ${at}`)
    assert.ok(levelDbfs(samples) > -35)
  })

test('a tone that never rests runs through without a seam', () => {
  const seamless = renderCadence(parseCadence('350+440/1000'), { lengthMs: 3000 })
  const inner = seamless.subarray(100, 23_900)
  assert.ok(levelDbfs(inner, 7900 - 100 - 80, 7900 - 100 + 80) > -30)
  for (let second = 1; second <= 2; second++)
    assert.deepEqual(
      seamless.subarray(second * 8000 - 100, second * 8000 + 100),
      seamless.subarray(8000 - 100, 8000 + 100),
    )
  near(power(inner, 350, 0, 16_000), power(inner, 440, 0, 16_000))
})

test('phases run on through rests, so that a cadence rendered once can be looped', () => {
  const cadence = parseCadence('425/500 0/500')
  const twice = renderCadence(cadence, { lengthMs: 2000 })
  assert.deepEqual(twice.subarray(8000), renderCadence(cadence, { lengthMs: 1000 }))
})

test('what goes beyond full scale is clipped, and does not wrap', () => {
  const samples = renderCadence(parseCadence('440+480/1000'), { lengthMs: 1000, levelDbfs: 0 })
  assert.equal(Math.max(...samples), 32_767)
  assert.equal(Math.min(...samples), -32_767)
  assert.ok(power(samples, 440) > -4)
})

test('more than 40 minutes are not rendered', () => {
  assert.equal(renderCadence(parseCadence('0/1000'), { lengthMs: 0 }).length, 0)
  assert.throws(() => renderCadence(parseCadence('0/1000'), { lengthMs: RENDERED_MS_MAX + 1 }), AssertionError)
})
