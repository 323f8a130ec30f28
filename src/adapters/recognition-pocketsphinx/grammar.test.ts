/** What a grammar lets a caller say, and how it is told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Dictionary } from './dictionary.ts'
import { makeGrammar } from './grammar.ts'
import { figureWords, NUMBER_WORDS, toFigures } from './numbers.ts'

const line = (word: string) => `${word} ${word.toUpperCase().split('').join(' ')}`
const KNOWN = ['yes', ...NUMBER_WORDS, 'onion', 'onions', "jerry's", 'ben', 'cafe', 'pizza']
const dictionary = new Dictionary(
  ['no N O', 'no(2) N OH', 'no(3) N AW', 'number N UH M B ER', ...KNOWN.map(line)].join('\n'),
)

test('without hints there are yes, no, digits and numbers', () => {
  const { jsgf, dictionary: words, toText } = makeGrammar([], dictionary)
  assert.match(jsgf, /^#JSGF V1\.0;\ngrammar gather;\npublic <said> = yes \| no \| <number>;\n<number> = /)
  assert.match(words, /^yes Y E S\nno N O\nno\(2\) N OH\nno\(3\) N AW\nzero Z E R O\n/)
  assert.doesNotMatch(words, /pizza|number/)
  assert.deepEqual(['no', 'four two seven', 'forty two'].map(toText), ['no', '427', '42'])
})

test('with hints there is nothing else, and one is told as it was spelled', () => {
  const {
    jsgf,
    dictionary: words,
    toText,
  } = makeGrammar(['No onions!', 'Pizza, 42', 'no  ONIONS', 'Café', 'Ben & Jerry’s'], dictionary)
  const phrases = ['no onions', 'pizza forty two', 'cafe', "ben jerry's"]
  assert.equal(jsgf, `#JSGF V1.0;\ngrammar gather;\npublic <said> = ${phrases.join(' | ')};\n\n`)
  assert.deepEqual(phrases.map(toText), ['No onions!', 'Pizza, 42', 'Café', 'Ben & Jerry’s'])
  assert.equal(words.split('\n').filter((entry) => entry.startsWith('onion')).length, 1)
})

for (const [what, hint] of [
  ['of no word that is known', 'no peperoni'],
  ['in other letters', 'yes да'],
  ['without words', "!? '' -"],
  ['that is too long', 'no '.repeat(21)],
  ['that would be a rule', '<nummer>'],
] as const)
  test(`a hint ${what} is passed over, and alone an error`, () => {
    assert.match(makeGrammar([hint, 'yes'], dictionary).jsgf, /<said> = yes;/)
    assert.throws(() => makeGrammar([hint], dictionary), {
      message: `pocketsphinx knows how none of the hints is pronounced, such as ${JSON.stringify(hint)}.`,
    })
  })

test('nothing in a hint is more than its words', () => {
  const { jsgf } = makeGrammar(['yes; public <x> = no; // | {no} */'], new Dictionary('yes Y\nno N\npublic P\nx X'))
  assert.match(jsgf, /^public <said> = yes public x no no;$/m)
})

for (const [said, figures] of [
  ['zero', '0'],
  ['zero zero seven', '007'],
  ['ten', '10'],
  ['nineteen', '19'],
  ['twenty', '20'],
  ['ninety nine', '99'],
  ['ten two', null],
  ['yes', null],
] as const)
  test(`${said} in figures: ${figures}`, () => assert.equal(toFigures(said), figures))

for (const [figure, words] of [
  ['7', 'seven'],
  ['10', 'ten'],
  ['13', 'thirteen'],
  ['20', 'twenty'],
  ['42', 'forty two'],
  ['07', 'zero seven'],
  ['911', 'nine one one'],
] as const)
  test(`${figure} is said as ${words}`, () => assert.equal(figureWords(figure), words))
