import assert from 'node:assert/strict'
import { test } from 'node:test'
import { phonemeWords } from './phoneme.ts'

for (const [alphabet, ph, text, words] of [
  ['ipa', 'pɪˈkɑːn', 'pecan', 'pecan'],
  ['ipa', null, '', ''],
  ['ipa', 'pɪˈkɑːn', ' ', 'pikan'],
  ['ipa', 'ʃæmˈpeɪn', '', 'shampein'],
  ['x-sampa', 'pI"kA:n', '', 'pikan'],
  ['x-amazon-yomigana', 'ひろかず', '', 'ひろかず'],
  ['x-amazon-yomigana', 'ひろかず', '弘一', '弘一'],
  ['x-amazon-pron-kana', "ハ'シ", '', 'ハ シ'],
  ['x-amazon-pinyin', 'bao2-han2', '', 'bao han '],
  ['x-amazon-jyutping', 'sing2', '', 'sing '],
  [null, 'tɛst', '', 'test'],
] as const)
  test(`phoneme ${alphabet} ${ph} around "${text}" is spoken as "${words}"`, () => {
    assert.equal(phonemeWords({ alphabet, ph }, text), words)
  })
