import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DTMF_KEYS, HIGH_GROUP_HZ, LOW_GROUP_HZ, renderKeys } from './dtmf.ts'
import { type DetectedKey, DtmfDetector } from './dtmf-detector.ts'
import { pressed, seeded } from './test-dtmf-audio.ts'
import { type Cadence, parseCadence, renderCadence } from './tone.ts'
import { FAX_ANSWERING, FAX_CALLING, SPECIAL_INFORMATION, TONE_COUNTRIES, tonesOf } from './tone-table.ts'

const keysIn = (samples: Int16Array): string =>
  new DtmfDetector()
    .push(samples)
    .map(({ key }) => key)
    .join('')

const WITHIN = 20 * 8
/** "" when all is well, else what was found instead. */
function complaint(found: readonly DetectedKey[], keys: string, starts: readonly number[]): string {
  const foundKeys = found.map(({ key }) => key).join('')
  if (foundKeys !== keys) return `${keys} were found as ${foundKeys || 'nothing'}`
  const late = found.find(({ startedAtSample }, index) => Math.abs(startedAtSample - starts[index]!) > WITHIN)
  return late ? `${late.key} was found at ${late.startedAtSample}` : ''
}

test('every key of 40 ms is found at every alignment, twice when pressed twice with 40 ms between', () => {
  const wrong: string[] = []
  for (const key of DTMF_KEYS)
    for (let lead = 0; lead < 102; lead++) {
      const { samples, starts } = pressed({ keys: key + key, lead })
      const says = complaint(new DtmfDetector().push(samples), key + key, starts)
      if (says) wrong.push(`lead ${lead}: ${says}`)
    }
  assert.deepEqual(wrong, [])
})

/** Levels of the low and the high tone: loudest and faintest, equal, 8 dB of twist and 4 dB of reverse twist. */
const LEVELS = [
  [0, 0],
  [0, -8],
  [-4, 0],
  [-9, -7],
  [-25, -25],
  [-17, -25],
  [-25, -21],
] as const
const OFFSETS = [
  [0, 0],
  [0.015, 0.015],
  [-0.015, 0.015],
  [0.015, -0.015],
  [-0.015, -0.015],
] as const

for (const ulaw of [false, true])
  for (const signalToNoiseDb of [null, 15])
    test(`valid keys are found whatever their level, twist and offset${signalToNoiseDb ? ', with noise' : ''}${ulaw ? ', after µ-law' : ''}`, () => {
      const random = seeded(4733)
      const wrong: string[] = []
      for (const [lowDbm0, highDbm0] of LEVELS)
        for (const [lowOff, highOff] of OFFSETS)
          for (const key of DTMF_KEYS) {
            const lead = 200 + Math.floor(random() * 102)
            const keys = key.repeat(5)
            const gapMs = 40 + Math.floor(random() * 102) / 8
            const line = { lowDbm0, highDbm0, lowOff, highOff, signalToNoiseDb, ulaw, lead, gapMs }
            const { samples, starts } = pressed({ ...line, keys, random })
            const says = complaint(new DtmfDetector().push(samples), keys, starts)
            if (says) wrong.push(`${JSON.stringify(line)}: ${says}`)
          }
      assert.deepEqual(wrong, [])
    })

for (const toneMs of [45, 73, 100, 333, 10_000])
  test(`a key held for ${toneMs} ms is one key, in noise too`, () => {
    for (const key of DTMF_KEYS) {
      assert.equal(keysIn(pressed({ keys: key, toneMs }).samples), key)
      assert.equal(keysIn(pressed({ keys: key, toneMs, signalToNoiseDb: 15, random: seeded(toneMs) }).samples), key)
    }
  })

test('breaks shorter than 10 ms do not make two keys of one', () => {
  const wrong: string[] = []
  for (const key of DTMF_KEYS)
    for (const gapMs of [1, 3, 5, 8, 9.875])
      for (let lead = 200; lead < 302; lead += 3) {
        const found = keysIn(pressed({ keys: key.repeat(4), toneMs: 45, gapMs, lead }).samples)
        if (found !== key) wrong.push(`${key} with breaks of ${gapMs} ms after ${lead}: ${found}`)
      }
  assert.deepEqual(wrong, [])
})

test('what is shorter than 20 ms is no key', () => {
  const found: string[] = []
  for (const key of DTMF_KEYS)
    for (const toneMs of [5, 10, 15, 18, 19.875])
      for (let lead = 200; lead < 302; lead += 11)
        for (const [lowOff, highOff] of OFFSETS)
          if (keysIn(pressed({ keys: key, toneMs, lead, lowOff, highOff }).samples))
            found.push(`${key} of ${toneMs} ms`)
  assert.deepEqual(found, [])
})

test('a tone that is off by 3.5 % and more makes no key', () => {
  const found: string[] = []
  const random = seeded(35)
  for (const key of DTMF_KEYS)
    for (const off of [0.035, 0.037, 0.04, 0.045, 0.05, -0.035, -0.037, -0.04, -0.045, -0.05])
      for (const [lowOff, highOff] of [
        [off, 0],
        [0, off],
        [off, off],
        [off, -off],
        [off, 0.015],
        [-0.015, off],
      ] as const)
        for (const highDbm0 of [-15, -7]) {
          const lead = 200 + Math.floor(random() * 102)
          const { samples } = pressed({ keys: key, toneMs: 200, lowOff, highOff, highDbm0, lead })
          if (keysIn(samples)) found.push(`${key} off by ${lowOff} and ${highOff} at ${highDbm0} dBm0`)
        }
  assert.deepEqual(found, [])
})

const tone = (text: string): Cadence => parseCadence(text)
for (const [name, cadences] of [
  ['one tone of a key', [...LOW_GROUP_HZ, ...HIGH_GROUP_HZ].map((hz) => tone(`${hz}/500 0/100`))],
  [
    'two tones of one group',
    [tone('697+770/500 0/100'), tone('852+941/500'), tone('1209+1336/500'), tone('1477+1633/500')],
  ],
  ['all tones of a group', [tone('697+770+852+941/500'), tone('1209+1336+1477+1633/500')]],
  ['a key with a third tone as loud', [tone('697+1209+1000/500 0/100'), tone('941+1336+2000/500')]],
  ['any single tone', Array.from({ length: 170 }, (_, index) => tone(`${200 + index * 20}/300 0/50`))],
  ['dial tone', [tone('350+440/1000'), tone('425/1000'), tone('400*25/1000')]],
  ['ringback', TONE_COUNTRIES.map((country) => tonesOf(country).ringback)],
  ['busy', TONE_COUNTRIES.map((country) => tonesOf(country).busy)],
  ['congestion', TONE_COUNTRIES.map((country) => tonesOf(country).congestion)],
  ['special information', [SPECIAL_INFORMATION]],
  ['fax', [FAX_CALLING, FAX_ANSWERING]],
] as const)
  test(`${name}: no key is found in it`, () => {
    for (const levelDbfs of [-30, -12, 0])
      for (const cadence of cadences) assert.equal(keysIn(renderCadence(cadence, { lengthMs: 2000, levelDbfs })), '')
  })

test('white noise at full scale is no key', () => {
  const random = seeded(9)
  assert.equal(keysIn(Int16Array.from({ length: 8000 * 20 }, () => (random() - 0.5) * 65_535)), '')
})

test('what the platform sends is what it hears', () => {
  assert.equal(keysIn(renderKeys(`w${DTMF_KEYS}W1123w#`)), `${DTMF_KEYS}1123#`)
})

test('however the audio is cut, the same keys begin at the same samples', () => {
  const { samples } = pressed({ keys: '0911#*', signalToNoiseDb: 15, lead: 133 })
  const whole = new DtmfDetector().push(samples)
  assert.equal(whole.length, 6)
  const random = seeded(20)
  for (const cut of [() => 1, () => 160, () => 51, () => 1 + Math.floor(random() * 700)]) {
    const detector = new DtmfDetector()
    const found: DetectedKey[] = []
    for (let from = 0; from < samples.length; ) {
      const to = Math.min(samples.length, from + cut())
      found.push(...detector.push(samples, from, to))
      from = to
    }
    assert.deepEqual(found, whole)
  }
})

test('a key is held from when it is certain until its tone is over', () => {
  const { samples, starts } = pressed({ keys: '5', toneMs: 200, gapMs: 100 })
  const detector = new DtmfDetector()
  const held: number[] = []
  for (let at = 0; at < samples.length; at++) {
    detector.push(samples, at, at + 1)
    if (detector.speaking) held.push(at)
  }
  const end = starts[0]! + 1600
  assert.equal(held.length, held.at(-1)! - held[0]! + 1)
  assert.ok(held[0]! < starts[0]! + 40 * 8, `certain at ${held[0]}`)
  assert.ok(held.at(-1)! > end && held.at(-1)! < end + 40 * 8, `held until ${held.at(-1)}`)
})
