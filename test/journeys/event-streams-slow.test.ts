/** A receiver that is slow but answers in time: the quick one beside it does not wait, and the slow one misses nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { journey } from '../kit/journey.ts'
import { attemptLog, createSink, deadLetters, eventsTo, placeCall, subscribe, voice } from '../kit/sinks.ts'

const PROGRESS = ['initiated', 'ringing', 'answered', 'completed'].map((name) => voice(`status-callback.call.${name}`))
const CALLS = 5
const EVENTS = CALLS * PROGRESS.length
/** Real time. */
const ANSWER_MS = 300

test('a sink that takes 300 ms for each event has them all in the end, once; its quick neighbour long before', async (t) => {
  const [quickHasAll, slowHasAll] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let [quick, slow, slowUnderWay] = [0, 0, 0]
  const { app, client, ringback } = await journey(
    t,
    {
      '/voice': () => '<Say>Hi</Say>',
      '/status': () => ({ status: 204 }),
      '/quick': () => {
        if (++quick === EVENTS) {
          slowUnderWay = app.to('/slow').length
          quickHasAll.resolve()
        }
        return { status: 200 }
      },
      // The first answers come when the neighbour has everything: one that waited for this sink would never get there.
      '/slow': async () => {
        await Promise.all([sleep(ANSWER_MS), quickHasAll.promise])
        if (++slow === EVENTS) slowHasAll.resolve()
        return { status: 200 }
      },
    },
    { settings: { eventsHoldClock: false } },
  )
  const sinkTo = async (path: string, more: object) => {
    const configuration = { destination: app.url + path, method: 'POST', batch_events: false, ...more }
    const sid = await createSink(client, 'webhook', configuration)
    await subscribe(client, sid, PROGRESS)
    return sid
  }
  const sinkSid = await sinkTo('/slow', { ordering: 'call', timeout_sec: 30 })
  await sinkTo('/quick', {})
  const calls = await Promise.all(Array.from({ length: CALLS }, () => placeCall({ client, ringback, app })))
  await Promise.all(calls.map((sid) => ringback.over(sid)))

  await slowHasAll.promise
  assert.ok(slowUnderWay > 0, 'the slow sink was not sent to while the quick one was')
  const idsAt = (path: string) => eventsTo(app, path).map(({ id }) => id)
  assert.equal(new Set(idsAt('/slow')).size, EVENTS)
  assert.deepEqual(idsAt('/slow').toSorted(), idsAt('/quick').toSorted())
  for (const callSid of calls) {
    const types = eventsTo(app, '/slow').flatMap(({ data, type }) => (data.sid === callSid ? [type] : []))
    assert.deepEqual(types, PROGRESS)
  }
  const logged = () => attemptLog(ringback, `&sinkSid=${sinkSid}`)
  let log = await logged()
  // The last answer is written down a moment after it was given.
  for (let looks = 0; looks < 200 && log.some(({ outcome }) => outcome === null); looks++) log = await logged()
  assert.deepEqual(
    log.map(({ outcome, attempt }) => [outcome, attempt]),
    Array.from({ length: EVENTS }, () => ['delivered', 1]),
  )
  assert.deepEqual(await deadLetters(ringback), [])
})
