import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACTIVE_DBFS, FRAME, levelDbfs, VoiceActivity } from './energy.ts'
import { parseCadence, renderCadence } from './tone.ts'

const TONE = parseCadence('1000/1000')
const toneOf = (samples: number, levelDbfs = -20): Int16Array =>
  renderCadence(TONE, { lengthMs: 10_000, levelDbfs }).subarray(80, 80 + samples)

function joined(...parts: (number | Int16Array)[]): Int16Array {
  const all = parts.map((part) => (typeof part === 'number' ? new Int16Array(part) : part))
  const samples = new Int16Array(all.reduce((count, part) => count + part.length, 0))
  let at = 0
  for (const part of all) {
    samples.set(part, at)
    at += part.length
  }
  return samples
}

function heardIn(samples: Int16Array, cut = samples.length): [number | null, number | null] {
  const activity = new VoiceActivity()
  for (let from = 0; from < samples.length; from += cut)
    activity.push(samples, from, Math.min(from + cut, samples.length))
  return [activity.firstActive, activity.lastActiveEnd]
}

for (const level of [0, -12, -45, -60])
  test(`a sine of ${level} dBFS measures as that`, () => {
    const measured = levelDbfs(toneOf(8000, level))
    assert.ok(Math.abs(measured - level) < 0.2, `${measured}`)
  })

test('a level is that of its range, and silence has none', () => {
  const samples = joined(800, toneOf(800))
  assert.equal(levelDbfs(samples, 0, 800), -Infinity)
  assert.ok(Math.abs(levelDbfs(samples, 800) + 20) < 0.1)
  assert.ok(Math.abs(levelDbfs(samples) + 23) < 0.1)
  assert.equal(levelDbfs(samples, 5, 5), -Infinity)
  assert.ok(Math.abs(levelDbfs(new Int16Array(160).fill(-32_768)) - 3.01) < 0.01)
})

for (const [name, samples, firstActive, lastActiveEnd] of [
  ['nothing', new Int16Array(0), null, null],
  ['silence', joined(16_000), null, null],
  ['one tone between silences', joined(1600, toneOf(1600), 1600), 1600, 3200],
  ['a tone across frames', joined(1680, toneOf(1600), 1600), 1600, 3360],
  ['two tones', joined(800, toneOf(800), 8000, toneOf(480), 800), 800, 10_080],
  ['a tone to the end', joined(800, toneOf(800)), 800, 1600],
  ['an incomplete last frame', joined(800, toneOf(800), toneOf(159)), 800, 1600],
  ['a tone just loud enough', joined(800, toneOf(800, ACTIVE_DBFS + 0.5), 800), 800, 1600],
  ['a tone not loud enough', joined(800, toneOf(800, ACTIVE_DBFS - 0.5), 800), null, null],
  ['60 ms', joined(800, toneOf(3 * FRAME), 800), 800, 800 + 3 * FRAME],
  ['a click within a frame', joined(810, toneOf(140, 0), 800), null, null],
  ['a click across two frames', joined(880, toneOf(159, 0), 800), null, null],
  ['a click after a tone', joined(800, toneOf(800), 1600, toneOf(150, 0), 800), 800, 1600],
  ['a click before a tone', joined(800, toneOf(150, 0), 1610, toneOf(800), 800), 2560, 3360],
] as const)
  test(`${name}: heard ${firstActive === null ? 'nowhere' : `from ${firstActive} to ${lastActiveEnd}`}, however it is cut`, () => {
    for (const cut of [samples.length || 1, 1, 7, 160, 161, 1000])
      assert.deepEqual(heardIn(samples, cut), [firstActive, lastActiveEnd], `cut into ${cut}`)
  })

test('the end moves on with the sound', () => {
  const activity = new VoiceActivity()
  const ends: (number | null)[] = []
  for (let frame = 0; frame < 5; frame++) {
    activity.push(toneOf(FRAME))
    ends.push(activity.lastActiveEnd)
  }
  assert.deepEqual(ends, [null, null, 480, 640, 800])
  assert.equal(activity.firstActive, 0)
})
