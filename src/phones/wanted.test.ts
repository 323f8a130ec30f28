import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PhoneMistake } from './phone-mistake.ts'
import { parseWanted } from './wanted.ts'

for (const [wanted, text, end] of [
  ['press one', 'Please PRESS One now', 16],
  ['  press   one ', 'Please press one now', 16],
  ['press two', 'Please press one now', null],
  ['one', 'none', 4],
  ['STRASSE', 'straße, strasse', 15],
  ['i̇stanbul', 'İSTANBUL', null],
  ['/code (is )?\\d+/', 'Your Code is 1234.', 17],
  ['/code$/', 'code one', null],
  ['/^hello/m', 'Hello there', 5],
  ['/a.c/u', 'A👋C', 4],
  ['/never/', 'hello', null],
  ['/', 'this / that', 6],
  ['a/b', 'A/B', 3],
] as const) {
  test(`${JSON.stringify(wanted)} in ${JSON.stringify(text)} ${end === null ? 'is not there' : `ends at ${end}`}`, () => {
    assert.equal(parseWanted(wanted, 'hear')(text), end)
  })
}

for (const [why, wanted] of [
  ['no words', '   '],
  ['a pattern that does not compile', '/(/'],
  ['a pattern that compiles only without its flag', '/\\-/u'],
  ['a sticky pattern', '/a/y'],
  ['a pattern of more than 500 characters', `/${'a'.repeat(501)}/`],
] as const) {
  test(`${why} is refused with the name of the step`, () => {
    assert.throws(
      () => parseWanted(wanted, 'script[2].hear'),
      (error: unknown) => error instanceof PhoneMistake && error.what === 'script[2].hear',
    )
  })
}

test('a pattern that would take for ever does not match, and is not tried again', () => {
  const matches = parseWanted('/(a+)+$/', 'hear')
  assert.equal(matches(`${'a'.repeat(5000)}!`), null)
  assert.equal(matches('aaa'), null)
})
