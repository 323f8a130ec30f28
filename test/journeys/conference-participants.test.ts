/** Participants that the app dials in: warm transfer, coaching, and those who never come. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  callerWith,
  conferenceJourney,
  dialRoom,
  eventsToldOf,
  heardParties,
  heardWords,
  phoneNumber,
  toldOf,
  toldOnce,
} from '../kit/conference.ts'

test('a warm transfer: the agent brings a colleague in and leaves; caller and colleague go on', async (t) => {
  const run = await conferenceJourney(t, { '/status': () => ({ status: 204 }) })
  const { ringback, app, client } = run
  const caller = await callerWith(run, 1, [
    { hear: 'let me get somebody' },
    { say: 'thanks' },
    { hear: 'how can I help' },
    { say: 'my line is dead' },
  ])
  await ringback.phone(phoneNumber(2), {
    script: [
      { waitMs: 1000 },
      { say: 'let me get somebody' },
      { hear: 'colleague here' },
      { say: 'bye' },
      { hangup: true },
    ],
  })
  await ringback.phone(phoneNumber(3), {
    script: [{ waitMs: 500 }, { say: 'colleague here' }, { hear: 'bye' }, { waitMs: 2000 }, { say: 'how can I help' }],
  })
  await ringback.clock.advance(2000)
  const participants = client.conferences('Room').participants
  const agent = await participants.create({
    from: ringback.number,
    to: phoneNumber(2),
    label: 'agent',
    statusCallback: `${app.url}/status`,
    statusCallbackEvent: ['ringing', 'answered', 'completed'],
  })
  assert.deepEqual(
    [agent.status, agent.label, agent.queueTime, agent.muted, agent.startConferenceOnEnter],
    ['queued', 'agent', '0', false, true],
  )
  await ringback.clock.advance(500)
  assert.equal((await participants('agent').fetch()).status, 'ringing')
  assert.equal((await client.calls(agent.callSid).fetch()).direction, 'outbound-api')
  assert.deepEqual(eventsToldOf(app), ['participant-join'])
  await ringback.clock.advance(4000)
  assert.equal((await participants('agent').fetch()).status, 'connected')
  const colleague = await participants.create({
    from: ringback.number,
    to: phoneNumber(3),
    label: 'colleague',
    endConferenceOnExit: true,
    // Only the first one's counts.
    conferenceStatusCallback: `${app.url}/never`,
  })
  await ringback.clock.advance(20_000)
  assert.equal(await ringback.over(agent.callSid), 'completed')
  assert.deepEqual(
    (await participants.list()).map(({ callSid }) => callSid),
    [caller, colleague.callSid],
  )
  assert.deepEqual(heardParties(await ringback.heard(caller)), [
    'let me get somebody',
    'colleague here',
    'bye',
    'how can I help',
  ])
  assert.deepEqual(heardParties(await ringback.heard(colleague.callSid)), ['bye', 'my line is dead'])
  await client.calls(colleague.callSid).update({ status: 'completed' })
  await ringback.over(caller)
  assert.equal(toldOnce(app, 'conference-end').ParticipantLabelEndingConference, 'colleague')
  assert.equal(toldOnce(app, 'participant-join', agent.callSid).ParticipantLabel, 'agent')
  assert.equal(app.to('/never').length, 0)
  assert.deepEqual(
    app.to('/status').map(({ parameters }) => parameters.CallStatus),
    ['ringing', 'in-progress', 'completed'],
  )
})

test('a supervisor is heard by the agent alone, hears both, and may be moved and ended', async (t) => {
  const run = await conferenceJourney(t)
  const { ringback, app, client } = run
  const every = (words: string) => Array.from({ length: 30 }, () => [{ waitMs: 1500 }, { say: words }]).flat()
  const caller = await callerWith(run, 1, every('caller'))
  const agent = await callerWith(run, 2, every('agent'))
  await ringback.phone(phoneNumber(3), { answer: { afterMs: 100 }, script: every('supervisor') })
  await ringback.clock.advance(1000)
  const { participants } = client.conferences('Room')
  const to = phoneNumber(3)
  const from = ringback.number
  await assert.rejects(participants.create({ from, to, coaching: true }), { code: 20001 })
  await assert.rejects(participants.create({ from, to, coaching: true, callSidToCoach: `CA${'1'.repeat(32)}` }), {
    code: 16028,
  })
  const supervisor = await participants.create({ from, to, coaching: true, callSidToCoach: agent, beep: 'false' })
  assert.deepEqual([supervisor.coaching, supervisor.callSidToCoach], [true, agent])
  await ringback.clock.advance(10_000)
  assert.deepEqual(new Set(heardParties(await ringback.heard(caller))), new Set(['agent']))
  assert.deepEqual(new Set(heardParties(await ringback.heard(agent))), new Set(['caller', 'supervisor']))
  assert.deepEqual(new Set(heardParties(await ringback.heard(supervisor.callSid))), new Set(['caller', 'agent']))
  assert.equal(toldOnce(app, 'participant-join', supervisor.callSid).Coaching, 'true')
  await participants(supervisor.callSid).update({ coaching: false })
  await ringback.clock.advance(5000)
  assert.ok(heardParties(await ringback.heard(caller)).includes('supervisor'))
  assert.equal(toldOnce(app, 'participant-modify', supervisor.callSid).Coaching, 'false')
})

for (const [what, answer, callStatus] of [
  ['is busy', 'busy', 'busy'],
  ['does not answer', 'no-answer', 'no-answer'],
  ['cannot be reached', 'unreachable', 'failed'],
] as const)
  test(`one who ${what} is told as having left without having joined; alone, that ends the conference`, async (t) => {
    const run = await conferenceJourney(t)
    const { ringback, app, client } = run
    await ringback.phone(phoneNumber(1), { answer })
    const participant = await client.conferences('Sales & "Co" <1>').participants.create({
      from: ringback.number,
      to: phoneNumber(1),
      timeout: 20,
      conferenceStatusCallback: `${app.url}/conference`,
      conferenceStatusCallbackEvent: ['start end join', 'leave'] as never,
    })
    assert.equal((await client.conferences(participant.conferenceSid).fetch()).status, 'init')
    await ringback.clock.untilIdle()
    assert.equal(await ringback.over(participant.callSid), callStatus)
    assert.deepEqual(eventsToldOf(app), ['participant-leave', 'conference-end'])
    const left = toldOnce(app, 'participant-leave', participant.callSid)
    assert.deepEqual(
      [left.ReasonParticipantLeft, left.ParticipantCallStatus, left.FriendlyName],
      ['participant_add_failed', callStatus, 'Sales & "Co" <1>'],
    )
    const { ReasonConferenceEnded } = toldOnce(app, 'conference-end')
    assert.equal(ReasonConferenceEnded, 'last-participant-left')
    // 20 seconds and the grace of 5, and the 100 ms until a phone rings.
    const call = await client.calls(participant.callSid).fetch()
    if (callStatus === 'no-answer') assert.equal(call.endTime.getTime() - call.startTime.getTime(), 25_000)
  })

test('what a participant is made with holds when it comes, whatever its name needs', async (t) => {
  const run = await conferenceJourney(t, {
    '/wait': () => '<Say>one moment</Say>',
    '/recorded': () => ({ status: 204 }),
  })
  const { ringback, app, client } = run
  const name = `Größe "A" & <B>  'C'`
  const add = (n: number, more: object) =>
    client.conferences(name).participants.create({ from: ringback.number, to: phoneNumber(n), ...more })
  const first = await add(1, {
    label: 'ä & "b" <c>',
    muted: true,
    waitUrl: `${app.url}/wait?a=1&b="2"`,
    waitMethod: 'GET',
    conferenceStatusCallback: `${app.url}/conference?x=1&y=2`,
    conferenceStatusCallbackEvent: ['join', 'start', 'leave', 'end', 'modify'],
  })
  await assert.rejects(add(2, { label: 'ä & "b" <c>' }), { code: 16026 })
  await assert.rejects(add(2, { label: 'a/b' }), { code: 16024 })
  await assert.rejects(add(2, { timeout: 4 }), { code: 21208 })
  await assert.rejects(add(2, { to: 'nobody' }), { code: 21211 })
  await assert.rejects(add(2, { waitUrl: 'nowhere' }), { code: 21205 })
  // Changed before it is there.
  await client.conferences(name).participants(first.callSid).update({ muted: false, endConferenceOnExit: true })
  await ringback.clock.advance(4000)
  assert.deepEqual(heardWords(await ringback.heard(first.callSid)), ['say one moment'])
  const [wait] = app.to('/wait')
  assert.deepEqual([wait?.method, wait?.parameters.b, wait?.parameters.FriendlyName], ['GET', '"2"', name])
  const joined = toldOnce(app, 'participant-join', first.callSid)
  assert.deepEqual(
    [joined.ParticipantLabel, joined.Muted, joined.EndConferenceOnExit, joined.FriendlyName],
    ['ä & "b" <c>', 'false', 'true', name],
  )
  assert.equal((await client.conferences.list()).length, 1)
  await add(2, { maxParticipants: 2 })
  await ringback.clock.advance(4000)
  await assert.rejects(add(3, { maxParticipants: 2 }), { code: 16020 })
  assert.ok(toldOf(app).some(({ StatusCallbackEvent }) => StatusCallbackEvent === 'conference-start'))
  const sid = first.conferenceSid
  await client.conferences(sid).update({ status: 'completed' })
  await assert.rejects(client.conferences(sid).participants.create({ from: ringback.number, to: phoneNumber(3) }), {
    code: 16022,
  })
  await assert.rejects(
    client.conferences(`CF${'0'.repeat(32)}`).participants.create({ from: ringback.number, to: phoneNumber(3) }),
    { code: 20404 },
  )
})

test('the end of a conference cancels those who still ring', async (t) => {
  const run = await conferenceJourney(t, { '/voice': () => dialRoom() })
  const { ringback, app, client } = run
  const caller = await callerWith(run, 1)
  await ringback.clock.advance(1000)
  await ringback.phone(phoneNumber(2), { answer: 'no-answer' })
  const { participants } = client.conferences('Room')
  const one = await participants.create({ from: ringback.number, to: phoneNumber(2) })
  const other = await participants.create({ from: ringback.number, to: phoneNumber(2) })
  await ringback.clock.advance(1000)
  await participants(one.callSid).remove()
  assert.equal(await ringback.over(one.callSid), 'canceled')
  assert.equal(toldOf(app).length, 2)
  // The caller leaves: the conference waits for the one who rings.
  await client.calls(caller).update({ status: 'completed' })
  await ringback.over(caller)
  const [conference] = await client.conferences.list()
  assert.equal(conference?.status, 'init')
  await client.conferences(conference.sid).update({ status: 'completed' })
  assert.equal(await ringback.over(other.callSid), 'canceled')
  await ringback.clock.advance(1000)
  assert.deepEqual(eventsToldOf(app), [
    'participant-join',
    'participant-leave',
    'participant-leave',
    'participant-leave',
    'conference-end',
  ])
  assert.deepEqual(
    toldOf(app).flatMap(({ ReasonParticipantLeft, ParticipantCallStatus }) =>
      ReasonParticipantLeft ? [[ReasonParticipantLeft, ParticipantCallStatus]] : [],
    ),
    [
      ['participant_add_failed', 'canceled'],
      ['participant_hung_up', 'completed'],
      ['participant_add_failed', 'canceled'],
    ],
  )
})
