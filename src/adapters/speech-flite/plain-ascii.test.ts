import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toPlainAscii } from './plain-ascii.ts'

for (const [text, plain] of [
  ['Hello there.', 'Hello there.'],
  ['Élise déjà vu, Ångström, naïve', 'Elise deja vu, Angstrom, naive'],
  ['Straße, Øresund, Łódź, Æsir', 'Strasse, Oresund, Lodz, AEsir'],
  ['“It’s” – really…', '"It\'s" - really...'],
  ['now—or never', 'now, or never'],
  ['£5 and € 12.50', '5 pounds and 12.50 euros'],
  ['½ at 20°', '1/2 at 20 degrees'],
  ['one\ntwo\0three\tfour', 'one two three four'],
  ['Hi 👋🏽 there 你好', 'Hi there'],
  ['你好，世界', ','],
  ['👍', ''],
  [`wait${'!?'.repeat(200)} go`, 'wait!?!?!?!?!? go'],
] as const)
  test(JSON.stringify(text.slice(0, 30)), () => assert.equal(toPlainAscii(text), plain))
