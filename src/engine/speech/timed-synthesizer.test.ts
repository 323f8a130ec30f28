import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Voice } from '../ports/speech.ts'
import { timedSynthesizer } from './timed-synthesizer.ts'

const WOMAN: Voice = { name: 'woman', gender: 'female', language: 'en-US' }
const MAN: Voice = { name: 'man', gender: 'male', language: 'en-US' }
const SENTENCE = 'Thank you for calling. Your call is important to us.'

const synthesizer = timedSynthesizer()
const speak = async (text: string, { voice = WOMAN, rate = 1, pitch = 1 } = {}) =>
  (await synthesizer.synthesize({ text, voice, rate, pitch })).samples

function rms(samples: Int16Array): number {
  let energy = 0
  for (const sample of samples) energy += sample * sample
  return Math.sqrt(energy / samples.length)
}
const dbfs = (samples: Int16Array) => 20 * Math.log10(rms(samples) / 32_768)

for (const [text, rate, lengthMs] of [
  ['Hi', 1, 300],
  ['Hello', 1, 300],
  ['Hello!', 1, 360],
  ['Hello, world', 1, 720],
  ['👍👍👍👍👍👍', 1, 360],
  ['Hello, world', 2, 360],
  ['Hello, world', 0.2, 3600],
  ['Hello!', 0.7, 514],
  ['Hi', 4, 75],
  [SENTENCE.repeat(20), 1, 62_400],
] as const)
  test(`${text.slice(0, 12)} (${text.length}) at rate ${rate} lasts ${lengthMs} ms`, async () => {
    const pcm = await synthesizer.synthesize({ text, voice: WOMAN, rate, pitch: 1 })
    assert.equal(pcm.sampleRate, 8000)
    assert.equal(pcm.samples.length, lengthMs * 8)
  })

test('the same words sound the same, whoever asks', async () => {
  assert.deepEqual(
    await speak(SENTENCE),
    (await timedSynthesizer().synthesize({ text: SENTENCE, voice: WOMAN, rate: 1, pitch: 1 })).samples,
  )
})

test('a man, a woman and a raised voice sound different', async () => {
  const [woman, man, raised] = await Promise.all([
    speak(SENTENCE),
    speak(SENTENCE, { voice: MAN }),
    speak(SENTENCE, { pitch: 1.2 }),
  ])
  assert.notDeepEqual(woman, man)
  assert.notDeepEqual(woman, raised)
})

for (const voice of [MAN, WOMAN])
  for (const pitch of [0.5, 0.83, 1, 1.4, 2])
    test(`a ${voice.name} at pitch ${pitch} is as loud as speech, never silent, and presses no key`, async () => {
      const samples = await speak(SENTENCE, { voice, pitch })
      assert.ok(Math.abs(dbfs(samples) + 20) < 1, `${dbfs(samples)} dBFS`)
      for (let at = 0; at + 160 <= samples.length; at += 160) {
        const level = dbfs(samples.subarray(at, at + 160))
        assert.ok(level > -40 && level < -12, `${level} dBFS after ${at / 8} ms`)
      }
      for (let at = 0; at + 320 <= samples.length; at += 320) {
        const frame = samples.subarray(at, at + 320)
        for (const hz of [1209, 1336, 1477, 1633]) {
          const share = toneShare(frame, hz)
          assert.ok(share < 0.02, `${hz} Hz has ${share} of the energy after ${at / 8} ms`)
        }
      }
    })

/** The part of the energy that is at this frequency: 1 for a pure tone (Goertzel, Hann window). */
function toneShare(samples: Int16Array, hz: number): number {
  const windowed = Float64Array.from(samples, (sample, index) => {
    return sample * (0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / samples.length))
  })
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / 8000)
  let [before, last, energy] = [0, 0, 0]
  for (const sample of windowed) {
    ;[before, last] = [last, sample + coefficient * last - before]
    energy += sample * sample
  }
  const power = last * last + before * before - coefficient * last * before
  return power / (energy * samples.length * 0.375)
}

test('the measure of tones knows a tone', () => {
  const tone = Int16Array.from({ length: 320 }, (_, index) => 8000 * Math.sin((2 * Math.PI * 1336 * index) / 8000))
  assert.ok(toneShare(tone, 1336) > 0.5)
  assert.ok(toneShare(tone, 1633) < 0.02)
})

test('the murmur is seamless where its loop begins again', async () => {
  const samples = await speak(SENTENCE.repeat(3))
  const steepest = (from: number, to: number) => {
    let step = 0
    for (let at = from; at < to; at++) step = Math.max(step, Math.abs(samples[at + 1]! - samples[at]!))
    return step
  }
  assert.ok(steepest(15_990, 16_010) <= steepest(100, 15_000))
})

test('what would be longer than 40 minutes is refused with a sentence', async () => {
  await assert.rejects(speak('x'.repeat(40_001)), /the timed voice speaks at most 40 minutes, not 2400060 ms/)
  await assert.rejects(speak('Hello', { rate: 0 }), /at most 40 minutes/)
})
