import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TextPieces } from './text-pieces.ts'

/** Pieces as they come, token by token, `|` between tokens; then what is left. */
function cut(tokens: readonly string[]): string[] {
  const pieces = new TextPieces()
  const told = tokens.flatMap((token) => pieces.add(token))
  const rest = pieces.flush()
  return rest === null ? told : [...told, `rest:${rest}`]
}

for (const [what, tokens, expected] of [
  ['a sentence is whole when something follows it', ['Hello.', ' How', ' are you'], ['Hello.', 'rest: How are you']],
  ['its end alone may be an abbreviation', ['Hello.'], ['rest:Hello.']],
  ['several in one token', ['One. Two! Three? Four'], ['One.', ' Two!', ' Three?', 'rest: Four']],
  ['clauses, too', ['I heard: this; and that'], ['I heard:', ' this;', 'rest: and that']],
  ['not a comma', ['this, that, more'], ['rest:this, that, more']],
  ['numbers and addresses stay whole', ['It is 3.5 at 10:30 on a.example'], ['rest:It is 3.5 at 10:30 on a.example']],
  ['quotes belong to what they close', ['He said “Go.” Then'], ['He said “Go.”', 'rest: Then']],
  ['letters one by one', [...'A. B'], ['A.', 'rest: B']],
  ['a line', ['first\nsecond'], ['first\n', 'rest:second']],
  ['sentences without spaces', ['你好。再见'], ['你好。', 'rest:再见']],
  ['nothing', ['', ' ', '\n', ' '], []],
  ['blank lines between', ['One.\n\nTwo'], ['One.', 'rest:Two']],
] as const)
  test(what, () => assert.deepEqual(cut(tokens), expected))

test('what has no end is cut between words, and what has no words anywhere', () => {
  const words = 'word '.repeat(600)
  const pieces = cut([words])
  assert.ok(
    pieces.length === 4 && pieces.every((piece) => piece.length <= 1005),
    JSON.stringify(pieces.map((p) => p.length)),
  )
  assert.equal(pieces.join('').replace('rest:', ''), words)
  const letters = '👋'.repeat(1200)
  const cutLetters = cut([letters])
  assert.equal(cutLetters.join('').replace('rest:', ''), letters)
  for (const piece of cutLetters) assert.ok(piece.isWellFormed(), piece.slice(-2))
})

test('every character is in one piece, whatever the tokens', () => {
  let state = 7
  const below = (count: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * count)
  }
  const letters = ['a', 'b', ' ', '.', '!', '\n', '。', '"', ':', '5', '👋']
  for (let round = 0; round < 500; round++) {
    const text = `x${Array.from({ length: below(200) }, () => letters[below(letters.length)]!).join('')}`
    const pieces = new TextPieces()
    let told = ''
    for (let at = 0; at < text.length; ) {
      const to = at + 1 + below(9)
      told += pieces.add(text.slice(at, to)).join('')
      at = to
    }
    told += pieces.flush() ?? ''
    // Of blank pieces nothing is spoken.
    assert.equal(told.replace(/\s/g, ''), text.replace(/\s/g, ''))
  }
})
