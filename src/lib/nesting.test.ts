import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNestedDeeper } from './nesting.ts'

const lists = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))

for (const [what, value, deeper] of [
  ['a word', 'word', false],
  ['nothing', null, false],
  ['three lists', lists(3), false],
  ['four lists', lists(4), true],
  ['an object beside and below', { a: 1, b: [{ c: 1 }], d: [[]] }, false],
  ['a list in the last place', { a: 1, b: [{ c: [] }] }, true],
  ['5000 lists', lists(5000), true],
] as const) {
  test(`${what}: ${deeper ? 'more than three levels' : 'at most three levels'}`, () => {
    assert.equal(isNestedDeeper(value, 3), deeper)
  })
}
