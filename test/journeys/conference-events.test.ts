/** Conferences at a sink: what happened in them as events, and which call or conference each is about. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALL_EVENTS, callerWith, conferenceJourney } from '../kit/conference.ts'
import { createSink, eventsTo, short, subscribe, voice } from '../kit/sinks.ts'

const [ANNOUNCEMENT, PARTICIPANT, CONFERENCE, RECORDING] = [
  'status-callback.announcement.processed',
  'status-callback.conference.participant.updated',
  'status-callback.conference.updated',
  'status-callback.recording.processed',
] as const

test('joins, leaves, starts, ends, announcements and recordings reach a sink, each under the SID it is about', async (t) => {
  const run = await conferenceJourney(t, {
    '/voice': () =>
      `<Dial><Conference statusCallback="/conference" statusCallbackEvent="${ALL_EVENTS}" record="record-from-start"
         recordingStatusCallback="/recorded">Room</Conference></Dial>`,
    '/events': () => ({ status: 200 }),
    '/announce': () => '<Say>hello</Say>',
  })
  const { ringback, app, client } = run
  const sink = await createSink(client, 'webhook', { destination: `${app.url}/events`, method: 'POST' })
  await subscribe(client, sink, [ANNOUNCEMENT, PARTICIPANT, CONFERENCE, RECORDING].map(voice))
  const first = await callerWith(run, 1)
  await ringback.clock.advance(1000)
  const second = await callerWith(run, 2, [{ waitMs: 9000 }, { hangup: true }])
  await ringback.clock.advance(1000)
  const room = client.conferences('Room')
  const { sid } = (await client.conferences.list())[0]!
  await room.update({ announceUrl: `${app.url}/announce` })
  await room.participants(second).update({ announceUrl: `${app.url}/announce` })
  await room.participants(first).update({ muted: true })
  await ringback.clock.advance(9000)
  await room.participants(first).remove()
  await ringback.over(first)
  await ringback.clock.untilIdle()

  const events = eventsTo(app, '/events')
  const about = (type: string) =>
    events
      .filter((event) => short(event) === type)
      .map(({ data, source }) => {
        const { parameters } = data.request
        assert.equal(data.sid, parameters.CallSid ?? sid)
        assert.ok(source.endsWith(`/${parameters.CallSid ? 'Calls' : 'Conferences'}/${data.sid}.json`), source)
        assert.equal(parameters.ConferenceSid, sid)
        return [parameters.StatusCallbackEvent ?? parameters.RecordingStatus, parameters.CallSid]
      })
  assert.deepEqual(about(CONFERENCE), [
    ['conference-start', undefined],
    ['conference-end', undefined],
  ])
  assert.deepEqual(
    about(ANNOUNCEMENT).toSorted(),
    [
      ['announcement-end', second],
      ['announcement-end', undefined],
    ].toSorted(),
  )
  assert.deepEqual(
    about(PARTICIPANT).filter(([event]) => !event?.includes('speech')),
    [
      ['participant-join', first],
      ['participant-join', second],
      ['participant-mute', first],
      ['participant-leave', second],
      ['participant-leave', first],
    ],
  )
  assert.deepEqual(about(RECORDING), [['completed', undefined]])
  assert.equal(events.length, 4 + about(PARTICIPANT).length + 1)
})
