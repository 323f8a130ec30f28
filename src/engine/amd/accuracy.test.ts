/** How often the verdict is right, on a small part of the corpus that bench/amd.ts counts on, spoken by the built-in voices. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createFlite } from '../../adapters/speech-flite/flite.ts'
import { makeCorpus } from './test-corpus.ts'
import { accuracyOf, DEFAULTS, judge, wrongOf } from './test-counting.ts'
import { FLITE_SPEAKERS, speakersOf } from './test-voices.ts'

const RIGHT_MIN = 0.9

const flite = createFlite()
after(() => flite.close())

const corpus = makeCorpus({
  speakers: speakersOf(flite, FLITE_SPEAKERS.slice(0, 2)),
  seed: 1,
  counts: {
    'person, short': 20,
    'person, long': 6,
    'machine, beep': 12,
    'machine, silence': 6,
    nobody: 6,
    fax: 6,
  },
  speechThresholdMs: DEFAULTS.speechThresholdMs,
  wordingsMax: 2,
})

for (const mode of ['Enable', 'DetectMessageEnd'] as const)
  test(`${mode}: at least nine of ten verdicts are right, soft or loud, whatever is behind the voices`, async () => {
    const judged = (await corpus).map((greeting) => judge(greeting, mode))
    assert.equal(judged.length, 56)
    assert.ok(accuracyOf(judged) >= RIGHT_MIN, `${accuracyOf(judged)}\n${wrongOf(judged)}`)
  })
