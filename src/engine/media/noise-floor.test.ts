/** From which level on something stands out, after frames of known levels. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoiseFloor } from './noise-floor.ts'

/** Levels with how many frames each lasts, again and again. */
function after(...stretches: readonly (readonly [levelDbfs: number, frames: number])[]): number {
  const floor = new NoiseFloor()
  for (const [level, frames] of stretches) for (let frame = 0; frame < frames; frame++) floor.push(level)
  return floor.thresholdDbfs
}

for (const [what, stretches, threshold] of [
  ['nothing', [], -30],
  ['a line that does not flow yet', [[-Infinity, 49]], -30],
  [
    'a line that did not flow at first',
    [
      [-Infinity, 40],
      [-35, 25],
    ],
    -27,
  ],
  ['silence', [[-Infinity, 500]], -45],
  ['a quiet hiss', [[-58, 500]], -45],
  ['a café', [[-35, 500]], -27],
  ['too little of it', [[-35, 24]], -30],
  ['half a second of it', [[-35, 25]], -27],
  [
    'a café that went silent',
    [
      [-35, 500],
      [-Infinity, 20],
    ],
    -45,
  ],
  [
    'a voice in a café, with pauses',
    [
      [-35, 16],
      [-15, 134],
    ],
    -27,
  ],
  [
    'a voice on a quiet line, with pauses',
    [
      [-70, 16],
      [-15, 134],
    ],
    -45,
  ],
  [
    'a tone that never ends',
    [
      [-70, 500],
      [-15, 150],
    ],
    -7,
  ],
  ['full scale', [[3, 500]], 8],
] as const)
  test(`after ${what}: ${threshold} dBFS`, () => assert.equal(after(...stretches), threshold))

test('silence is told at once, however long', () => {
  const floor = new NoiseFloor()
  for (let frame = 0; frame < 200; frame++) floor.push(-30)
  floor.pushSilence(1e9)
  assert.equal(floor.thresholdDbfs, -45)
})
