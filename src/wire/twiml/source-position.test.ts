import assert from 'node:assert/strict'
import { test } from 'node:test'
import { positionsIn } from './source-position.ts'

for (const [says, text, offset, line, column] of [
  ['the first character is at 1:1', 'abc', 0, 1, 1],
  ['a column counts from the last line feed', 'ab\ncd', 4, 2, 2],
  ['a line feed belongs to the line it ends', 'ab\ncd', 2, 1, 3],
  ['carriage return and line feed are one line end', 'ab\r\ncd', 4, 2, 1],
  ['a carriage return alone ends a line', 'ab\rcd', 3, 2, 1],
  ['empty lines count', '\n\n\nx', 3, 4, 1],
  ['a character outside the basic plane takes two columns', '😀x', 2, 1, 3],
] as const) {
  test(says, () => assert.deepEqual(positionsIn(text)(offset), { line, column }))
}
