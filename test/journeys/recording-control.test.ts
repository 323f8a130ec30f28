/** Recordings that REST begins, pauses, resumes and stops in the middle of a call, with the clock in the test's hand. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Journey, journey } from '../kit/journey.ts'
import { near, recordedWav, ringPhone } from '../kit/recordings.ts'
import { parseWav, soundings } from '../kit/wav-file.ts'

/** 250 characters: the phone speaks for 15 s without a pause. */
const SPEECH = 'All work and no play. '.repeat(12).slice(0, 250)
const CURRENT = 'Twilio.CURRENT'

/** A call that is up since this moment, its phone speaking and the platform silent. */
async function speaking(t: TestContext) {
  const run = await journey(
    t,
    { '/voice': () => '<Pause length="20"/>', '/recorded': () => ({ status: 204 }) },
    { held: true },
  )
  const callSid = await ringPhone(run, { answer: { afterMs: 1000 }, script: [{ say: SPEECH }] })
  // It rings 100 ms after it was dialled.
  await run.ringback.clock.advance(1100)
  return { ...run, callSid, call: run.client.calls(callSid), advance: run.ringback.clock.advance }
}

async function end({ ringback }: Journey, callSid: string): Promise<void> {
  ringback.clock.auto()
  await ringback.over(callSid)
}

/** What the phone said between two moments since the answer, from the audio of the whole call. */
async function spoken({ ringback }: Journey, callSid: string) {
  const [phone] = parseWav(await ringback.audio(callSid)).channels
  return (fromMs: number, toMs: number) => phone!.subarray(fromMs * 8, toMs * 8)
}

function sameSamples(actual: Int16Array, expected: Int16Array, what: string): void {
  assert.equal(actual.length, expected.length, what)
  const first = actual.findIndex((sample, at) => sample !== expected[at])
  assert.equal(first, -1, `${what}: sample ${first} differs`)
}

for (const [pauseBehavior, expected] of [
  ['silence', { lengthMs: 5000, gapMs: 1000 }],
  ['skip', { lengthMs: 4000, gapMs: 0 }],
] as const)
  test(`paused with ${pauseBehavior} and resumed, then stopped: sample by sample`, async (t) => {
    const run = await speaking(t)
    const { app, ringback, call, callSid, advance } = run
    await advance(1000)
    const created = await call.recordings.create({
      recordingStatusCallback: `${app.url}/recorded`,
      recordingStatusCallbackEvent: ['in-progress', 'completed', 'absent'],
    })
    assert.deepEqual(
      [created.status, created.source, created.channels, created.track, created.duration],
      ['in-progress', 'StartCallRecordingAPI', 1, 'both', null],
    )
    await advance(1000)
    const again = await call.recordings.create({ recordingChannels: 'dual' })
    assert.equal(again.sid, created.sid)
    await advance(1000)
    const paused = await call.recordings(created.sid).update({ status: 'paused', pauseBehavior })
    assert.equal(paused.status, 'paused')
    await assert.rejects(call.recordings(created.sid).update({ status: 'paused' }), { code: 21220 })
    await advance(1000)
    const resumed = await call.recordings(CURRENT).update({ status: 'in-progress' })
    assert.deepEqual([resumed.sid, resumed.status], [created.sid, 'in-progress'])
    assert.equal((await call.recordings(CURRENT).fetch()).sid, created.sid)
    await assert.rejects(run.client.recordings(created.sid).remove(), { status: 409, code: 20009 })
    await advance(2000)
    const stopped = await call.recordings(CURRENT).update({ status: 'stopped' })
    assert.ok(['stopped', 'completed'].includes(stopped.status))
    await app.requested('/recorded', 2)
    const { duration, status } = await run.client.recordings(created.sid).fetch()
    assert.deepEqual([status, duration], ['completed', String(expected.lengthMs / 1000)])
    assert.deepEqual(
      app.to('/recorded').map(({ parameters }) => parameters.RecordingStatus),
      ['in-progress', 'completed'],
    )
    await end(run, callSid)

    const wav = await recordedWav(ringback, created.sid)
    const [recorded] = wav.channels
    const phone = await spoken(run, callSid)
    assert.equal(wav.lengthMs, expected.lengthMs)
    sameSamples(recorded!.subarray(0, 16_000), phone(1000, 3000), 'before the pause')
    const gap = recorded!.subarray(16_000, 16_000 + expected.gapMs * 8)
    assert.ok(gap.every((sample) => sample === 0))
    sameSamples(recorded!.subarray(16_000 + gap.length), phone(4000, 6000), 'after the pause')
    assert.ok(soundings(recorded!).length > 0, 'there is something to hear')
    // What is over stays over, and makes room for another.
    await assert.rejects(call.recordings(created.sid).update({ status: 'in-progress' }), { code: 21220 })
  })

for (const [pauseBehavior, lengthMs] of [
  ['silence', 4000],
  ['skip', 2000],
] as const)
  test(`the phone hangs up while a recording is paused with ${pauseBehavior}`, async (t) => {
    const run = await speaking(t)
    const { ringback, call, callSid, advance } = run
    const { sid } = await call.recordings.create({ recordingTrack: 'inbound', trim: 'do-not-trim' })
    await advance(2000)
    await call.recordings(sid).update({ status: 'paused', pauseBehavior })
    await advance(2000)
    await ringback.ask('POST', `/Calls/${callSid}/Hangup`)
    await end(run, callSid)
    const wav = await recordedWav(ringback, sid)
    near(wav.lengthMs, lengthMs)
    sameSamples(wav.channels[0]!.subarray(0, 16_000), (await spoken(run, callSid))(0, 2000), 'before the pause')
    assert.ok(wav.channels[0]!.subarray(16_000).every((sample) => sample === 0))
    assert.equal((await run.client.recordings(sid).fetch()).status, 'completed')
  })

test('two recordings at a time: CURRENT is ambiguous, each goes by its SID', async (t) => {
  const run = await speaking(t)
  const { app, ringback, call, callSid, advance } = run
  const second =
    '<Response><Start><Recording track="inbound" trim="do-not-trim"/></Start><Pause length="20"/></Response>'
  const { sid } = await call.recordings.create()
  await call.update({ twiml: second })
  await advance(1000)
  const all = await call.recordings.list()
  assert.deepEqual(all.map(({ source }) => source).toSorted(), ['StartCallRecordingAPI', 'StartCallRecordingTwiML'])
  for (const status of ['paused', 'in-progress', 'stopped'] as const)
    await assert.rejects(call.recordings(CURRENT).update({ status }), { status: 400, code: 16108 })
  await assert.rejects(call.recordings(CURRENT).fetch(), { code: 20404 })
  await call.recordings(sid).update({ status: 'stopped' })
  await advance(1000)
  await call.recordings(CURRENT).update({ status: 'paused', pauseBehavior: 'skip' })
  await advance(5000)
  await end(run, callSid)
  const other = all.find((recording) => recording.sid !== sid)!
  assert.equal((await recordedWav(ringback, sid)).lengthMs, 1000)
  assert.equal((await recordedWav(ringback, other.sid)).lengthMs, 2000)
  assert.equal(app.to('/recorded').length, 0)
})

test('one that was stopped makes room for another', async (t) => {
  const run = await speaking(t)
  const { call, callSid, advance } = run
  const first = await call.recordings.create()
  await advance(1000)
  await call.recordings(first.sid).update({ status: 'stopped' })
  const second = await call.recordings.create({ recordingChannels: 'dual' })
  assert.notEqual(second.sid, first.sid)
  assert.equal(second.channels, 2)
  await advance(500)
  await call.update({ status: 'completed' })
  await end(run, callSid)
  const lengths = (await call.recordings.list()).map(({ status, duration }) => [status, duration])
  assert.deepEqual(lengths, [
    ['completed', '1'],
    ['completed', '1'],
  ])
})

test('what is refused: calls that are not up, recordings that do not run', async (t) => {
  const run = await journey(t, { '/voice': () => '<Pause length="2"/>' }, { held: true })
  const { client, ringback } = run
  const callSid = await ringPhone(run, { answer: { afterMs: 1000 } })
  const call = client.calls(callSid)
  const refused = { status: 400, code: 21220 }
  await assert.rejects(call.recordings.create(), refused)
  await ringback.clock.advance(1200)
  await assert.rejects(call.recordings(CURRENT).update({ status: 'paused' }), { status: 404, code: 20404 })
  const { sid } = await call.recordings.create()
  await assert.rejects(call.recordings(sid).update({ status: 'going' as 'paused' }), { code: 20001 })
  await end(run, callSid)
  await assert.rejects(call.recordings.create(), refused)
  await assert.rejects(call.recordings(sid).update({ status: 'stopped' }), refused)
  await assert.rejects(call.recordings(CURRENT).update({ status: 'stopped' }), { status: 404, code: 20404 })
  await assert.rejects(client.calls(`CA${'0'.repeat(32)}`).recordings.create(), { code: 20404 })
})
