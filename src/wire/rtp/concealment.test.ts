import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeUlaw, fromUlaw, ULAW_SILENCE } from '../codec/g711.ts'
import { seeded } from '../codec/test-dtmf-audio.ts'
import { Concealment } from './concealment.ts'

const FRAME = 160
type Sound = (at: number) => number

/** A voice: a pitch and its overtones, one of them strong. */
const voice =
  (pitchHz: number, loudness = 4000): Sound =>
  (at) => {
    const phase = (2 * Math.PI * pitchHz * at) / 8000
    return loudness * (0.6 * Math.sin(phase) + 0.8 * Math.sin(3 * phase + 1) + 0.3 * Math.sin(5 * phase + 2))
  }

const frameOf = (sound: Sound, frame: number) =>
  Uint8Array.from({ length: FRAME }, (_, at) => encodeUlaw(Math.round(sound(frame * FRAME + at))))

/** Frames that are lost are marked by x. @returns linear samples, as heard */
function heard(sound: Sound, frames: string): Int16Array {
  const concealment = new Concealment()
  const out = new Int16Array(frames.length * FRAME)
  for (const [index, what] of [...frames].entries()) {
    const frame = what === 'x' ? new Uint8Array(FRAME) : frameOf(sound, index)
    if (what === 'x') concealment.conceal(frame, 0, FRAME)
    else concealment.heard(frame, 0, FRAME)
    out.set(fromUlaw(frame), index * FRAME)
  }
  return out
}

const rms = (samples: Int16Array, from: number, to: number) =>
  Math.sqrt(samples.subarray(from, to).reduce((sum, sample) => sum + sample * sample, 0) / (to - from))

const stepMax = (samples: Int16Array, from: number, to: number) => {
  let most = 0
  for (let at = from; at < to; at++) most = Math.max(most, Math.abs(samples[at]! - samples[at - 1]!))
  return most
}

for (const pitchHz of [80, 110, 150, 195])
  test(`a voice of ${pitchHz} Hz goes on over 10 ms that are missing as if nothing were`, () => {
    const sound = voice(pitchHz)
    const out = heard(sound, '...x')
    let error = 0
    for (let at = 3 * FRAME; at < 3 * FRAME + 80; at++) error += (out[at]! - sound(at)) ** 2
    const ratio = Math.sqrt(error / 80) / rms(out, 2 * FRAME, 3 * FRAME)
    assert.ok(ratio < 0.25, `${ratio}`)
  })

for (const pitchHz of [85, 120, 180, 300])
  test(`there is no click where a voice of ${pitchHz} Hz breaks off, goes on and comes back`, () => {
    const sound = voice(pitchHz)
    const usual = stepMax(heard(sound, '......'), FRAME, 6 * FRAME)
    const most = stepMax(heard(sound, '...xx..'), 3 * FRAME, 7 * FRAME)
    assert.ok(most < 1.6 * usual, `${most} against ${usual}`)
  })

test('what is repeated fades out over 60 ms and is then silence', () => {
  const out = heard(voice(120), '...xxxxx')
  const levels = [0, 1, 2, 3, 4, 5].map((part) => rms(out, 3 * FRAME + part * 80, 3 * FRAME + part * 80 + 80))
  for (const [index, level] of levels.entries())
    if (index > 1) assert.ok(level < levels[index - 1]! * 0.95, `${levels.map(Math.round)}`)
  assert.ok(levels[0]! > 0.9 * rms(out, 2 * FRAME, 3 * FRAME))
  assert.ok(levels[5]! < 0.15 * levels[0]!)
  assert.equal(rms(out, 6 * FRAME, 8 * FRAME), 0)
})

test('after a long loss sound comes in without a click', () => {
  const sound = voice(120)
  const usual = stepMax(heard(sound, '......'), FRAME, 6 * FRAME)
  assert.ok(stepMax(heard(sound, '...xxxxxx...'), 3 * FRAME, 12 * FRAME) < 1.6 * usual)
})

/** As it would be heard without loss. */
function sent(sound: Sound, from: number, to: number): Int16Array {
  const out = new Int16Array((to - from) * FRAME)
  for (let frame = from; frame < to; frame++) out.set(fromUlaw(frameOf(sound, frame)), (frame - from) * FRAME)
  return out
}

test('ten milliseconds after it is back, sound is what was sent', () => {
  const sound = voice(120)
  assert.deepEqual(heard(sound, '...xx...').subarray(5 * FRAME + 80), sent(sound, 5, 8).subarray(80))
})

test('sound without loss is not touched', () => {
  const sound = voice(120)
  assert.deepEqual(heard(sound, '......'), sent(sound, 0, 6))
})

test('a loss in silence, or before anything was heard, is silence', () => {
  for (const frames of ['xxx', '....xx..', '.xx.xx'])
    assert.equal(
      rms(
        heard(() => 0, frames),
        0,
        frames.length * FRAME,
      ),
      0,
    )
  const frame = new Uint8Array(FRAME)
  assert.equal(new Concealment().conceal(frame, 0, FRAME), false)
  assert.ok(frame.every((code) => code === ULAW_SILENCE))
})

test('a pause ends what is repeated: the next word is not blended with the last', () => {
  const concealment = new Concealment()
  const sound = voice(120)
  for (let index = 0; index < 3; index++) concealment.heard(frameOf(sound, index), 0, FRAME)
  const frame = new Uint8Array(FRAME)
  assert.equal(concealment.conceal(frame, 0, FRAME), true)
  concealment.paused(new Uint8Array(FRAME).fill(ULAW_SILENCE), 0, FRAME)
  const next = frameOf(sound, 5)
  concealment.heard(next, 0, FRAME)
  assert.deepEqual(next, frameOf(sound, 5))
})

test('a loss may begin and end within a frame', () => {
  const sound = voice(120)
  const concealment = new Concealment()
  for (let index = 0; index < 3; index++) concealment.heard(frameOf(sound, index), 0, FRAME)
  const frame = frameOf(sound, 3)
  const whole = fromUlaw(frame)
  frame.fill(0, 40, 120)
  concealment.heard(frame, 0, 40)
  assert.equal(concealment.conceal(frame, 40, 120), true)
  concealment.heard(frame, 120, 160)
  const out = fromUlaw(frame)
  assert.deepEqual(out.subarray(0, 40), whole.subarray(0, 40))
  let error = 0
  for (let at = 40; at < 160; at++) error += (out[at]! - whole[at]!) ** 2
  assert.ok(Math.sqrt(error / 120) < 0.3 * rms(whole, 0, 160))
})

test('noise is concealed by something as loud, and losses of any pattern never overflow', () => {
  const random = seeded(711)
  const noise: Sound = () => (random() - 0.5) * 65_000
  const frames = Array.from({ length: 200 }, () => (random() < 0.3 ? 'x' : '.')).join('')
  const out = heard(noise, `...${frames}`)
  const first = frames.indexOf('x') + 3
  const ratio = rms(out, first * FRAME, first * FRAME + 80) / rms(out, (first - 1) * FRAME, first * FRAME)
  assert.ok(ratio > 0.7 && ratio < 1.4, `${ratio}`)
})
