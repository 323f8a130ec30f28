import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heardOf, spoken } from './heard-words.ts'

/** 60 ms a character. */
const heard = (text: string, heardMs: number): string => heardOf(text, [...spoken(text)].length * 60, heardMs)

for (const [what, text, heardMs, words] of [
  ['nothing', 'Life is hard.', 0, ''],
  ['half a word', 'Life is hard.', 200, ''],
  ['a word to its end', 'Life is hard.', 240, 'Life'],
  ['two words and half of the third', 'Life is hard.', 540, 'Life is'],
  ['the last letter, not the full stop', 'Life is hard.', 720, 'Life is hard'],
  ['all of it', 'Life is hard.', 780, 'Life is hard.'],
  ['more than there is', 'Life is hard.', 9000, 'Life is hard.'],
  ['white space as it was written', ' Life\n\n is   hard.', 420, 'Life\n\n is'],
  ['a word of no letters', 'yes — no', 360, 'yes —'],
  ['letters of two halves', '👋 hello', 60, '👋'],
  ['other alphabets', 'Привет, мир!', 360, 'Привет'],
  ['blank', '  ', 100, ''],
] as const)
  test(`heard: ${what}`, () => assert.equal(heard(text, heardMs), words))

test('what was heard is always a beginning of what was written, and grows with time', () => {
  const text = '  It’s “fine”: 3.5 %,  or\tso — I think…  '
  let last = ''
  for (let ms = 0; ms <= 60 * 60; ms += 10) {
    const now = heard(text, ms)
    assert.ok(text.trimStart().startsWith(now) && now.startsWith(last), `${ms}: ${now}`)
    last = now
  }
  assert.equal(last, text.trim())
})
