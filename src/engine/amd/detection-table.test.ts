import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DETECTION_TABLE,
  type DetectionInput,
  type DetectionMode,
  type DetectionState,
  stepDetection,
} from './detection-table.ts'

const INPUTS: readonly DetectionInput[] = [
  'beep',
  'ring',
  'fax-calling',
  'fax-answering',
  'special-information',
  'busy',
  'voice',
  'long-speech',
  'pause',
  'long-pause',
  'no-speech',
  'timeout',
  'noise',
]

/** Every cell, in the order of `INPUTS`; a dot where nothing changes. */
const ROWS: readonly (readonly [DetectionMode, DetectionState, string])[] = [
  ['Enable', 'initial', 'beeped . fax fax machine_start machine_start speech . . . unknown unknown .'],
  ['Enable', 'beeped', '. . fax fax machine_start machine_start speech . machine_start . . unknown .'],
  [
    'Enable',
    'speech',
    'machine_start machine_start machine_start fax machine_start machine_start . machine_start human . . unknown initial',
  ],
  ['Enable', 'greeting', '. . . . . . . . . . . . .'],
  ['Enable', 'hushed', '. . . . . . . . . . . . .'],
  ['DetectMessageEnd', 'initial', 'beeped . fax fax greeting machine_end_other speech . . . unknown unknown .'],
  ['DetectMessageEnd', 'beeped', '. . fax fax greeting machine_end_other speech . machine_end_beep . . unknown .'],
  [
    'DetectMessageEnd',
    'speech',
    'machine_end_beep machine_end_beep machine_end_beep fax greeting machine_end_other . greeting human . . unknown initial',
  ],
  [
    'DetectMessageEnd',
    'greeting',
    'machine_end_beep machine_end_beep machine_end_beep fax . machine_end_other . . hushed . . machine_end_other .',
  ],
  [
    'DetectMessageEnd',
    'hushed',
    'machine_end_beep machine_end_beep machine_end_beep fax . machine_end_other greeting . . machine_end_silence . machine_end_silence .',
  ],
]

for (const [mode, state, cells] of ROWS)
  test(`${mode}, ${state}: every input`, () => {
    const steps = INPUTS.map((input) => {
      const step = stepDetection(mode, state, input)
      return step === null ? '.' : 'state' in step ? step.state : step.answeredBy
    })
    assert.equal(steps.join(' '), cells)
  })

test('a mode gives only the verdicts that are its own', () => {
  const verdicts = (mode: DetectionMode) =>
    [...new Set(Object.values(DETECTION_TABLE[mode]).flatMap((cells) => Object.values(cells)))]
      .filter((outcome) => !(outcome in DETECTION_TABLE[mode]))
      .sort()
  assert.deepEqual(verdicts('Enable'), ['fax', 'human', 'machine_start', 'unknown'])
  assert.deepEqual(verdicts('DetectMessageEnd'), [
    ...['fax', 'human', 'machine_end_beep', 'machine_end_other', 'machine_end_silence', 'unknown'],
  ])
})

test('no state of a mode leads where that mode never goes', () => {
  const cells = Object.values(DETECTION_TABLE.Enable).flatMap((cells) => Object.values(cells))
  assert.ok(!cells.includes('greeting') && !cells.includes('hushed'))
})
