import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../lib/ids.ts'
import { VirtualClock } from '../lib/virtual-clock.ts'
import { Keypad } from './keypad.ts'

function aKeypad() {
  const clock = new VirtualClock({ startAt: 0 as Instant, settleMs: 0, mode: 'held' })
  const told: [string, number][] = []
  const keypad = new Keypad(clock, {
    pressing: (digits) => void told.push([`(${digits})`, clock.now()]),
    key: (key) => void told.push([key, clock.now()]),
  })
  return { clock, told, keypad }
}

for (const [digits, expected, doneAt] of [
  [
    '12#',
    [
      ['(12#)', 0],
      ['1', 0],
      ['2', 200],
      ['#', 400],
    ],
    600,
  ],
  [
    '1w2',
    [
      ['(1w2)', 0],
      ['1', 0],
      ['2', 700],
    ],
    900,
  ],
  [
    'W*',
    [
      ['(W*)', 0],
      ['*', 1000],
    ],
    1200,
  ],
  ['ww', [['(ww)', 0]], 1000],
] as const) {
  test(`${digits} is pressed key by key, and is over after ${doneAt} ms`, async () => {
    const { clock, told, keypad } = aKeypad()
    let done = -1
    keypad.press(digits, false, () => {
      done = clock.now()
    })
    await clock.untilIdle()
    assert.deepEqual(told, expected)
    assert.equal(done, doneAt)
  })
}

test('a second sequence waits for the first', async () => {
  const { clock, told, keypad } = aKeypad()
  keypad.press('12')
  keypad.press('3', false, () => keypad.press('4'))
  await clock.untilIdle()
  assert.deepEqual(told, [
    ['(12)', 0],
    ['1', 0],
    ['2', 200],
    ['(3)', 400],
    ['3', 400],
    ['(4)', 600],
    ['4', 600],
  ])
})

test('a stopped keypad presses nothing more', async () => {
  const { clock, told, keypad } = aKeypad()
  keypad.press('123')
  clock.after(250, () => keypad.stop())
  await clock.untilIdle()
  assert.deepEqual(
    told.map(([key]) => key),
    ['(123)', '1', '2'],
  )
  assert.equal(keypad.press('4'), false)
})

test('a thousand keys may wait, and not one more', () => {
  const { keypad } = aKeypad()
  assert.equal(keypad.press('1'.repeat(1000)), true)
  assert.equal(keypad.press('1'), false)
})
