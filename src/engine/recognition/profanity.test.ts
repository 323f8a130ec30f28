import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maskProfanity } from './profanity.ts'

for (const [said, masked] of [
  ['What the fuck?', 'What the f***?'],
  ['SHIT, shitty.', 'S***, s*****.'],
  ['You motherfuckers', 'You m************'],
  ['I live in Scunthorpe, near Dickens Street', 'I live in Scunthorpe, near Dickens Street'],
  ['Mr. Pisspotten sold nothing', 'Mr. Pisspotten sold nothing'],
  ['', ''],
] as const)
  test(`${JSON.stringify(said)} → ${JSON.stringify(masked)}`, () => assert.equal(maskProfanity(said), masked))
