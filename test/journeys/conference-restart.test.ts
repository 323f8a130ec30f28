/** The platform is killed in the middle of a conference: after the restart it is ended, and everybody is told. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventsToldOf, toldOf } from '../kit/conference.ts'
import { startApp } from '../kit/customer-app.ts'
import { officialClient } from '../kit/journey.ts'
import { startServer } from '../kit/server-process.ts'

test('a conference that died with the process is completed: every join has its leave, and there is one end', async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'ringback-conference-'))
  const app = await startApp({ '/conference': () => ({ status: 204 }) })
  t.after(async () => {
    await app.close()
    await rm(data, { recursive: true, force: true })
  })
  const env = { RINGBACK_CLOCK: 'real' }
  const before = await startServer({ data, env })
  t.after(() => before.kill('SIGKILL'))
  const client = officialClient(before)
  const { participants } = client.conferences('Room')
  const participant = (to: string) =>
    participants.create({
      from: '+15005550006',
      to,
      conferenceStatusCallback: `${app.url}/conference`,
      conferenceStatusCallbackEvent: ['start', 'end', 'join', 'leave'],
    })
  const one = await participant('+15551230001')
  const other = await participant('+15551230002')
  const ringing = await participant('+15005550102')
  await app.requested('/conference', 3)
  assert.deepEqual(eventsToldOf(app), ['participant-join', 'participant-join', 'conference-start'])
  await before.kill('SIGKILL')

  const after = await startServer({ data, env })
  t.after(() => after.kill('SIGTERM'))
  // What was told but not known to have been told is told again, with the same number.
  const distinct = () => toldOf(app).filter((told, at, all) => told.SequenceNumber !== all[at - 1]?.SequenceNumber)
  for (let requests = 7; distinct().length < 7; requests++) await app.requested('/conference', requests)
  const told = distinct().slice(3)
  assert.deepEqual(
    told.map(
      ({ StatusCallbackEvent, CallSid, ReasonParticipantLeft, ParticipantCallStatus, ReasonConferenceEnded }) => [
        StatusCallbackEvent,
        CallSid,
        ReasonParticipantLeft ?? ReasonConferenceEnded,
        ParticipantCallStatus,
      ],
    ),
    [
      ['participant-leave', ringing.callSid, 'participant_add_failed', 'failed'],
      ['participant-leave', one.callSid, 'participant_hung_up', 'completed'],
      ['participant-leave', other.callSid, 'participant_hung_up', 'completed'],
      ['conference-end', undefined, 'last-participant-left', undefined],
    ],
  )
  assert.deepEqual(
    distinct().map(({ SequenceNumber }) => SequenceNumber),
    ['1', '2', '3', '4', '5', '6', '7'],
  )
  const conference = await officialClient(after).conferences(one.conferenceSid).fetch()
  assert.deepEqual([conference.status, conference.callSidEndingConference], ['completed', other.callSid])
})
