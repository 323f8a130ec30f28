import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planSpeech } from '../speech/plan-speech.ts'
import { speechId } from './sound-id.ts'
import { SpeechIds } from './speech-ids.ts'
import { plain } from './test-library.ts'

const asked = [
  plain('hello'),
  plain('hallo'),
  { ...plain('hello'), voice: 'woman' },
  { ...plain('hello'), language: 'fr-FR' },
  plain('x'.repeat(2000)),
]

test('a speech has the same id whether it is remembered, was forgotten, or is too long', () => {
  const ids = new SpeechIds()
  const expected = asked.map((speech) => speechId('test-1', planSpeech(speech)))
  const found = () => asked.map((speech) => ids.idOf('test-1', speech))
  assert.deepEqual(found(), expected)
  assert.deepEqual(found(), expected)
  for (let other = 0; other < 1500; other++) ids.idOf('test-1', plain(`number ${other}`))
  assert.deepEqual(found(), expected)
  assert.notEqual(ids.idOf('test-2', asked[0]!), expected[0])
})
