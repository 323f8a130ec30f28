/** A sink is told when callers leave a queue, as the action of their `<Enqueue>` was. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callAgent, callIn, QUEUE, queueing, queueSidOf } from '../kit/queueing.ts'
import { createSink, eventsTo, short, subscribe, voice } from '../kit/sinks.ts'

test('twiml.enqueue.finished comes once for each caller that had an action', async (t) => {
  const run = await queueing(t, {
    '/caller': ({ parameters }) =>
      parameters.From!.endsWith('3')
        ? `<Enqueue waitUrl="/wait">${QUEUE}</Enqueue>`
        : `<Enqueue action="/done" waitUrl="/wait">${QUEUE}</Enqueue>`,
    '/status': () => ({ status: 204 }),
    '/sink': () => ({ status: 200 }),
  })
  const { app, client, ringback } = run
  const [number] = await client.incomingPhoneNumbers.list()
  await client.incomingPhoneNumbers(number!.sid).update({ statusCallback: `${app.url}/status` })
  const sink = await createSink(client, 'webhook', { destination: `${app.url}/sink`, method: 'POST' })
  await subscribe(client, sink, [voice('twiml.enqueue.finished')])
  const bridged = await callIn(run, 1)
  const gone = await callIn(run, 2, [{ waitMs: 1000 }, { hangup: true }])
  await callIn(run, 3, [{ waitMs: 1000 }, { hangup: true }])
  await callAgent(run, 1, [{ waitMs: 1000 }, { hangup: true }])
  ringback.clock.auto()
  await app.requested('/sink', 2)
  const events = eventsTo(app, '/sink')
  const sid = await queueSidOf(run)
  assert.deepEqual(
    events.map((event) => {
      const { QueueResult, QueueSid, QueueTime } = event.data.request.parameters
      return [short(event), event.data.sid, QueueResult, QueueSid, QueueTime]
    }),
    [
      ['twiml.enqueue.finished', gone, 'hangup', sid, '1'],
      ['twiml.enqueue.finished', bridged, 'bridged', sid, '2'],
    ],
  )
})
