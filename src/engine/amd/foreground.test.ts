import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Foreground } from './foreground.ts'

const SILENT = -Infinity

/** Levels in dBFS, each for a number of frames; `tone` for frames of a tone. */
type Stretch = readonly [level: number | 'tone', frames: number]

function heard(...stretches: readonly Stretch[]): Foreground {
  const foreground = new Foreground()
  for (const [level, frames] of stretches)
    for (let frame = 0; frame < frames; frame++)
      if (level === 'tone') foreground.pushTone()
      else foreground.push(level, true)
  return foreground
}

/** Speech as it goes up and down: vowels, consonants, and the gap before a stop. */
const SYLLABLE = [-22, -15, -15, -18, -24, -32, -44, -30]
const syllables = (count: number): readonly Stretch[] =>
  new Array(count).fill(SYLLABLE.map((level) => [level, 1] as const)).flat()

for (const [name, stretches, voiceFrom, soundTo] of [
  ['nothing', [[SILENT, 400]], null, null],
  ['hiss', [[-52, 400]], null, null],
  [
    'a word on a silent line',
    [
      [SILENT, 30],
      [-20, 15],
      [SILENT, 60],
    ],
    30,
    45,
  ],
  [
    'a word on a line that hisses',
    [
      [-50, 30],
      [-20, 15],
      [-50, 60],
    ],
    30,
    45,
  ],
  [
    'a word in which the sound of the line comes',
    [
      [-20, 15],
      [-50, 60],
    ],
    0,
    15,
  ],
  [
    'a click',
    [
      [-50, 30],
      [-10, 2],
      [-50, 60],
    ],
    null,
    null,
  ],
  [
    'a soft word',
    [
      [-60, 30],
      [-44, 15],
      [-60, 60],
    ],
    30,
    45,
  ],
  ['noise', [[-30, 120]], null, null],
  [
    'noise that comes after a silent beginning',
    [
      [SILENT, 25],
      [-30, 120],
    ],
    null,
    null,
  ],
  [
    'noise with lost packets',
    [
      [-30, 40],
      [SILENT, 3],
      [-30, 40],
      [SILENT, 3],
      [-30, 40],
    ],
    null,
    null,
  ],
  [
    'a word in noise',
    [
      [-30, 40],
      [-18, 15],
      [-30, 60],
    ],
    40,
    55,
  ],
  [
    'a word before noise is known',
    [
      [-30, 3],
      [-18, 15],
      [-30, 60],
    ],
    3,
    18,
  ],
  [
    'two words in noise',
    [
      [-35, 20],
      [-18, 15],
      [-35, 20],
      [-20, 10],
      [-35, 60],
    ],
    20,
    65,
  ],
  [
    'a word as soft as the noise',
    [
      [-30, 40],
      [-26, 15],
      [-30, 60],
    ],
    null,
    null,
  ],
  [
    'noise that is gone for good',
    [
      [-30, 200],
      [SILENT, 200],
    ],
    null,
    null,
  ],
  [
    'a word in noise that is gone soon after',
    [
      [-30, 40],
      [-18, 15],
      [-30, 40],
      [SILENT, 60],
    ],
    40,
    55,
  ],
  ['speech without a pause', syllables(60), 0, 480],
  [
    'a tone',
    [
      [-50, 20],
      ['tone', 20],
      [-50, 20],
    ],
    null,
    40,
  ],
  [
    'a tone and a word',
    [
      [-50, 20],
      ['tone', 20],
      [-50, 20],
      [-20, 10],
      [-50, 20],
    ],
    60,
    70,
  ],
  [
    'a word and a tone',
    [
      [-50, 20],
      [-20, 10],
      ['tone', 20],
      [-50, 20],
    ],
    20,
    50,
  ],
] as const satisfies readonly (readonly [string, readonly Stretch[], number | null, number | null])[])
  test(`${name}: where a voice begins, and where sound ends`, () => {
    const { found } = heard(...stretches)
    // A syllable ends a little before its last soft frame.
    assert.ok(found.soundTo === soundTo || Math.abs(found.soundTo! - soundTo!) <= 2, `${found.soundTo}`)
    assert.equal(found.voiceFrom, voiceFrom)
  })

test('noise is taken for a voice until it is known, and then no more', () => {
  const foreground = heard([-50, 5], [-30, 40])
  assert.equal(foreground.found.voiceFrom, 5)
  for (let frame = 0; frame < 20; frame++) foreground.push(-30, true)
  const { voiceFrom, soundTo, sounding } = foreground.found
  assert.deepEqual([voiceFrom, soundTo, sounding], [null, null, 0])
})

test('what it counts up to now ends with the sound, and begins anew', () => {
  const foreground = heard([-50, 20], [-20, 7])
  assert.deepEqual([foreground.found.sounding, foreground.found.voiceFrames], [7, 7])
  foreground.push(-50, true)
  assert.deepEqual([foreground.found.sounding, foreground.found.voiceFrames], [0, 0])
  for (let frame = 0; frame < 4; frame++) foreground.push(-20, frame > 1)
  assert.deepEqual([foreground.found.sounding, foreground.found.voiceFrames], [4, 2])
})

test('when it says that silence changes nothing, silence changes nothing', () => {
  const lines: readonly (readonly Stretch[])[] = [
    [[-30, 200]],
    [
      [-30, 40],
      [-18, 15],
      [-30, 30],
    ],
    [
      [-50, 30],
      [-20, 15],
    ],
    syllables(30),
    [...syllables(20), [-42, 12]],
    [
      ['tone', 20],
      [-30, 12],
    ],
  ]
  for (const line of lines) {
    const foreground = heard(...line)
    let silent = 0
    while (!foreground.isSettled) {
      foreground.push(SILENT, false)
      silent += 1
      assert.ok(silent <= 20, 'it takes longer than 400 ms')
    }
    foreground.push(SILENT, false)
    const { voiceFrom, soundTo } = foreground.found
    for (let frame = 0; frame < 600; frame++) {
      foreground.push(SILENT, false)
      assert.deepEqual(
        [foreground.isSettled, foreground.found.voiceFrom, foreground.found.soundTo],
        [true, voiceFrom, soundTo],
      )
    }
  }
})
