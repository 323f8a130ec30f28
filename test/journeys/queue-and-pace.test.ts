import assert from 'node:assert/strict'
import { test } from 'node:test'
import { journey } from '../kit/journey.ts'

test('calls above the limit per second wait in the queue and are told how long', async (t) => {
  const { ringback, app, client } = await journey(
    t,
    { '/status': () => ({ status: 204 }) },
    { held: true, settings: { callsPerSecond: 2 } },
  )
  const place = (status: boolean) =>
    client.calls.create({
      to: '+15551230001',
      from: ringback.number,
      twiml: '<Response/>',
      ...(status && { statusCallback: `${app.url}/status` }),
    })
  const first = await place(false)
  const second = await place(false)
  const third = await place(true)
  assert.deepEqual([first.queueTime, second.queueTime, third.queueTime], ['0', '500', '1000'])
  await ringback.clock.advance(600)
  const statuses = async () =>
    Promise.all([first, second, third].map(async ({ sid }) => (await client.calls(sid).fetch()).status))
  assert.deepEqual(await statuses(), ['ringing', 'ringing', 'queued'])
  // Cancelled in the queue: it was never dialled, so nobody is told.
  await client.calls(third.sid).update({ status: 'canceled' })
  ringback.clock.auto()
  for (const { sid } of [first, second, third]) await ringback.over(sid)
  assert.deepEqual(await statuses(), ['completed', 'completed', 'canceled'])
  assert.equal(app.requests.length, 0)
})
