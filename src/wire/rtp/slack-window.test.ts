import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SlackWindow } from './slack-window.ts'

function windowOf(...slacks: number[]): SlackWindow {
  const window = new SlackWindow()
  for (const slack of slacks) window.add(slack)
  return window
}

function takes(window: SlackWindow, count: number, slack: number | null = null): void {
  for (let take = 0; take < count; take++) {
    if (slack !== null) window.add(slack)
    window.take()
  }
}

for (const [slacks, spare, most] of [
  [[], Infinity, -Infinity],
  [[5], Infinity, 5],
  [[5, 3], 5, 5],
  [[3, 5, 4], 4, 5],
  [[5, -100, 4, -20], -20, 5],
] as const)
  test(`of ${slacks.join(' ') || 'nothing'} the spare is ${spare}`, () => {
    const window = windowOf(...slacks)
    assert.deepEqual([window.spare, window.most], [spare, most])
  })

test('one slow packet in either half is left out, two are not', () => {
  const window = windowOf(-500)
  takes(window, 100, 10)
  takes(window, 50, 20)
  assert.equal(window.spare, 10)
  window.add(-300)
  assert.equal(window.spare, -300)
})

test('what happened more than four seconds ago is forgotten', () => {
  const window = windowOf(-500, -500, 900)
  takes(window, 199, 10)
  assert.deepEqual([window.spare, window.most], [-500, 900])
  takes(window, 1, 10)
  assert.deepEqual([window.spare, window.most], [10, 10])
})

test('a pause without packets forgets nothing', () => {
  const window = windowOf(-500, -500)
  takes(window, 10_000)
  assert.equal(window.spare, -500)
})

test('a shift of play-out moves what was measured before it', () => {
  const window = windowOf(5, 3, 9)
  takes(window, 100, 7)
  window.shift(-4)
  window.add(100)
  assert.deepEqual([window.spare, window.most], [1, 100])
})

test('fifty packets tell something, and none after clearing', () => {
  const window = new SlackWindow()
  takes(window, 49, 1)
  assert.equal(window.isTelling, false)
  takes(window, 1, 1)
  assert.equal(window.isTelling, true)
  window.clear()
  assert.deepEqual([window.isTelling, window.spare, window.most], [false, Infinity, -Infinity])
})
