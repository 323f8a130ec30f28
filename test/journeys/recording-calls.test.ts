/** Calls created with `record`: what is in the file, what the app is told, and the resources. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type twilio from 'twilio'
import type { Heard } from '../../src/testing/index.ts'
import { journey } from '../kit/journey.ts'
import { callPhone, later, near, nearStretches, playedStretches, recordedWav } from '../kit/recordings.ts'
import { soundings } from '../kit/wav-file.ts'

type NewCall = Parameters<twilio.Twilio['calls']['create']>[0]
type Stretch = [number, number]

const WORDS = 'Good day to you all.' // 20 characters: 1,200 ms
const ROUTES = {
  '/voice': () =>
    '<Pause length="1"/><Say>This is a call that is recorded.</Say><Pause length="4"/><Say>Goodbye.</Say><Pause length="2"/>',
  '/recorded': () => ({ status: 204 }),
}
// The platform speaks at 1,000 and at 6,920; the phone in between, and once at the same time.
const SCRIPT = [{ waitMs: 3500 }, { say: WORDS }, { waitMs: 2000 }, { say: WORDS }]

const saidStretches = ({ said }: Heard): Stretch[] => said.map(({ atMs }) => [atMs, atMs + 1200])

/** Stretches that touch or overlap are one. */
function united(stretches: readonly Stretch[]): Stretch[] {
  const found: Stretch[] = []
  for (const [from, to] of stretches.toSorted(([a], [b]) => a - b)) {
    const last = found.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else found.push([from, to])
  }
  return found
}

interface Case {
  readonly what: string
  readonly order: Partial<NewCall>
  readonly channels: (heard: Heard) => Stretch[][]
  /** Silence left out at the beginning, and where the file ends, in ms since the answer; null: with the call. */
  readonly beginsMs?: number
  readonly ends?: (heard: Heard) => number
  readonly track?: string
}

const CASES: readonly Case[] = [
  {
    what: 'one channel has both sides',
    order: { trim: 'do-not-trim' },
    channels: (heard) => [united([...saidStretches(heard), ...playedStretches(heard)])],
  },
  {
    what: 'two channels: the phone first, the platform second',
    order: { recordingChannels: 'dual', trim: 'do-not-trim' },
    channels: (heard) => [saidStretches(heard), playedStretches(heard)],
  },
  {
    what: 'the inbound track alone',
    order: { recordingTrack: 'inbound', trim: 'do-not-trim' },
    channels: (heard) => [saidStretches(heard)],
    track: 'inbound',
  },
  {
    what: 'the outbound track alone, one channel even when two were asked for',
    order: { recordingTrack: 'outbound', recordingChannels: 'dual', trim: 'do-not-trim' },
    channels: (heard) => [playedStretches(heard)],
    track: 'outbound',
  },
  {
    what: 'trimmed, as it is by default: silence inside stays',
    order: { recordingChannels: 'dual' },
    channels: (heard) => [saidStretches(heard), playedStretches(heard)],
    beginsMs: 1000,
    ends: (heard) => Math.max(...united([...saidStretches(heard), ...playedStretches(heard)]).map(([, to]) => to)),
  },
  {
    what: 'one track trimmed to its own sound',
    order: { recordingTrack: 'inbound' },
    channels: (heard) => [saidStretches(heard)],
    beginsMs: 3500,
    ends: (heard) => saidStretches(heard).at(-1)![1],
    track: 'inbound',
  },
]

for (const { what, order, channels, beginsMs = 0, ends, track = 'both' } of CASES) {
  test(`a call created with record: ${what}`, async (t) => {
    const run = await journey(t, ROUTES)
    const { ringback, app, client } = run
    const { sid: callSid, heard } = await callPhone(run, SCRIPT, {
      record: true,
      ...order,
      recordingStatusCallback: `${app.url}/recorded`,
      recordingStatusCallbackEvent: ['in-progress', 'completed', 'absent'],
    })
    const [recording, ...others] = await client.calls(callSid).recordings.list()
    assert.ok(recording && others.length === 0)
    const { sid } = recording
    const wav = await recordedWav(ringback, sid)
    const expected = channels(heard)
    assert.equal(wav.channels.length, expected.length)
    for (const [index, stretches] of expected.entries())
      nearStretches(soundings(wav.channels[index]!), later(stretches, -beginsMs), `channel ${index + 1}`)
    const endedMs = 1000 + 32 * 60 + 4000 + 480 + 2000
    near(wav.lengthMs, (ends?.(heard) ?? endedMs) - beginsMs, 'the length')

    const seconds = String(Math.ceil(wav.lengthMs / 1000))
    const told = {
      AccountSid: ringback.accountSid,
      CallSid: callSid,
      RecordingSid: sid,
      RecordingUrl: `${ringback.url}/2010-04-01/Accounts/${ringback.accountSid}/Recordings/${sid}`,
      RecordingChannels: String(expected.length),
      RecordingStartTime: 'Tue, 01 Jan 2030 00:00:02 +0000',
      RecordingSource: 'OutboundAPI',
      RecordingTrack: track,
      ErrorCode: '0',
    }
    assert.deepEqual(
      app.to('/recorded').map(({ parameters }) => parameters),
      [
        { ...told, RecordingStatus: 'in-progress' },
        { ...told, RecordingStatus: 'completed', RecordingDuration: seconds },
      ],
    )
    assert.deepEqual(
      [recording.status, recording.source, recording.channels, recording.track, recording.duration],
      ['completed', 'OutboundAPI', expected.length, track, seconds],
    )
    assert.deepEqual(
      [recording.accountSid, recording.callSid, recording.conferenceSid, recording.errorCode, recording.apiVersion],
      [ringback.accountSid, callSid, null, null, '2010-04-01'],
    )
    assert.equal(String(recording.startTime), String(new Date('2030-01-01T00:00:02Z')))
  })
}

test('a recording in the lists of its call and its account, and after it was deleted', async (t) => {
  const run = await journey(t, ROUTES)
  const { ringback, client } = run
  const { sid: callSid } = await callPhone(run, SCRIPT, { record: true })
  const { sid: otherCall } = await callPhone(run, SCRIPT, { record: true })
  const ofCall = async (more: object = {}) =>
    (await client.recordings.list({ callSid, ...more })).map(({ sid, status }) => [sid, status])
  const [recording] = await client.calls(callSid).recordings.list()
  const { sid } = recording!
  assert.equal((await client.recordings.list()).length, 2)
  assert.deepEqual(await ofCall(), [[sid, 'completed']])
  const day = (text: string) => new Date(`2030-01-${text}T00:00:00Z`)
  assert.deepEqual(await ofCall({ dateCreated: day('01') }), [[sid, 'completed']])
  assert.deepEqual(await ofCall({ dateCreated: day('02') }), [])
  assert.deepEqual(await ofCall({ dateCreatedAfter: day('01'), dateCreatedBefore: day('02') }), [[sid, 'completed']])
  assert.deepEqual(await ofCall({ dateCreatedAfter: day('02') }), [])
  const fetched = await client.recordings(sid).fetch()
  assert.deepEqual(
    [fetched.callSid, fetched.mediaUrl, fetched.uri],
    [
      callSid,
      `${ringback.url}/2010-04-01/Accounts/${ringback.accountSid}/Recordings/${sid}`,
      `/2010-04-01/Accounts/${ringback.accountSid}/Recordings/${sid}.json`,
    ],
  )

  assert.equal(await client.recordings(sid).remove(), true)
  await assert.rejects(client.recordings(sid).fetch(), { status: 404, code: 20404 })
  await assert.rejects(client.calls(callSid).recordings(sid).fetch(), { status: 404, code: 20404 })
  assert.equal((await client.recordings(sid).fetch({ includeSoftDeleted: true })).status, 'deleted')
  assert.deepEqual(await ofCall(), [])
  assert.deepEqual(await ofCall({ includeSoftDeleted: true }), [[sid, 'deleted']])
  await assert.rejects(recordedWav(ringback, sid), /404/)
  assert.equal((await client.calls(otherCall).recordings.list()).length, 1)
})
