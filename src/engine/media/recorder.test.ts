/** Recordings of legs: what is in the file, sample by sample. Every side has a sound of its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Instant, newSid } from '../../lib/ids.ts'
import { VirtualClock } from '../../lib/virtual-clock.ts'
import { ULAW_TO_LINEAR } from '../../wire/codec/g711.ts'
import type { ProgramEnd, RecordCall, RecordMessage } from '../ports/leg-media.ts'
import { LegAudio } from './leg-audio.ts'
import { aSound, memoryFiles } from './test-sounds.ts'

const START = 1_000_000
const PARTY = 0x10
const OURS = 0x90
const party = ULAW_TO_LINEAR[PARTY]!
const ours = ULAW_TO_LINEAR[OURS]!

function aLeg() {
  const clock = new VirtualClock({ startAt: START as Instant, settleMs: 0, mode: 'held' })
  const files = memoryFiles()
  const began: number[] = []
  const keys: string[] = []
  const leg = new LegAudio({
    clock,
    files,
    events: {
      spanStarted() {},
      spanEnded() {},
      keyHeard: (key) => void keys.push(key),
      recordingBegan: (_sid, at) => void began.push(at - START),
      lost() {},
    },
  })
  return { clock, files, leg, began, keys }
}

const call = (more: Partial<RecordCall> = {}): RecordCall => ({
  sid: newSid('RE'),
  channels: 1,
  track: 'both',
  trim: false,
  maxLengthMs: 14_400_000,
  ...more,
})
const message = (more: Partial<RecordMessage> = {}): RecordMessage => ({
  sid: newSid('RE'),
  finishOnKey: '#',
  silenceMs: 5000,
  maxLengthMs: 60_000,
  trim: false,
  ...more,
})
const never = () => new AbortController().signal
const ourSound = (lengthMs: number) => ({
  prompt: { kind: 'play', verb: 'Play', url: 'http://app.test/a.wav', sound: aSound(lengthMs, OURS) } as const,
  times: 1,
})

/** Runs of equal samples, in milliseconds: `[[100, 0], [250, party]]`. */
function runs(samples: readonly number[]): [number, number][] {
  const found: [number, number][] = []
  for (const sample of samples) {
    const last = found.at(-1)
    if (last && last[1] === sample) last[0] += 1
    else found.push([1, sample])
  }
  return found.map(([count, sample]) => [count / 8, sample])
}

const left = (samples: readonly number[]) => samples.filter((_, at) => at % 2 === 0)
const right = (samples: readonly number[]) => samples.filter((_, at) => at % 2 === 1)

test('two channels: the party in the first, what it is played in the second', async () => {
  const { clock, files, leg } = aLeg()
  const recording = leg.record(call({ channels: 2 }))
  clock.after(100, () => leg.sound(aSound(250, PARTY)))
  clock.after(200, () => void leg.run({ play: [ourSound(400)] }, never()))
  clock.after(1000, () => recording.stop())
  await clock.advance(2000)
  const [file] = files.made
  assert.deepEqual(await recording.over, { lengthMs: 1000, fileMs: 1000, silent: false, fault: null })
  assert.deepEqual(runs(left(file!.samples)), [
    [100, 0],
    [250, party],
    [650, 0],
  ])
  assert.deepEqual(runs(right(file!.samples)), [
    [200, 0],
    [400, ours],
    [400, 0],
  ])
})

test('one channel has both sides added up', async () => {
  const { clock, files, leg } = aLeg()
  leg.record(call())
  leg.sound(aSound(300, PARTY))
  void leg.run({ play: [ourSound(100)] }, never())
  await clock.advance(500)
  leg.gone()
  await leg.closed
  assert.deepEqual(runs(files.made[0]!.samples), [
    [100, Math.max(-32_768, Math.min(32_767, party + ours))],
    [200, party],
    [200, 0],
  ])
})

for (const [track, expected] of [
  ['inbound', [[300, party]]],
  ['outbound', [[300, ours]]],
] as const) {
  test(`one track alone: ${track}`, async () => {
    const { clock, files, leg } = aLeg()
    const recording = leg.record(call({ track }))
    leg.sound(aSound(1000, PARTY))
    void leg.run({ play: [ourSound(1000)] }, never())
    await clock.advance(300)
    recording.stop()
    await recording.over
    assert.deepEqual(runs(files.made[0]!.samples), expected)
  })
}

for (const [gap, expected, lengthMs] of [
  [
    'silence',
    [
      [200, party],
      [300, 0],
      [100, party],
    ],
    600,
  ],
  ['skip', [[300, party]], 300],
] as const) {
  test(`paused with ${gap}`, async () => {
    const { clock, files, leg } = aLeg()
    const recording = leg.record(call())
    leg.sound(aSound(5000, PARTY))
    clock.after(200, () => recording.pause(gap))
    clock.after(500, () => recording.resume())
    clock.after(600, () => recording.stop())
    await clock.advance(700)
    assert.equal((await recording.over).lengthMs, lengthMs)
    assert.deepEqual(runs(files.made[0]!.samples), expected)
  })
}

test('trimming leaves out the silence at both ends and nothing between', async () => {
  const { clock, files, leg } = aLeg()
  const recording = leg.record(call({ trim: true }))
  clock.after(2000, () => leg.sound(aSound(400, PARTY)))
  clock.after(4000, () => leg.sound(aSound(200, PARTY)))
  clock.after(9000, () => recording.stop())
  await clock.advance(9000)
  assert.deepEqual(await recording.over, { lengthMs: 9000, fileMs: 2200, silent: false, fault: null })
  assert.deepEqual(runs(files.made[0]!.samples), [
    [400, party],
    [1600, 0],
    [200, party],
  ])
})

test('trimmed silence is nothing', async () => {
  const { clock, files, leg } = aLeg()
  const recording = leg.record(call({ trim: true, channels: 2 }))
  await clock.advance(3000)
  recording.stop()
  assert.deepEqual(await recording.over, { lengthMs: 3000, fileMs: 0, silent: true, fault: null })
  assert.equal(files.made[0]!.frames, 0)
})

test('a recording ends by itself at its longest', async () => {
  const { clock, leg } = aLeg()
  const recording = leg.record(call({ maxLengthMs: 2500 }))
  await clock.advance(10_000)
  assert.equal((await recording.over).lengthMs, 2500)
})

/** A message, whose party speaks from 1 s to 3 s after the beep of 400 ms. */
async function recorded(
  more: Partial<RecordMessage>,
  act?: (leg: LegAudio, clock: VirtualClock) => void,
): Promise<{ end: ProgramEnd; began: number[]; lengthMs: number; fileMs: number; samples: number[] }> {
  const { clock, files, leg, began } = aLeg()
  const running = leg.run({ play: [ourSound(400)], record: message(more) }, never())
  clock.after(1400, () => leg.sound(aSound(2000, PARTY)))
  act?.(leg, clock)
  await clock.advance(100_000)
  const end = await running
  const { fileMs } = await end.recorded!.audio
  return { end, began, lengthMs: end.recorded!.lengthMs, fileMs, samples: files.made[0]!.samples }
}

test('a message begins after the beep and ends after its silence, to the frame', async () => {
  const { end, began, lengthMs, samples } = await recorded({})
  assert.deepEqual(began, [400])
  assert.equal(end.outcome, 'recorded')
  assert.equal(end.at - START, 400 + 3000 + 5000)
  assert.equal(lengthMs, 8000)
  assert.deepEqual(runs(samples), [
    [1000, 0],
    [2000, party],
    [5000, 0],
  ])
})

test('without a silence limit only its length ends it', async () => {
  const { end, lengthMs } = await recorded({ silenceMs: null })
  assert.equal(end.at - START, 400 + 60_000)
  assert.equal(lengthMs, 60_000)
})

test('a party that never speaks is silent from the beginning on', async () => {
  const { clock, leg } = aLeg()
  const running = leg.run({ play: [], record: message({ silenceMs: 3000, trim: true }) }, never())
  await clock.advance(100_000)
  const { at, recorded: made } = await running
  assert.equal(at - START, 3000)
  assert.deepEqual(await made!.audio, { lengthMs: 3000, fileMs: 0, silent: true, fault: null })
})

test('one of its keys ends it, another does not', async () => {
  const { end, lengthMs } = await recorded({}, (leg, clock) => {
    clock.after(200, () => leg.press('#'))
    clock.after(2000, () => leg.press('5'))
    clock.after(2500, () => leg.press('#'))
  })
  assert.deepEqual([end.outcome, end.finishedOnKey, end.digits], ['recorded', '#', ''])
  assert.equal(lengthMs, 2100)
})

test('a hang-up ends it, and what was said is kept', async () => {
  const { end, lengthMs, fileMs } = await recorded({ trim: true }, (leg, clock) => clock.after(5000, () => leg.gone()))
  assert.equal(end.outcome, 'gone')
  assert.equal(lengthMs, 4600)
  assert.equal(fileMs, 2000)
})

test('a hang-up during the beep records nothing', async () => {
  const { clock, files, leg } = aLeg()
  const running = leg.run({ play: [ourSound(400)], record: message() }, never())
  clock.after(100, () => leg.gone())
  await clock.advance(1000)
  assert.equal((await running).recorded, null)
  assert.deepEqual(files.made, [])
})

test('what one leg is played is what the party of a joined leg says', async () => {
  const one = aLeg()
  const other = new LegAudio({
    clock: one.clock,
    files: one.files,
    events: { spanStarted() {}, spanEnded() {}, keyHeard() {}, recordingBegan() {}, lost() {} },
  })
  other.hear(one.leg)
  const recording = other.record(call({ track: 'inbound' }))
  one.clock.after(100, () => void one.leg.run({ play: [ourSound(200)] }, never()))
  await one.clock.advance(500)
  recording.stop()
  await recording.over
  assert.deepEqual(runs(one.files.made[0]!.samples), [
    [100, 0],
    [200, ours],
    [200, 0],
  ])
})

test('a leg that nobody records has no timers', async () => {
  const { clock, leg } = aLeg()
  leg.sound(aSound(60_000, PARTY))
  assert.equal(clock.pending, 0)
  const recording = leg.record(call())
  assert.ok(clock.pending > 0)
  recording.stop()
  await clock.advance(2000)
  assert.equal(clock.pending, 0)
})

test('what is ordered in a busy thread sounds from when it was ordered, though it is known later', async () => {
  const { clock, files, leg } = aLeg()
  leg.record(call({ track: 'inbound' }))
  // So often that the recording writes in between, whenever that is.
  const orders = 150
  for (let order = 0; order < orders; order++) {
    await clock.advance(10)
    leg.sound(aSound(60_000, order % 2 ? OURS : PARTY), undefined, (clock.now() - 10) as Instant)
  }
  leg.gone()
  await leg.closed
  const expected = Array.from({ length: orders }, (_, order) => [10, order % 2 ? ours : party])
  assert.deepEqual(runs(files.made[0]!.samples), expected)
})
