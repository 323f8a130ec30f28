/** A conference that is recorded: from its beginning to its end, by the document and by the API. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callerWith, conferenceJourney, dialRoom, phoneNumber } from '../kit/conference.ts'
import { recordedWav } from '../kit/recordings.ts'

const RECORDED =
  'record="record-from-start" trim="do-not-trim" recordingStatusCallback="/recorded" recordingStatusCallbackEvent="in-progress completed absent"'

test('the recording begins with the conference, has one channel, and is told with the SID of the conference', async (t) => {
  const run = await conferenceJourney(t, { '/voice': () => dialRoom(RECORDED) })
  const { ringback, app, client } = run
  const first = await callerWith(run, 1)
  await ringback.clock.advance(10_000)
  assert.deepEqual(await client.recordings.list(), [])
  const second = await callerWith(run, 2, [
    { waitMs: 4000 },
    { say: 'for the record' },
    { waitMs: 5000 },
    { hangup: true },
  ])
  await ringback.clock.advance(2000)
  const [conference] = await client.conferences.list()
  const { recordings } = client.conferences(conference!.sid)
  const [running] = await recordings.list()
  assert.deepEqual(
    [running?.status, running?.source, running?.channels, running?.conferenceSid],
    ['in-progress', 'Conference', 1, conference!.sid],
  )
  assert.equal(
    (await recordings('Twilio.CURRENT').update({ status: 'paused', pauseBehavior: 'skip' })).status,
    'paused',
  )
  await ringback.clock.advance(1000)
  await recordings(running!.sid).update({ status: 'in-progress' })
  await assert.rejects(recordings(running!.sid).update({ status: 'in-progress' }), { code: 21220 })
  await assert.rejects(recordings(running!.sid).remove(), { code: 20009 })
  await ringback.clock.advance(10_000)
  assert.equal(await ringback.over(second), 'completed')
  await client.calls(first).update({ status: 'completed' })
  await ringback.over(first)
  await ringback.clock.untilIdle()
  await app.requested('/recorded', 2)
  const told = app.to('/recorded').map(({ parameters }) => parameters)
  assert.deepEqual(
    told.map(({ RecordingStatus, ConferenceSid, CallSid, RecordingSource, RecordingChannels, RecordingSid }) => [
      RecordingStatus,
      ConferenceSid,
      CallSid,
      RecordingSource,
      RecordingChannels,
      RecordingSid,
    ]),
    ['in-progress', 'completed'].map((status) => [status, conference!.sid, undefined, 'Conference', '1', running!.sid]),
  )
  const over = await recordings(running!.sid).fetch()
  assert.deepEqual([over.status, over.duration], ['completed', told[1]!.RecordingDuration])
  const wav = await recordedWav(ringback, running!.sid)
  assert.equal(wav.channels.length, 1)
  // 13 seconds since the beginning (500 ms of ringing are not in it), one of them skipped.
  assert.ok(Math.abs(wav.lengthMs - Number(over.duration) * 1000) < 1000)
  assert.ok(wav.lengthMs > 11_000 && wav.lengthMs < 12_600, `${wav.lengthMs} ms`)
  assert.ok(wav.channels.some((channel) => channel.some((sample) => Math.abs(sample) > 1000)))
  assert.deepEqual(
    (await client.recordings.list({ conferenceSid: conference!.sid })).map(({ sid }) => sid),
    [running!.sid],
  )
  await recordings(running!.sid).remove()
  await assert.rejects(recordings(running!.sid).fetch(), { code: 20404 })
})

test('a participant that the app dials may bring the recording along', async (t) => {
  const run = await conferenceJourney(t)
  const { ringback, app, client } = run
  const caller = await callerWith(run, 1, [{ waitMs: 6000 }, { say: 'hello' }])
  await ringback.phone(phoneNumber(2), { answer: { afterMs: 500 } })
  await ringback.clock.advance(1000)
  await client.conferences('Room').participants.create({
    from: ringback.number,
    to: phoneNumber(2),
    conferenceRecord: 'true',
    conferenceRecordingStatusCallback: `${app.url}/recorded`,
    endConferenceOnExit: true,
  })
  await ringback.clock.advance(10_000)
  await client.conferences('Room').update({ status: 'completed' })
  await ringback.over(caller)
  const told = await app.requested('/recorded')
  assert.deepEqual([told.parameters.RecordingStatus, told.parameters.ErrorCode], ['completed', '0'])
})
