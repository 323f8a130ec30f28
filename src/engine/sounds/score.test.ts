import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FactBody, HeardSpan } from '../../journal/entry.ts'
import { type Note, toScore } from './score.ts'

const heard = (atMs: number, playedMs: number, sound?: string): FactBody => ({
  fact: 'heard',
  atMs,
  span: span(playedMs, sound),
})
const span = (playedMs: number, sound?: string): HeardSpan => ({
  verb: 'Say',
  kind: 'say',
  playedMs,
  lengthMs: 5000,
  cut: true,
  ...(sound && { sound }),
})
const said = (atMs: number, more: { sound?: string; playedMs?: number; lengthMs?: number }): FactBody => ({
  fact: 'said',
  atMs,
  text: 'words',
  ...more,
})
const pressed = (atMs: number, digits: string, inBand?: true): FactBody => ({
  fact: 'pressed',
  atMs,
  digits,
  ...(inBand && { inBand }),
})

/** `from-to id`, `from-to keys 1`, `from-to ?` */
const shown = ({ fromMs, toMs, source }: Note): string =>
  `${fromMs}-${toMs} ${source === null ? '?' : 'id' in source ? source.id : `keys ${source.keys}`}`

for (const [what, facts, party, platform] of [
  ['nothing happened', [], [], []],
  ['prompts one after the other', [heard(0, 300, 'a'), heard(500, 100, 'b')], [], ['0-300 a', '500-600 b']],
  ['a prompt without a sound', [heard(0, 300)], [], ['0-300 ?']],
  ['a prompt that was cut at once', [heard(100, 0, 'a')], [], []],
  ['a prompt beyond the end', [heard(900, 500, 'a'), heard(1000, 10, 'b'), heard(1200, 10, 'c')], [], ['900-1000 a']],
  ['words and how much of them was said', [said(100, { sound: 'a', lengthMs: 500, playedMs: 50 })], ['100-150 a'], []],
  ['words and how long they are', [said(100, { sound: 'a', lengthMs: 500 })], ['100-600 a'], []],
  ['words that themselves know how long they are', [said(100, { sound: 'a' })], ['100-1000 a'], []],
  ['words without a sound', [said(100, { lengthMs: 10 })], ['100-110 ?'], []],
  [
    'keys in the sound',
    [pressed(100, '12', true), pressed(700, '3', true)],
    ['100-700 keys 12', '700-1000 keys 3'],
    [],
  ],
  ['keys beside the sound', [pressed(100, '12')], [], []],
  ['both sides at a time', [said(0, { sound: 'a', playedMs: 500 }), heard(100, 500, 'b')], ['0-500 a'], ['100-600 b']],
  ['facts told late', [heard(500, 100, 'b'), heard(0, 300, 'a')], [], ['0-300 a', '500-600 b']],
  ['one over another: the later wins', [heard(0, 500, 'a'), heard(300, 100, 'b')], [], ['0-300 a', '300-400 b']],
  ['two at the same time: the later told wins', [heard(0, 500, 'a'), heard(0, 100, 'b')], [], ['0-100 b']],
  ['times between milliseconds', [heard(0.4, 99.8, 'a')], [], ['0-100 a']],
] as const)
  test(`the score of a second with ${what}`, () => {
    const score = toScore(facts, 1000)
    assert.deepEqual([score.party.map(shown), score.platform.map(shown)], [party, platform])
  })

test('what is being heard now is part of the score', () => {
  const { platform } = toScore([heard(0, 100, 'a')], 500, { atMs: 300, span: span(200, 'b') })
  assert.deepEqual(platform.map(shown), ['0-100 a', '300-500 b'])
})
