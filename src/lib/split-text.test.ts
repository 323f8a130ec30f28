import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitText } from './split-text.ts'

for (const [what, text, max, pieces] of [
  ['a short text is one piece', 'Hello. Bye.', 20, ['Hello. Bye.']],
  ['a text as long as a piece is one', 'Hello. Bye.', 11, ['Hello. Bye.']],
  ['sentences stay whole', 'One two. Three four! Five?', 21, ['One two. Three four!', 'Five?']],
  ['a sentence may end with the piece', 'One two. Three', 8, ['One two.', 'Three']],
  ['a closing quote belongs to its sentence', 'He said "go." Then he left', 16, ['He said "go."', 'Then he left']],
  [
    'a point within a number ends nothing',
    'It is 3.14159 exactly, so there',
    24,
    ['It is 3.14159 exactly,', 'so there'],
  ],
  ['without a sentence a clause, without a clause a word', 'aa bb, cc dd ee ff gg', 9, ['aa bb,', 'cc dd ee', 'ff gg']],
  ['one long word is cut hard', 'abcdefgh', 3, ['abc', 'def', 'gh']],
  ['no character is cut in two', '😀😀😀', 3, ['😀', '😀', '😀']],
  ['Chinese sentences end without a space', '你好。再见。', 4, ['你好。', '再见。']],
  ['white space at the ends goes', '  Hello.   Bye.  ', 8, ['Hello.', 'Bye.']],
  ['nothing is no piece', '   ', 8, []],
] as const)
  test(what, () => {
    assert.deepEqual(splitText(text, max), pieces)
  })

test('nothing is lost, and no piece is too long', () => {
  const text = Array.from({ length: 400 }, (_, n) => `word${n}${n % 7 === 0 ? '.' : n % 5 === 0 ? ',' : ''}`).join(' ')
  for (const max of [10, 33, 80, 400]) {
    const pieces = splitText(text, max)
    assert.equal(pieces.join(' '), text)
    assert.ok(pieces.every((piece) => piece.length <= max))
  }
})
