/** A conference under the hands of the app: hold, mute, announcements, removal, labels, its end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  callerWith,
  conferenceJourney,
  dialRoom,
  heardParties,
  heardWords,
  phoneNumber,
  toldOf,
  toldOnce,
} from '../kit/conference.ts'
import type { Journey } from '../kit/journey.ts'

const labelled = {
  '/voice': ({ parameters }: { parameters: Readonly<Record<string, string>> }) =>
    dialRoom(`participantLabel="${parameters.From === phoneNumber(1) ? 'alice' : 'bob b'}"`),
}

/** Two who speak every two seconds, from two seconds after the conference has begun. */
async function twoSpeakers(run: Journey) {
  const { ringback, client } = run
  const words = (who: string) => Array.from({ length: 20 }, (_, n) => [{ waitMs: 2000 }, { say: `${who} ${n}` }]).flat()
  const alice = await callerWith(run, 1, words('alice'))
  const bob = await callerWith(run, 2, words('bob'))
  await ringback.clock.advance(1000)
  const [conference] = await client.conferences.list()
  assert.ok(conference)
  return { alice, bob, room: client.conferences(conference.sid), sid: conference.sid }
}

const among = (words: readonly string[], who: string) => words.filter((word) => word.startsWith(who)).length

test('muted: hears all, is not heard', async (t) => {
  const run = await conferenceJourney(t, labelled)
  const { ringback, app } = run
  const { alice, bob, room } = await twoSpeakers(run)
  const muted = await room.participants('bob b').update({ muted: true })
  assert.deepEqual(
    [muted.muted, muted.hold, muted.callSid, muted.label, muted.status],
    [true, false, bob, 'bob b', 'connected'],
  )
  await ringback.clock.advance(10_000)
  assert.equal(among(heardParties(await ringback.heard(alice)), 'bob'), 0)
  assert.ok(among(heardParties(await ringback.heard(bob)), 'alice') >= 3)
  await room.participants(bob).update({ muted: true })
  await room.participants(bob).update({ muted: false })
  await ringback.clock.advance(10_000)
  assert.ok(among(heardParties(await ringback.heard(alice)), 'bob') >= 3)
  assert.equal(toldOnce(app, 'participant-mute', bob).Muted, 'true')
  assert.equal(toldOnce(app, 'participant-unmute', bob).Muted, 'false')
  for (const [sid, told] of [
    [alice, true],
    [bob, false],
  ] as const) {
    const spoke = toldOf(app).filter(
      ({ StatusCallbackEvent, CallSid, Muted }) =>
        StatusCallbackEvent === 'participant-speech-start' && CallSid === sid && Muted === 'false',
    )
    assert.ok(spoke.length > 0, `${told}`)
  }
})

test('held: out of the mix, with music of ours, then with the music of the app; back again', async (t) => {
  const run = await conferenceJourney(t, {
    ...labelled,
    '/hold': ({ parameters }) => (parameters.CallSid ? '<Say loop="2">you are on hold</Say><Redirect/>' : ''),
  })
  const { ringback, app } = run
  const { alice, bob, room } = await twoSpeakers(run)
  const held = await room.participants(alice).update({ hold: true })
  assert.equal(held.hold, true)
  await ringback.clock.advance(5000)
  await room.participants('alice').update({ hold: true, holdUrl: `${app.url}/hold` })
  await ringback.clock.advance(5000)
  await room.participants('alice').update({ hold: false })
  const until = await ringback.heard(alice)
  assert.deepEqual(heardParties(until), [])
  assert.deepEqual([...new Set(heardWords(until))], ['music (hold music)', 'tone (enter beep)', 'say you are on hold'])
  assert.deepEqual(heardParties(await ringback.heard(bob)), [])
  await ringback.clock.advance(5000)
  assert.ok(among(heardParties(await ringback.heard(alice)), 'bob') >= 1)
  assert.ok(among(heardParties(await ringback.heard(bob)), 'alice') >= 1)
  const [fetched] = app.to('/hold')
  assert.deepEqual([fetched?.method, fetched?.parameters.FriendlyName], ['GET', 'Room'])
  assert.equal(toldOnce(app, 'participant-hold', alice).Hold, 'true')
  assert.equal(toldOnce(app, 'participant-unhold', alice).Hold, 'false')
})

test('an announcement to one is heard by that one alone, one to all by all; each end is told', async (t) => {
  const run = await conferenceJourney(t, {
    ...labelled,
    '/voice': () => dialRoom(),
    '/announce': ({ parameters }) =>
      `<Say>to ${parameters.CallSid ? 'all' : 'nobody'}</Say><Pause length="1"/><Say>thanks</Say>`,
    '/one': () => '<Say>only you</Say>',
    '/broken': () => ({ status: 500 }),
  })
  const { ringback, app, client } = run
  const calls = [await callerWith(run, 1), await callerWith(run, 2), await callerWith(run, 3)] as const
  await ringback.clock.advance(1500)
  const [conference] = await client.conferences.list()
  const room = client.conferences(conference!.sid)
  await room.update({ announceUrl: `${app.url}/announce` })
  await room.participants(calls[1]).update({ announceUrl: `${app.url}/one`, announceMethod: 'GET' })
  await ringback.clock.advance(10_000)
  const words = await Promise.all(
    calls.map(async (sid) => heardWords(await ringback.heard(sid)).filter((word) => word.startsWith('say'))),
  )
  assert.deepEqual(
    [words[0], words[2]],
    [
      ['say to all', 'say thanks'],
      ['say to all', 'say thanks'],
    ],
  )
  assert.ok(words[1]!.includes('say only you') && words[1]!.includes('say thanks'), words[1]!.join())
  const ends = toldOf(app).filter(({ StatusCallbackEvent }) => StatusCallbackEvent === 'announcement-end')
  assert.deepEqual(
    ends.map(({ AnnounceUrl, CallSid, Muted }) => [AnnounceUrl, CallSid, Muted]).toSorted(),
    [
      [`${app.url}/announce`, undefined, undefined],
      [`${app.url}/one`, calls[1], 'false'],
    ].toSorted(),
  )
  assert.equal(app.to('/one')[0]?.method, 'GET')
  await room.update({ announceUrl: `${app.url}/broken` })
  await ringback.clock.advance(1000)
  const failed = toldOnce(app, 'announcement-fail')
  assert.equal(failed.AnnounceUrl, `${app.url}/broken`)
  assert.ok((failed.ReasonAnnouncementFailed ?? '').length > 10)
  // One that its participant does not hear to the end has failed.
  app.route('/long', () => '<Say loop="0">on and on</Say>')
  await room.participants(calls[2]).update({ announceUrl: `${app.url}/long` })
  await ringback.clock.advance(3000)
  await room.participants(calls[2]).remove()
  await ringback.clock.advance(1000)
  const cut = toldOnce(app, 'announcement-fail', calls[2])
  assert.equal(cut.AnnounceUrl, `${app.url}/long`)
})

test('who is removed goes on behind its <Dial>; who ends the conference when leaving, ends it then too', async (t) => {
  const run = await conferenceJourney(t, { '/done': () => '<Say>you were removed</Say>' })
  const { ringback, app, client } = run
  const calls = [await callerWith(run, 1), await callerWith(run, 2), await callerWith(run, 3)] as const
  await ringback.clock.advance(1500)
  const [conference] = await client.conferences.list()
  const room = client.conferences(conference!.sid)
  await room.participants(calls[0]).remove()
  await ringback.clock.advance(3000)
  assert.equal(await ringback.over(calls[0]), 'completed')
  assert.ok(heardWords(await ringback.heard(calls[0])).includes('say you were removed'))
  const removed = toldOnce(app, 'participant-leave', calls[0])
  assert.deepEqual(
    [removed.ReasonParticipantLeft, removed.ParticipantCallStatus],
    ['participant_updated_via_api', 'in-progress'],
  )
  await assert.rejects(room.participants(calls[0]).fetch(), { status: 404, code: 20404 })
  const changed = await room.participants(calls[1]).update({ endConferenceOnExit: true, beepOnExit: false })
  assert.equal(changed.endConferenceOnExit, true)
  await room.participants(calls[1]).remove()
  await ringback.clock.advance(1000)
  assert.equal(toldOnce(app, 'participant-modify', calls[1]).EndConferenceOnExit, 'true')
  const end = toldOnce(app, 'conference-end')
  assert.deepEqual(
    [end.ReasonConferenceEnded, end.CallSidEndingConference],
    ['participant-with-end-conference-on-exit-kicked', calls[1]],
  )
  assert.equal(toldOnce(app, 'participant-leave', calls[2]).ReasonParticipantLeft, 'moderator_ended_conference')
})

test('the app ends a conference: all go on, and nobody is told as having ended it', async (t) => {
  const run = await conferenceJourney(t)
  const { ringback, app, client } = run
  const { alice, bob, room, sid } = await twoSpeakers(run)
  const ended = await room.update({ status: 'completed' })
  assert.deepEqual(
    [ended.status, ended.reasonConferenceEnded, ended.callSidEndingConference],
    ['completed', 'conference-ended-via-api', null],
  )
  await ringback.clock.advance(1000)
  for (const call of [alice, bob]) {
    const left = toldOnce(app, 'participant-leave', call)
    assert.deepEqual(
      [left.ReasonParticipantLeft, left.ParticipantCallStatus],
      ['conference_ended_via_api', 'in-progress'],
    )
    assert.equal(await ringback.over(call), 'completed')
  }
  const end = toldOnce(app, 'conference-end')
  assert.deepEqual([end.ReasonConferenceEnded, end.CallSidEndingConference], ['conference-ended-via-api', undefined])
  // What is over is left as it is; the name is free for another one.
  assert.equal((await room.update({ status: 'completed' })).status, 'completed')
  await assert.rejects(room.update({ announceUrl: app.url }), { code: 16001 })
  await callerWith(run, 1)
  await ringback.clock.advance(1000)
  const [next, before] = await client.conferences.list({ friendlyName: 'Room' })
  assert.deepEqual([next?.status, before?.sid], ['init', sid])
  assert.notEqual(next?.sid, sid)
  assert.deepEqual(
    (await client.conferences.list({ status: 'completed' })).map((conference) => conference.sid),
    [sid],
  )
  const day = new Date(ringback.clock.now())
  assert.equal((await client.conferences.list({ dateCreated: day, dateUpdatedBefore: day })).length, 2)
})

test('participants are listed and found by call and by label, as the account sees them', async (t) => {
  const run = await conferenceJourney(t, labelled)
  const { alice, bob, room } = await twoSpeakers(run)
  await room.participants(bob).update({ muted: true })
  const list = async (filter = {}) => (await room.participants.list(filter)).map(({ callSid }) => callSid)
  assert.deepEqual(await list(), [alice, bob])
  assert.deepEqual(await list({ muted: true }), [bob])
  assert.deepEqual(await list({ muted: false, hold: false }), [alice])
  assert.deepEqual(await list({ coaching: true }), [])
  assert.equal((await room.participants('bob b').fetch()).callSid, bob)
  const shown = await run.client.conferences('Room').participants(alice).fetch()
  assert.deepEqual(
    { ...shown.toJSON(), dateCreated: null, dateUpdated: null, uri: null },
    {
      accountSid: run.ringback.accountSid,
      callSid: alice,
      callSidToCoach: null,
      coaching: false,
      conferenceSid: shown.conferenceSid,
      dateCreated: null,
      dateUpdated: null,
      endConferenceOnExit: false,
      hold: false,
      label: 'alice',
      muted: false,
      queueTime: null,
      startConferenceOnEnter: true,
      status: 'connected',
      uri: null,
    },
  )
  await assert.rejects(room.participants('nobody').fetch(), { code: 20404 })
  await assert.rejects(room.participants(alice).update({ coaching: true }), { code: 20001 })
  await assert.rejects(room.participants(alice).update({ coaching: true, callSidToCoach: `CA${'1'.repeat(32)}` }), {
    code: 16028,
  })
  await room.participants(bob).update({ hold: true })
  await assert.rejects(room.participants(alice).update({ coaching: true, callSidToCoach: bob }), { code: 16027 })
})
