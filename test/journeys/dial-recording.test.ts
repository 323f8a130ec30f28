/** A recorded conversation: one channel a party, each with what that party said, and where the app hears of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ADA, dialledIn } from '../kit/dials.ts'
import { journey } from '../kit/journey.ts'
import { near, recordedWav } from '../kit/recordings.ts'
import { soundings } from '../kit/wav-file.ts'

test('the caller is in the first channel, the party in the second, and both callbacks name the recording', async (t) => {
  const run = await journey(t, {
    '/voice': () =>
      `<Dial record="record-from-answer-dual" recordingStatusCallback="/recorded" action="/done"><Number statusCallback="/child">${ADA}</Number></Dial>`,
    '/done': () => '<Hangup/>',
    '/child': () => ({}),
    '/recorded': () => ({}),
  })
  await run.ringback.phone(ADA, {
    script: [
      { waitMs: 1000 },
      { say: 'This is Ada speaking' },
      { hear: 'good bye' },
      { waitMs: 700 },
      { hangup: true },
    ],
  })
  const callSid = await dialledIn(run, [{ hear: 'speaking' }, { waitMs: 800 }, { say: 'Then good bye' }])
  const done = (await run.app.requested('/done')).parameters
  const child = (await run.app.requested('/child')).parameters
  const recorded = (await run.app.requested('/recorded')).parameters
  const { RecordingSid: sid } = recorded
  assert.ok(done.RecordingUrl?.endsWith(`/Recordings/${sid}`))
  assert.deepEqual(
    [child.RecordingUrl, child.RecordingSid, child.RecordingDuration, child.CallStatus],
    [done.RecordingUrl, sid, recorded.RecordingDuration, 'completed'],
  )
  assert.deepEqual(
    [recorded.CallSid, recorded.RecordingSource, recorded.RecordingChannels, recorded.RecordingStatus],
    [callSid, 'DialVerb', '2', 'completed'],
  )
  const wav = await recordedWav(run.ringback, sid!)
  const [caller, ada] = wav.channels.map((channel) => soundings(channel))
  // 20 characters take 1200 ms, 13 take 780.
  assert.deepEqual([caller!.length, ada!.length], [1, 1])
  near(ada![0]![0], 1000, 'Ada begins')
  near(ada![0]![1], 2200, 'Ada ends')
  near(caller![0]![0], 3000, 'the caller begins')
  near(caller![0]![1], 3780, 'the caller ends')
  near(wav.lengthMs, 4480, 'the recording')
})
