import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createFlite } from '../../adapters/speech-flite/flite.ts'
import { FRAME } from '../../wire/codec/energy.ts'
import { seeded } from '../../wire/codec/test-dtmf-audio.ts'
import { classifyFrame, type Frame } from './frame-classifier.ts'
import { overLine, SPEAKERS, speechOf, tone } from './test-line-audio.ts'

const { say, close } = speechOf(createFlite())
after(close)

/** Whole frames, from a sample on. */
function framesOf(samples: Int16Array, from = 0): Frame[] {
  const frames: Frame[] = []
  for (let at = from; at + FRAME <= samples.length; at += FRAME)
    frames.push(classifyFrame(Float64Array.from(samples.subarray(at, at + FRAME))))
  return frames
}

for (const [name, hz] of [
  ['the lowest beep', 400],
  ['busy in most countries', 425],
  ['a in music', 440],
  ['a beep', 1000],
  ['a calling fax', 1100],
  ['an answering fax', 2100],
] as const)
  test(`${name}, ${hz} Hz, is a tone of that frequency, at every level and phase, with noise and after µ-law`, () => {
    for (const levelDbfs of [-3, -15, -30, -38]) {
      const samples = overLine(tone(`${hz}/2000`, { levelDbfs }))
      // A step that is no multiple of a period: all phases come by.
      for (let from = FRAME; from + 2 * FRAME < samples.length; from += 37) {
        const [frame] = framesOf(samples.subarray(0, from + FRAME), from)
        assert.ok(frame?.sound === 'tone', `${frame?.sound} at ${levelDbfs} dBFS from ${from}`)
        assert.ok(Math.abs(frame.hz - hz) < 0.006 * hz, `${frame.hz} Hz at ${levelDbfs} dBFS from ${from}`)
      }
    }
  })

const random = seeded(3)
for (const [name, samples, sound] of [
  ['nothing', new Int16Array(8000), 'silence'],
  ['the hiss of a line', overLine(new Int16Array(8000)), 'silence'],
  ['a tone too faint to count', overLine(tone('1000/1000', { levelDbfs: -50 })), 'silence'],
  ['noise', Int16Array.from({ length: 8000 }, () => 8000 * (random() - 0.5)), 'voice'],
  ['a click', Int16Array.from({ length: FRAME }, (_, at) => (at === 80 ? 30_000 : 0)), 'voice'],
  ['a hum of 300 Hz', tone('300/1000'), 'voice'],
  ['2500 Hz', tone('2500/1000'), 'voice'],
  ['two notes', tone('440+554/1000'), 'voice'],
  ['a chord', tone('440+554+659/1000'), 'voice'],
  ['a chord two octaves up', tone('1047+1319+1568/1000'), 'voice'],
  ['an octave', tone('440+880/1000'), 'voice'],
  ['a key', tone('697+1209/1000'), 'voice'],
  ['a key between busy tones', tone('697+1477/1000'), 'voice'],
  ['dial tone', tone('350+440/1000'), 'voice'],
  ['North American busy', overLine(tone('480+620/1000')), 'busy-pair'],
  ['North American busy, faint', overLine(tone('480+620/1000', { levelDbfs: -33 })), 'busy-pair'],
] as const)
  test(`${name}: ${sound}`, () => {
    const [, ...inner] = framesOf(samples)
    const heard = inner.length > 1 ? inner.slice(0, -1) : framesOf(samples)
    assert.deepEqual(new Set(heard.map((frame) => frame.sound)), new Set([sound]))
  })

test('a tone with harmonics 10 dB below it is still a tone; as loud as half of it they are not', () => {
  const beep = tone('800/1000', { levelDbfs: -12 })
  const harmonics = tone('1600/1000', { levelDbfs: -22 })
  const louder = tone('1600/1000', { levelDbfs: -16 })
  const sounds = (other: Int16Array) =>
    new Set(
      framesOf(beep.map((sample, at) => sample + other[at]!))
        .slice(1, -1)
        .map(({ sound }) => sound),
    )
  assert.deepEqual(sounds(harmonics), new Set(['tone']))
  assert.deepEqual(sounds(louder), new Set(['voice']))
})

const VOWELS = [
  'Ooh, you who, moon, soon, blue, shoe, who knew you too.',
  'Mmm. Mmmm. Hmm, no one knows one moon.',
  'See the bees in the green trees, we three freeze.',
  'Aaaah! Oh no, go slow, row home alone.',
  'La la la, loo loo loo, na na na, ooooo, eeeee.',
]

test('a voice that sings its vowels at twice its pitch and half its pace is never a tone for two frames', async () => {
  let frames = 0
  for (const speaker of SPEAKERS)
    for (const { rate, pitch } of [
      { rate: 1, pitch: 1.5 },
      { rate: 0.5, pitch: 2 },
    ])
      for (const text of VOWELS) {
        let before: Frame | null = null
        for (const frame of framesOf(overLine(await say(text, speaker, { rate, pitch })))) {
          assert.ok(
            !(frame.sound === 'tone' && before?.sound === 'tone'),
            `${speaker}, ${rate}, ${pitch}: ${text} ${JSON.stringify([before, frame])}`,
          )
          assert.notEqual(frame.sound, 'busy-pair')
          before = frame
          frames += 1
        }
      }
  assert.ok(frames > 5000, `${frames}`)
})
