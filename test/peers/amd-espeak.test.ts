/**
 * How often machine detection is right on voices that it was not tuned on: espeak-ng's, of several accents and throats.
 * One hundred greetings of the corpus that bench/amd.ts counts on.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createEspeak } from '../../src/adapters/speech-espeak/espeak.ts'
import { findEspeak } from '../../src/adapters/speech-espeak/find-espeak.ts'
import { type Greeting, HUNDRED, makeCorpus } from '../../src/engine/amd/test-corpus.ts'
import { accuracyOf, DEFAULTS, judge, wrongOf } from '../../src/engine/amd/test-counting.ts'
import { ESPEAK_SPEAKERS, speakersOf, withSpeakers } from '../../src/engine/amd/test-voices.ts'
import type { SpeechSynthesizer } from '../../src/engine/ports/speech.ts'

const RIGHT_MIN = 0.9

let espeak: SpeechSynthesizer
let corpus: readonly Greeting[]
before(async () => {
  const found = await findEspeak()
  assert.ok(found, 'espeak-ng is not installed')
  espeak = createEspeak({ ...found, languages: withSpeakers(found.languages, ESPEAK_SPEAKERS) })
  const { speechThresholdMs } = DEFAULTS
  corpus = await makeCorpus({
    speakers: speakersOf(espeak, ESPEAK_SPEAKERS),
    seed: 1,
    counts: HUNDRED,
    speechThresholdMs,
  })
})
after(() => espeak.close())

for (const mode of ['Enable', 'DetectMessageEnd'] as const)
  test(`${mode}: at least ninety of a hundred verdicts on unknown voices are right`, () => {
    const judged = corpus.map((greeting) => judge(greeting, mode))
    assert.equal(judged.length, 100)
    assert.ok(accuracyOf(judged) >= RIGHT_MIN, `${accuracyOf(judged)}\n${wrongOf(judged)}`)
  })
