import assert from 'node:assert/strict'
import { test } from 'node:test'
import { step } from './test-wire.ts'
import { isSettled } from './trace-dialogs.ts'

const ANSWERED = ['> INVITE', '< 180 1 INVITE', '< 200 1 INVITE', '> ACK 1']

for (const [what, steps, expected] of [
  ['nothing', [], true],
  ['an INVITE that rings', ['> INVITE', '< 180 1 INVITE'], false],
  ['one that was refused, not yet acknowledged', ['> INVITE', '< 486 1 INVITE'], false],
  ['one that was refused', ['> INVITE', '< 486 1 INVITE', '> ACK 1'], true],
  ['one that we refuse', ['< INVITE', '> 486 1 INVITE', '< ACK 1'], true],
  ['one that is cancelled', ['> INVITE', '> CANCEL', '< 200 1 CANCEL'], false],
  ['one that was', ['> INVITE', '> CANCEL', '< 200 1 CANCEL', '< 487 1 INVITE', '> ACK 1'], true],
  ['a call that is up', ANSWERED, false],
  ['a BYE under way', [...ANSWERED, '> BYE 2 a b'], false],
  ['a BYE that is challenged', [...ANSWERED, '> BYE 2 a b', '< 401 2 BYE'], false],
  ['a call that we ended', [...ANSWERED, '> BYE 2 a b', '< 200 2 BYE'], true],
  ['a call that the party ended', [...ANSWERED, '< BYE 1 b a', '> 200 1 BYE b a'], true],
  ['an answer that comes again after the end', [...ANSWERED, '> BYE 2 a b', '< 200 2 BYE', '< 200 1 INVITE'], true],
  ['an INFO without an answer', [...ANSWERED, '> INFO 2 a b', '> BYE 3 a b', '< 200 3 BYE'], false],
  ['a BYE that came twice', [...ANSWERED, '< BYE 1 b a', '> 200 1 BYE b a', '< BYE 1 b a', '> 200 1 BYE b a'], true],
  [
    'two phones, one of which rings still',
    ['> INVITE 1 a', '> INVITE 1 x', '< 486 1 INVITE a b', '> ACK 1 a b'],
    false,
  ],
  [
    'two that both answered, one hung up on',
    [
      '> INVITE 1 a',
      '> INVITE 1 x',
      '< 200 1 INVITE a b',
      '> ACK 1 a b',
      '< 200 1 INVITE x y',
      '> ACK 1 x y',
      '> BYE 2 x y',
      '< 200 2 BYE x y',
    ],
    false,
  ],
] as const)
  test(`${what}: ${expected ? 'settled' : 'not settled'}`, () => {
    assert.equal(isSettled(steps.map(step)), expected)
  })

test('what did not go out is waited for no longer', () => {
  const notSent = (text: string) => ({ ...step(text), notSent: 'Nobody listens' })
  assert.equal(isSettled([notSent('> INVITE')]), true)
  assert.equal(isSettled([...ANSWERED.map(step), notSent('> BYE 2 a b')]), true)
  assert.equal(isSettled([...ANSWERED.map(step), notSent('> INFO 2 a b')]), false)
})
