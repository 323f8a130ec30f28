/**
 * Random interleavings in virtual time: calls join, hang up, are redirected, held, muted, announced to, removed and dialled,
 * and conferences are ended, all at random moments. Whatever happens, no call is stuck and no callback is missing.
 * RACE_SEED=n repeats one that failed.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Random, seeded } from '../../wire/codec/test-dtmf-audio.ts'
import { DEFAULT_OPTIONS } from '../call/new-records.ts'
import { ACCOUNT, APP, inline, OURS, PHONE, someCalls } from '../call/test-calls.ts'
import type { PlayedLeg } from '../call/test-legs.ts'
import { aSound } from '../media/test-sounds.ts'
import type { ConferenceRecord } from './conference-record.ts'
import { aTicket } from './test-conferences.ts'

const RUNS = 300
const STEPS = 40
const STEP_MS_MAX = 1500
const ALL_EVENTS = ['start', 'end', 'join', 'leave', 'mute', 'hold', 'modify', 'speaker', 'announcement'] as const

const EVERYTHING = [
  'conference-start',
  'conference-end',
  'participant-join',
  'participant-leave',
  'participant-mute',
  'participant-unmute',
  'participant-hold',
  'participant-unhold',
  'participant-modify',
  'participant-speech-start',
  'participant-speech-stop',
  'announcement-end',
  'announcement-fail',
  'participant_hung_up',
  'participant_updated_via_api',
  'moderator_ended_conference',
  'conference_ended_via_api',
  'participant_add_failed',
  'conference-ended-via-api',
  'last-participant-left',
  'last-participant-kicked',
  'participant-with-end-conference-on-exit-left',
  'participant-with-end-conference-on-exit-kicked',
]

const ROOM = (random: Random): string => {
  const attributes = [
    random() < 0.3 ? 'startConferenceOnEnter="false"' : '',
    random() < 0.15 ? 'endConferenceOnExit="true"' : '',
    random() < 0.5 ? `waitUrl="${APP}/${random() < 0.7 ? 'wait' : 'broken'}"` : '',
    random() < 0.2 ? 'record="record-from-start"' : '',
    random() < 0.2 ? 'maxParticipants="2"' : '',
  ]
  const room = random() < 0.8 ? 'a' : 'b'
  return `<Dial action="${APP}/done"><Conference statusCallback="${APP}/conference" statusCallbackEvent="${ALL_EVENTS.join(' ')}" ${attributes.join(' ')}>${room}</Conference></Dial>`
}

async function race(seed: number) {
  const random = seeded(seed)
  const below = (count: number) => Math.floor(random() * count)
  const calls = someCalls({
    '/wait': () => '<Say>please wait</Say><Redirect/>',
    '/broken': () => ({ ok: true, status: 500, headers: {}, body: Buffer.from(''), truncated: false, durationMs: 1 }),
    '/done': () => (random() < 0.2 ? ROOM(random) : '<Hangup/>'),
    '/say': () => '<Say>to whom it may concern</Say>',
  })
  const { clock, conferences, legs, change } = calls
  let announced = 0
  const alive = (): PlayedLeg[] => legs.filter(({ callSid }) => calls.calls.live(callSid))
  const some = <T>(from: readonly T[]): T | undefined => from[below(from.length)]
  const live = async () =>
    (await Promise.all(['a', 'b'].map((name) => conferences.find(ACCOUNT, name)))).filter((found) => found !== null)
  const somebody = async () => {
    const conference = some(await live())
    const view = conference && some(conferences.participants(conference.sid))
    return conference && view ? ([conference.sid, view.participant.callSid] as const) : null
  }
  const document = { url: `${APP}/${random() < 0.8 ? 'say' : 'broken'}`, method: 'POST' } as const

  const ACTIONS: readonly (() => Promise<unknown> | unknown)[] = [
    () => calls.dialIn(inline(ROOM(random))),
    () => calls.dialIn(inline(ROOM(random))),
    () => calls.dialIn(inline(ROOM(random))),
    () => some(alive())?.far({ input: 'hung-up' }),
    async () => {
      const call = some(alive())
      const running = call && calls.calls.live(call.callSid)?.answered
      const twiml = `<Response>${random() < 0.5 ? ROOM(random) : '<Pause length="3"/>'}</Response>`
      if (running) await change(call.callSid, { document: { twiml } })
    },
    async () => {
      const found = await somebody()
      if (found)
        await conferences.change(...found, { hold: random() < 0.5, ...(random() < 0.3 && { holdUrl: document }) })
    },
    async () => {
      const found = await somebody()
      if (found) await conferences.change(...found, { muted: random() < 0.5, endOnExit: random() < 0.1 })
    },
    async () => {
      const found = await somebody()
      const changed = found && (await conferences.change(...found, { announce: document }))
      if (changed && typeof changed !== 'string') announced += 1
    },
    async () => {
      const conference = some(await live())
      const begun = conference && (await conferences.announce(conference, document))
      if (begun && typeof begun !== 'string') announced += 1
    },
    async () => {
      const found = await somebody()
      if (found) await conferences.kick(...found)
    },
    async () => {
      const ticket = aTicket({
        friendlyName: 'a',
        callback: { url: `${APP}/conference`, method: 'POST', events: ALL_EVENTS },
      })
      const call = {
        accountSid: ACCOUNT,
        to: PHONE,
        from: OURS,
        phoneNumberSid: null,
        applicationSid: null,
        statusCallback: null,
        options: { ...DEFAULT_OPTIONS, timeoutSec: 10 },
      }
      await conferences.add(null, { call, ticket }, () => `<Response>${ROOM(() => 0.5)}</Response>`)
    },
    () => {
      const ringing = some(
        alive().filter(({ callSid }) => calls.calls.live(callSid)?.record.direction === 'outbound-api'),
      )
      ringing?.far(random() < 0.7 ? { input: 'answered' } : { input: 'busy', sipResponseCode: 486 })
    },
    () => {
      const leg = some(alive())
      if (leg) leg.media.sound(aSound(1000 + below(2000)))
    },
    async () => {
      const conference = random() < 0.3 ? some(await live()) : undefined
      if (conference) await conferences.end(conference)
    },
  ]

  for (let step = 0; step < STEPS; step++) {
    // Several at once now and then, so that they meet between the same two moments.
    const acts = [ACTIONS[below(ACTIONS.length)]!(), ...(random() < 0.3 ? [ACTIONS[below(ACTIONS.length)]!()] : [])]
    await Promise.all(acts)
    await clock.advance(random() < 0.2 ? 0 : below(STEP_MS_MAX))
  }
  for (let rounds = 0; alive().length > 0 && rounds < 100; rounds++) {
    for (const leg of alive()) leg.far({ input: 'hung-up' })
    await clock.advance(1000)
  }
  await clock.advance(20_000)
  await conferences.settled()
  return { calls, announced }
}

/** Events, and reasons, that came up in any run. */
const seen = new Set<string>()

describe('conferences under random interleavings', () => {
  const wanted = process.env.RACE_SEED
  const seeds = wanted === undefined ? Array.from({ length: RUNS }, (_, run) => run + 1) : [Number(wanted)]
  for (const seed of seeds)
    test(`seed ${seed}`, async () => {
      const { calls, announced } = await race(seed)
      assert.equal(calls.calls.size, 0, 'no call is stuck')
      const rows = new Map<string, ConferenceRecord>()
      for (const write of calls.written)
        if (write.kind === 'conference') rows.set(write.conference.sid, write.conference.row as ConferenceRecord)
      for (const { sid, status, participants } of rows.values())
        assert.deepEqual([status, participants], ['completed', []], `${sid} is over, and on disk as such`)
      const told = calls.requests.filter(({ path }) => path === '/conference').map(({ parameters }) => parameters)
      const stories = Map.groupBy(told, ({ ConferenceSid }) => ConferenceSid!)
      assert.deepEqual(new Set(stories.keys()), new Set(rows.keys()), 'every conference is told of')
      for (const story of stories.values()) checkStory(story)
      for (const { StatusCallbackEvent, ReasonParticipantLeft, ReasonConferenceEnded } of told)
        for (const name of [StatusCallbackEvent, ReasonParticipantLeft, ReasonConferenceEnded]) if (name) seen.add(name)
      const ends = told.filter(({ StatusCallbackEvent }) => StatusCallbackEvent?.startsWith('announcement-'))
      assert.equal(ends.length, announced, 'every announcement is told of once')
    })
})

test('the runs came through every event and every reason', { skip: process.env.RACE_SEED !== undefined }, () => {
  assert.deepEqual(new Set(EVERYTHING), seen)
})

type Told = Readonly<Record<string, string>>

/** What must hold of everything that is told of one conference. */
function checkStory(unordered: readonly Told[]): void {
  const story = unordered.toSorted((a, b) => Number(a.SequenceNumber) - Number(b.SequenceNumber))
  const shown = story
    .map(({ StatusCallbackEvent, CallSid }) => `${StatusCallbackEvent} ${CallSid?.slice(0, 6) ?? ''}`)
    .join('\n')
  assert.deepEqual(
    story.map(({ SequenceNumber }) => Number(SequenceNumber)),
    story.map((_, index) => index + 1),
    shown,
  )
  const events = story.map(({ StatusCallbackEvent }) => StatusCallbackEvent)
  assert.ok(events.filter((event) => event === 'conference-start').length <= 1, `one start at most\n${shown}`)
  assert.equal(events.indexOf('conference-end'), events.length - 1, `the end is the last, and the only one\n${shown}`)
  const inside = new Map<string, { muted: boolean; held: boolean; speaking: boolean }>()
  for (const { StatusCallbackEvent: event, CallSid: callSid = '', ...more } of story) {
    const state = inside.get(callSid)
    const missed = more.ReasonParticipantLeft === 'participant_add_failed'
    switch (event) {
      case 'participant-join':
        assert.ok(!state, `joined twice\n${shown}`)
        inside.set(callSid, { muted: more.Muted === 'true', held: more.Hold === 'true', speaking: false })
        break
      case 'participant-leave':
        assert.ok(missed ? !state : state && !state.speaking, `left without having joined, or speaking\n${shown}`)
        inside.delete(callSid)
        break
      case 'conference-start':
        assert.ok(inside.size >= 2, `started with fewer than two\n${shown}`)
        break
      case 'participant-speech-start':
      case 'participant-speech-stop':
        assert.ok(state && state.speaking === (event === 'participant-speech-stop'), `speech out of turn\n${shown}`)
        state.speaking = !state.speaking
        break
      case 'participant-mute':
      case 'participant-unmute':
        // One that is being dialled may be changed before it joins.
        if (state) assert.equal(state.muted, event === 'participant-unmute', shown)
        if (state) state.muted = !state.muted
        break
      case 'participant-hold':
      case 'participant-unhold':
        if (state) assert.equal(state.held, event === 'participant-unhold', shown)
        if (state) state.held = !state.held
        break
    }
  }
  assert.equal(inside.size, 0, `every join has its leave\n${shown}`)
}
