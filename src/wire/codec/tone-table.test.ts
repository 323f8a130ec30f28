import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cadenceLengthMs } from './tone.ts'
import { FAX_ANSWERING, FAX_CALLING, SPECIAL_INFORMATION, TONE_COUNTRIES, tonesOf } from './tone-table.ts'

const CODES =
  'at au be bg br ch cl cn cz de dk ee es fi fr gr hu il in it jp lt mx my nl no nz ph pl pt ru se sg th tw uk us us-old ve za'

test('every country code has tones of its own', () => {
  assert.equal([...TONE_COUNTRIES].sort().join(' '), CODES)
})

test('every ringback, busy and congestion tone begins with a tone and ends with silence', () => {
  for (const country of TONE_COUNTRIES)
    for (const cadence of Object.values(tonesOf(country))) {
      assert.notDeepEqual(cadence[0].frequenciesHz, [], country)
      assert.deepEqual(cadence.at(-1)?.frequenciesHz, [], country)
    }
})

for (const [country, kind, lengthMs, frequenciesHz] of [
  ['us', 'ringback', 6000, [440, 480]],
  ['uk', 'ringback', 3000, [400, 450]],
  ['de', 'ringback', 5000, [425]],
  ['jp', 'ringback', 3000, [400, 15]],
  ['fr', 'busy', 1000, [440]],
  ['de', 'congestion', 480, [425]],
  ['se', 'congestion', 1000, [425]],
  ['us', 'busy', 1000, [480, 620]],
  ['us', 'congestion', 500, [480, 620]],
] as const)
  test(`${kind} of ${country}: ${frequenciesHz.join(' and ')} Hz, ${lengthMs} ms a turn`, () => {
    const cadence = tonesOf(country)[kind]
    assert.equal(cadenceLengthMs(cadence), lengthMs)
    assert.deepEqual(cadence[0].frequenciesHz, frequenciesHz)
  })

test('an unknown code, and none, sound like the United States', () => {
  for (const country of ['xx', '', 'US', 'id', '__proto__', null]) assert.equal(tonesOf(country), tonesOf('us'))
})

test('special information and fax tones are as everywhere', () => {
  assert.deepEqual(
    SPECIAL_INFORMATION.map(({ frequenciesHz, lengthMs }) => [...frequenciesHz, lengthMs]),
    [
      [950, 330],
      [1400, 330],
      [1800, 330],
    ],
  )
  assert.deepEqual([FAX_CALLING[0].frequenciesHz, FAX_ANSWERING[0].frequenciesHz], [[1100], [2100]])
  assert.equal(cadenceLengthMs(FAX_CALLING), 3500)
  assert.ok(FAX_ANSWERING[0].lengthMs >= 2600 && FAX_ANSWERING[0].lengthMs <= 4000)
})
