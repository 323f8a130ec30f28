/** Who has answered, by what is heard on the line: every verdict in both modes, before the document and beside it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PhoneScript } from '../../src/testing/index.ts'
import { type Cadence, renderCadence } from '../../src/wire/codec/tone.ts'
import { FAX_CALLING, SPECIAL_INFORMATION, tonesOf } from '../../src/wire/codec/tone-table.ts'
import { formatWavHeader } from '../../src/wire/codec/wav-header.ts'
import { detectBeside, detectFirst, detectionJourney, MODES } from '../kit/detection.ts'
import { near } from '../kit/recordings.ts'

const WITHIN_MS = 100
const THRESHOLD_MS = 2400
const END_MS = 1200
const LOOK_AHEAD_MS = 400

const GREETING = 'You have reached Ada Lovelace. Please leave a message after the tone.'
const GREETING_MS = GREETING.length * 60
const LONG_GREETING = 'We are closed. Our hours are nine to five. '.repeat(20)

type Expected = readonly [answeredBy: string, atMs: number]
/** A phone, and what it is found to be when the early result is asked for, and when the end of the message is. */
const PARTIES: Readonly<Record<string, readonly [PhoneScript, enable: Expected, messageEnd: Expected]>> = {
  'a person who says hello': [{ greeting: 'Hello?' }, ['human', 360 + END_MS], ['human', 360 + END_MS]],
  'a person who answers with a name and a firm': [
    { greeting: 'Moon Cheese Company, Ada speaking.' },
    ['human', 34 * 60 + END_MS],
    ['human', 34 * 60 + END_MS],
  ],
  'a person who takes a moment': [
    { script: [{ waitMs: 2000 }, { say: 'Hello?' }] },
    ['human', 2360 + END_MS],
    ['human', 2360 + END_MS],
  ],
  'a machine with a beep': [
    { machine: { greeting: GREETING } },
    ['machine_start', THRESHOLD_MS],
    ['machine_end_beep', GREETING_MS + 400],
  ],
  'a machine with a beep of its own': [
    { machine: { greeting: GREETING, beep: { hz: 440, lengthMs: 800 } } },
    ['machine_start', THRESHOLD_MS],
    ['machine_end_beep', GREETING_MS + 800],
  ],
  'a machine without a beep': [
    { machine: { greeting: GREETING, beep: false } },
    ['machine_start', THRESHOLD_MS],
    ['machine_end_silence', GREETING_MS + END_MS + LOOK_AHEAD_MS],
  ],
  'a machine that goes on and on': [
    { machine: { greeting: LONG_GREETING } },
    ['machine_start', THRESHOLD_MS],
    ['machine_end_other', 30_000],
  ],
  'a fax': [{ fax: true }, ['fax', 2400], ['fax', 2400]],
  nobody: [{}, ['unknown', 5000], ['unknown', 5000]],
}

for (const [party, [phone, ...expected]] of Object.entries(PARTIES))
  test(`${party}: ${expected.map(([answeredBy]) => answeredBy).join(', ')}`, async (t) => {
    const run = await detectionJourney(t)
    for (const [index, mode] of MODES.entries()) {
      const [answeredBy, atMs] = expected[index]!
      const first = await detectFirst(run, phone, mode)
      assert.equal(first.answeredBy, answeredBy, mode)
      near(first.durationMs, atMs, `${mode} MachineDetectionDuration`, WITHIN_MS)
      assert.equal(first.saidAtMs, first.durationMs, 'the document begins with the verdict')
      const beside = await detectBeside(run, phone, mode)
      assert.deepEqual(
        [beside.answeredBy, beside.durationMs],
        [answeredBy, first.durationMs],
        `${mode}, asynchronously`,
      )
      assert.equal(beside.saidAtMs, 0)
      for (const { sid } of [first, beside])
        assert.equal((await run.client.calls(sid).fetch()).answeredBy, answeredBy, `${mode} answered_by`)
    }
  })

function wavOf(cadence: Cadence, lengthMs: number): Uint8Array {
  const samples = renderCadence(cadence, { lengthMs, levelDbfs: -15 })
  const header = formatWavHeader({ channels: 1, sampleRate: 8000, dataBytes: samples.byteLength })
  return Buffer.concat([header, Buffer.from(samples.buffer)])
}

const TONES: Readonly<Record<string, readonly [Cadence, lengthMs: number, enable: string, messageEnd: string]>> = {
  'a fax that calls': [FAX_CALLING, 500, 'fax', 'fax'],
  'an announcement of the network': [SPECIAL_INFORMATION, 990, 'machine_start', 'machine_end_silence'],
  busy: [tonesOf('us').busy, 3000, 'machine_start', 'machine_end_other'],
}

for (const [what, [cadence, lengthMs, ...expected]] of Object.entries(TONES))
  test(`the tone of ${what}: ${expected.join(', ')}`, async (t) => {
    const run = await detectionJourney(t)
    await run.ringback.sound('tone', wavOf(cadence, lengthMs), 'audio/wav')
    for (const [index, mode] of MODES.entries()) {
      const found = await detectFirst(run, { script: [{ waitMs: 500 }, { play: 'tone' }] }, mode)
      assert.equal(found.answeredBy, expected[index], mode)
    }
  })

test('the four times change the verdict', async (t) => {
  const run = await detectionJourney(t)
  const person = { greeting: 'Moon Cheese Company, Ada speaking.' }
  const paused = { script: [{ say: 'Hello?' }, { waitMs: 800 }, { say: GREETING }] }
  for (const [phone, times, answeredBy, atMs] of [
    [person, { machineDetectionSpeechThreshold: 1500 }, 'machine_start', 1500],
    [{ greeting: GREETING }, { machineDetectionSpeechThreshold: 5000 }, 'human', GREETING_MS + END_MS],
    [paused, {}, 'machine_start', THRESHOLD_MS],
    [paused, { machineDetectionSpeechEndThreshold: 600 }, 'human', 360 + 600],
    [{}, { machineDetectionSilenceTimeout: 2000 }, 'unknown', 2000],
    [
      { script: [{ waitMs: 6000 }, { say: 'Hello?' }] },
      { machineDetectionSilenceTimeout: 7000 },
      'human',
      6360 + END_MS,
    ],
    [{}, { machineDetectionTimeout: 3 }, 'unknown', 3000],
  ] as const) {
    const found = await detectFirst(run, phone, 'Enable', times)
    assert.equal(found.answeredBy, answeredBy, JSON.stringify(times))
    near(found.durationMs, atMs, JSON.stringify(times), WITHIN_MS)
  }
  const other = await detectFirst(run, { machine: { greeting: LONG_GREETING } }, 'DetectMessageEnd', {
    machineDetectionTimeout: 10,
  })
  assert.deepEqual([other.answeredBy, other.durationMs], ['machine_end_other', 10_000])
})

test('with the voices of the platform people are people and machines are machines', async (t) => {
  const run = await detectionJourney(t, { settings: { speechProvider: 'flite' } })
  for (const voice of ['alice', 'man'])
    for (const mode of MODES) {
      assert.equal((await detectFirst(run, { voice, greeting: 'Hello?' }, mode)).answeredBy, 'human')
      const machine = await detectFirst(run, { voice, machine: { greeting: GREETING } }, mode)
      assert.equal(machine.answeredBy, mode === 'Enable' ? 'machine_start' : 'machine_end_beep')
    }
})
