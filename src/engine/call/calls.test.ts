/** Races between what REST asks, what the line does, and what is still being written; and what calls leave behind. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallSid } from '../../lib/ids.ts'
import { ACCOUNT, APP, inline, NOT_FOUND, someCalls } from './test-calls.ts'

const BUSY = { input: 'busy', sipResponseCode: 486 } as const
const NO_CALL = `CA${'0'.repeat(32)}` as CallSid

test('a redirect that comes while the end of the call is being written is refused', async () => {
  const { calls, create, change, legs, holdCommits, now } = someCalls()
  const { sid } = await create({ voice: inline('<Pause length="60"/>') })
  legs[0]!.far({ input: 'answered' })
  await now()
  const open = holdCommits()
  legs[0]!.far({ input: 'hung-up' })
  const refused = change(sid, { document: { twiml: '<Response/>' } })
  open()
  assert.equal(await refused, 'not-in-progress')
  assert.equal((await calls.find(ACCOUNT, sid))?.status, 'completed')
})

test('a call that is cancelled before it was ever written rings nobody and tells nobody', async () => {
  const { calls, create, legs, holdCommits, callbacks, now } = someCalls()
  const open = holdCommits()
  const created = create()
  const stopped = calls.stop()
  open()
  const { sid, status } = await created
  await stopped
  await now()
  assert.equal(status, 'queued')
  assert.equal((await calls.find(ACCOUNT, sid))?.status, 'canceled')
  assert.deepEqual([legs.length, callbacks().length, calls.size], [0, 0, 0])
})

test('a call that is created while the platform stops does not live on', async () => {
  const { calls, create, legs } = someCalls()
  await calls.stop()
  const { sid } = await create()
  assert.equal(await calls.whenOver(sid).then((call) => call?.status), 'canceled')
  assert.deepEqual([legs.length, calls.size], [0, 0])
})

test('a party that dials in while the platform stops is not left ringing', async () => {
  const { calls, dialIn, legs, holdCommits, now } = someCalls()
  const open = holdCommits()
  const answered = dialIn(inline('<Say>Hello</Say>'))
  const stopped = calls.stop()
  open()
  await Promise.all([answered, stopped, now()])
  assert.deepEqual(
    legs.map(({ done }) => done.at(-1)),
    (await answered) === null ? [] : ['hang up'],
  )
  assert.equal(calls.size, 0)
})

test('a call that the journal refuses is not kept', async () => {
  const { calls, create, refuseGroups } = someCalls()
  refuseGroups(new Error('refused'))
  await assert.rejects(create(), /refused/)
  assert.equal(calls.size, 0)
})

test('cancelling a call that waits for its turn leaves no timer behind', async () => {
  const { clock, create, change, callbacks } = someCalls({}, { callsPerSecond: 0.001 })
  await create({ statusCallback: null, options: { ...(await create()).options, timeoutSec: 1 } })
  const pending = clock.pending
  const { sid } = await create()
  assert.equal(clock.pending, pending + 1)
  await change(sid, { status: 'canceled' })
  assert.equal(clock.pending, pending)
  assert.deepEqual(
    callbacks().filter((told) => told.startsWith('canceled')),
    [],
  )
})

test('a call that a crash found waiting for its turn fails, and its app is told', async () => {
  const first = someCalls({}, { callsPerSecond: 0.001 })
  await first.create()
  const queued = await first.create()
  const second = someCalls()
  const call = await second.calls.adoptOrphan(queued)
  call.endAfterRestart(queued.createdAt)
  await second.now()
  assert.deepEqual(second.callbacks(), ['failed 0'])
})

test('a finished call can be deleted while its last callback is under way: it goes when that is over', async () => {
  const app = Promise.withResolvers<string>()
  const { calls, create, legs, now } = someCalls({ '/status': () => app.promise })
  const { sid } = await create()
  legs[0]!.far(BUSY)
  await new Promise(setImmediate)
  const deleted = calls.delete(ACCOUNT, sid)
  app.resolve('')
  assert.equal(await deleted, true)
  await now()
  assert.equal(await calls.find(ACCOUNT, sid), null)
  assert.equal(await calls.delete(ACCOUNT, NO_CALL), false)
})

test('a call is over only when the alert about its last callback is written', async () => {
  const { calls, create, legs, alerts } = someCalls({ '/status': () => NOT_FOUND })
  const { sid } = await create()
  legs[0]!.far(BUSY)
  await calls.whenOver(sid)
  assert.deepEqual(alerts(sid), [15003, 15003])
})

test('a party that hangs up the moment it is answered had a call all the same', async () => {
  const { calls, dialIn, legs, story, clock } = someCalls()
  const answering = dialIn(inline('<Pause length="1"/><Say>Hello</Say>'))
  const sid = (await answering)!
  legs[0]!.onPickedUp = () => {
    legs[0]!.far({ input: 'said', text: 'oh no' })
    legs[0]!.far({ input: 'hung-up' })
  }
  await clock.advance(2000)
  assert.equal((await calls.whenOver(sid))?.status, 'completed')
  assert.deepEqual(story(sid), ['ringing', 'in-progress', 'said', 'completed'])
})

test('a caller that is never answered is given up after the longest time a call may last', async () => {
  const { calls, clock, dialIn, legs } = someCalls({ '/again': () => '<Pause length="3600"/><Redirect/>' })
  const sid = (await dialIn({ document: { url: `${APP}/again`, method: 'POST' }, fallback: null }))!
  await clock.advance(4 * 3600 * 1000)
  assert.equal((await calls.whenOver(sid))?.status, 'no-answer')
  assert.deepEqual(legs[0]!.done, ['hang up'])
})

test('no further file of a Gather is fetched for a call that has ended', async () => {
  const file = Promise.withResolvers<typeof NOT_FOUND>()
  const { calls, create, legs, requests, alerts } = someCalls({ '/one.wav': () => file.promise })
  const { sid } = await create({
    statusCallback: null,
    voice: inline(`<Gather><Play>${APP}/one.wav</Play><Play>${APP}/two.wav</Play></Gather>`),
  })
  legs[0]!.far({ input: 'answered' })
  await new Promise(setImmediate)
  legs[0]!.far({ input: 'hung-up' })
  file.resolve(NOT_FOUND)
  await calls.whenOver(sid)
  await new Promise(setImmediate)
  assert.deepEqual(
    requests.map(({ path }) => path),
    ['/one.wav'],
  )
  assert.deepEqual(alerts(sid), [])
  assert.equal(calls.size, 0)
})

test('keys are pressed as often as their loop says, and no more once the call is redirected', async () => {
  const { clock, create, change, legs, now } = someCalls()
  const { sid } = await create({ voice: inline('<Play digits="5w" loop="3"/><Play digits="6" loop="0"/>') })
  legs[0]!.far({ input: 'answered' })
  await clock.advance(3 * 700 + 199)
  assert.deepEqual(legs[0]!.done, ['press 5w', 'press 5w', 'press 5w', 'press 6'])
  await change(sid, { document: { twiml: '<Response><Pause length="60"/></Response>' } })
  await clock.advance(10_000)
  await now()
  assert.deepEqual(legs[0]!.done.length, 4)
})

test('a redirect while a document is awaited runs the new one, and the late answer is dropped', async () => {
  const late = Promise.withResolvers<string>()
  const { calls, clock, create, change, legs, story } = someCalls({
    '/voice': () => late.promise,
    '/new': () => '<Say>New</Say>',
  })
  const { sid } = await create({ statusCallback: null })
  legs[0]!.far({ input: 'answered' })
  await new Promise(setImmediate)
  await change(sid, { document: { url: `${APP}/new`, method: 'POST' } })
  late.resolve('<Say>Old</Say>')
  await clock.advance(60_000)
  assert.equal((await calls.whenOver(sid))?.status, 'completed')
  assert.deepEqual(story(sid), ['in-progress', 'heard New', 'completed'])
})

test('a redirect during SendDigits takes their place and that of the first document', async () => {
  const { clock, create, change, legs, requests, story } = someCalls({ '/new': () => '<Say>New</Say>' })
  const { sid, options } = await create({ statusCallback: null })
  assert.equal(options.sendDigits, null)
  const keyed = await create({ statusCallback: null, options: { ...options, sendDigits: 'WW1' } })
  legs[1]!.far({ input: 'answered' })
  await clock.advance(500)
  await change(keyed.sid, { document: { url: `${APP}/new`, method: 'GET' } })
  await clock.advance(5000)
  assert.deepEqual(
    requests.map(({ path, method, parameters }) => [path, method, parameters.CallSid]),
    [['/new', 'GET', keyed.sid]],
  )
  assert.deepEqual(story(keyed.sid), ['in-progress', 'heard WW1', 'heard New', 'completed'])
  await change(sid, { status: 'completed' })
})

test('the time limit counts from the answer and may be moved, also into the past', async () => {
  const { calls, clock, create, change, legs, alerts } = someCalls()
  const { sid } = await create({ statusCallback: null, voice: inline('<Pause length="600"/>') })
  await change(sid, { timeLimitSec: 100 })
  legs[0]!.far({ input: 'rang' })
  await clock.advance(20_000)
  legs[0]!.far({ input: 'answered' })
  await clock.advance(99_999)
  assert.equal((await calls.find(ACCOUNT, sid))?.status, 'in-progress')
  await change(sid, { timeLimitSec: 200 })
  await clock.advance(50_000)
  assert.equal((await calls.find(ACCOUNT, sid))?.status, 'in-progress')
  await change(sid, { timeLimitSec: 10 })
  await clock.advance(0)
  const over = await calls.whenOver(sid)
  assert.deepEqual([over?.status, over!.endedAt! - over!.createdAt, alerts(sid)], ['completed', 169_999, [32_015]])
})

for (const [what, act, status, callbacks] of [
  ['cancelled', 'canceled', 'canceled', ['initiated 0', 'ringing 1', 'canceled 2']],
  ['completed', 'completed', 'canceled', ['initiated 0', 'ringing 1', 'canceled 2']],
] as const) {
  test(`a ringing call that is ${what} by REST ends as ${status}, whatever the phone says afterwards`, async () => {
    const { calls, create, change, legs, callbacks: told } = someCalls()
    const { sid } = await create()
    legs[0]!.far({ input: 'rang' })
    assert.deepEqual(
      await change(sid, { status: act }).then((call) => (typeof call === 'string' ? call : call.status)),
      status,
    )
    legs[0]!.far({ input: 'answered' })
    assert.equal((await calls.whenOver(sid))?.status, status)
    assert.deepEqual(told(), callbacks)
    assert.deepEqual(legs[0]!.done, ['hang up'])
  })
}

test('entries of a call have places without gaps or repeats, the request before what it caused', async () => {
  const { calls, clock, create, change, legs, written } = someCalls({
    '/voice': () => '<Pause length="60"/>',
    '/new': () => '<Say>New</Say>',
  })
  const { sid } = await create()
  legs[0]!.far({ input: 'rang' })
  legs[0]!.far({ input: 'answered' })
  await clock.advance(1000)
  await change(sid, { document: { url: `${APP}/new`, method: 'POST' } })
  await clock.advance(60_000)
  await calls.whenOver(sid)
  const places = written.flatMap((write) => ('place' in write && write.kind !== 'intent' ? [write.place] : []))
  // The test's witness writes nothing: the two places it was given, of create and update, are free.
  const all = [...places, 0].toSorted((a, b) => a - b)
  assert.equal(new Set(places).size, places.length)
  const missing = Array.from({ length: all.at(-1)! + 1 }, (_, place) => place).filter((place) => !all.includes(place))
  assert.equal(missing.length, 1)
})
