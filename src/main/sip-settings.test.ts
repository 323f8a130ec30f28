import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkMediaHost } from './sip-settings.ts'

for (const [sipPublicHost, sipMediaHost, isEnough] of [
  [null, null, true],
  ['203.0.113.7', null, true],
  ['2001:db8::7', null, true],
  ['voice.example.com', '203.0.113.7', true],
  [null, '203.0.113.7', true],
  ['voice.example.com', null, false],
  ['localhost', null, false],
  ['203.0.113', null, false],
] as const)
  test(`sip.publicHost ${sipPublicHost} and sip.mediaHost ${sipMediaHost} ${isEnough ? 'say' : 'do not say'} where sound goes`, () => {
    const check = () => checkMediaHost({ sipPublicHost, sipMediaHost })
    if (isEnough) assert.doesNotThrow(check)
    else assert.throws(check, { message: /^sip\.publicHost ".*" is a name, .* set sip\.mediaHost/ })
  })
