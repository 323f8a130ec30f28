import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Foreground } from './foreground.ts'

/** Levels in dBFS with numbers of frames: `-50/30 -20/15 silent/60`; frames of a tone are `tone/20`. */
function hear(line: string, foreground = new Foreground()): Foreground {
  for (const stretch of line.split(' ')) {
    const [what, frames] = stretch.split('/') as [string, string]
    for (let frame = 0; frame < Number(frames); frame++)
      if (what === 'tone') foreground.pushTone()
      else foreground.push(what === 'silent' ? -Infinity : Number(what), what !== 'silent')
  }
  return foreground
}

/** Speech as it goes up and down: vowels, consonants, and the gap before a stop. */
const syllables = (count: number) => new Array(count).fill('-22/1 -15/2 -18/1 -24/1 -32/1 -44/1 -30/1').join(' ')

for (const [name, line, voiceFrom, soundTo] of [
  ['nothing', 'silent/400', null, null],
  ['hiss', '-52/400', null, null],
  ['a word on a silent line', 'silent/30 -20/15 silent/60', 30, 45],
  ['a word after a long silence', 'silent/200 -20/20 silent/60', 200, 220],
  ['a word on a line that hisses', '-50/30 -20/15 -50/60', 30, 45],
  ['a word with which the sound of the line comes', '-20/15 -50/60', 0, 15],
  ['a soft word', '-60/30 -44/15 -60/60', 30, 45],
  ['a click', '-50/30 -10/2 -50/60', null, null],
  ['noise', '-30/120', null, null],
  ['noise that comes after a silent beginning', 'silent/100 -30/120', null, null],
  ['noise that comes after hiss', '-50/100 -30/120', null, null],
  ['noise with lost packets', '-30/40 silent/3 -30/40 silent/3 -30/40', null, null],
  ['noise that is gone for good', '-30/200 silent/200', null, null],
  ['noise that becomes softer', '-25/100 -40/200', null, null],
  ['a word in noise', '-30/40 -18/15 -30/60', 40, 55],
  ['a word as soft as the noise', '-30/40 -26/15 -30/60', null, null],
  ['a word before the noise is known', '-30/3 -18/15 -30/60', 3, 18],
  ['two words in noise', '-35/20 -18/15 -35/20 -20/10 -35/60', 20, 65],
  ['a word in noise that is gone soon after', '-30/40 -18/15 -30/40 silent/60', 40, 55],
  ['speech without a pause', syllables(60), 0, 480],
  ['a tone', '-50/20 tone/20 -50/20', null, 40],
  ['a tone and a word', '-50/20 tone/20 -50/20 -20/10 -50/20', 60, 70],
  ['a word and a tone', `-50/20 ${syllables(2)} tone/20 -50/20`, 20, 56],
] as const)
  test(`${name}: where a voice begins, and where sound ends`, () => {
    const { found } = hear(line)
    assert.deepEqual([found.voiceFrom, found.soundTo], [voiceFrom, soundTo])
  })

test('noise is taken for a voice until it was alone for 200 ms', () => {
  const foreground = hear('-50/30 -30/9')
  assert.equal(foreground.found.voiceFrom, 30)
  hear('-30/1', foreground)
  const { voiceFrom, soundTo, sounding } = foreground.found
  assert.deepEqual([voiceFrom, soundTo, sounding], [null, null, 0])
})

test('what it counts up to now ends with the sound, and begins anew', () => {
  const foreground = hear('-20/7')
  assert.deepEqual([foreground.found.sounding, foreground.found.voiceFrames], [7, 7])
  hear('-50/1', foreground)
  assert.deepEqual([foreground.found.sounding, foreground.found.voiceFrames], [0, 0])
  for (let frame = 0; frame < 4; frame++) foreground.push(-20, frame > 1)
  assert.deepEqual([foreground.found.sounding, foreground.found.voiceFrames], [4, 2])
})

for (const line of [
  '-30/200',
  '-30/40 -18/15 -30/30',
  '-50/30 -20/15',
  syllables(30),
  `${syllables(20)} -42/12`,
  'tone/20 -30/12',
])
  test(`when it says that silence changes nothing more, it does not: ${line.slice(0, 30)}`, () => {
    const foreground = hear(line)
    for (let silent = 0; !foreground.isSettled; silent++) {
      assert.ok(silent < 20, 'it takes longer than 400 ms')
      hear('silent/1', foreground)
    }
    const { voiceFrom, soundTo } = foreground.found
    for (let frame = 0; frame < 600; frame++) {
      hear('silent/1', foreground)
      const { found } = foreground
      assert.deepEqual([foreground.isSettled, found.voiceFrom, found.soundTo], [true, voiceFrom, soundTo])
    }
  })
