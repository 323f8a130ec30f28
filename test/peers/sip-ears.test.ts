/** sox hears what the tests with phones ask it for, and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keysIn, lengthMs, soundsMs, toneMs } from '../kit/sox.ts'
import { KEYS, keySamples, toneSamples, toWav } from '../kit/tones.ts'

const silence = toneSamples(0, 200)

test('every key is heard once, among tones that are none', async () => {
  const tones = [toneSamples(941, 100), silence, toneSamples(1000, 1500), silence]
  assert.equal(await keysIn(toWav(silence, ...tones, keySamples(KEYS), keySamples('11'))), `${KEYS}11`)
  assert.equal(await keysIn(toWav(...tones)), '')
})

test('tones are told apart, and how long they were', async () => {
  const wav = toWav(silence, toneSamples(440, 1000), silence, toneSamples(620, 500), toneSamples(440, 500), silence)
  const { 440: low, 620: middle, 1000: high } = await toneMs(wav, 440, 620, 1000)
  assert.ok(Math.abs(low - 1500) <= 60 && Math.abs(middle - 500) <= 60, `${low} and ${middle} ms`)
  assert.equal(high, 0)
})

test('sounds are parted by silence that is long enough', async () => {
  const wav = toWav(silence, toneSamples(440, 1000), silence, toneSamples(620, 500), toneSamples(0, 1500))
  const near = (found: number[], ...expected: number[]) =>
    assert.deepEqual(
      found.filter((ms) => ms > 0).map((ms) => Math.round(ms / 100) * 100),
      expected,
    )
  assert.equal(await lengthMs(wav), 3400)
  near(await soundsMs(wav, 100), 1000, 500)
  near(await soundsMs(wav, 1000), 1700)
})
