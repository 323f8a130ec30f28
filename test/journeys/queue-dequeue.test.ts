/** REST takes callers out of a queue: the front one, one in the middle; what they go on with, and what is told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callIn, queueing, queueSidOf, queueTold, told } from '../kit/queueing.ts'

test('one in the middle and the front one are dequeued; each goes on with what it was given', async (t) => {
  const run = await queueing(t, {
    '/done': () => '<Say>Nobody hears this.</Say>',
    '/elsewhere': ({ parameters }) => `<Say>Welcome to desk ${parameters.desk}.</Say>`,
  })
  const { ringback, app, client } = run
  const callers = [await callIn(run, 1), await callIn(run, 2), await callIn(run, 3)]
  await ringback.clock.advance(6000)
  const sid = await queueSidOf(run)
  const { members } = client.queues(sid)
  const url = (desk: number) => `${app.url}/elsewhere?desk=${desk}`
  const middle = await members(callers[1]!).update({ url: url(1), method: 'GET' })
  assert.deepEqual([middle.callSid, middle.queueSid, middle.position, middle.waitTime], [callers[1], sid, 2, 6])
  const front = await members('Front').update({ url: url(2), method: 'GET' })
  assert.deepEqual([front.callSid, front.position], [callers[0], 1])
  assert.deepEqual(
    (await members.list()).map(({ callSid, position }) => [callSid, position]),
    [[callers[2], 1]],
  )
  await ringback.clock.advance(5000)
  assert.deepEqual(app.to('/done').map(queueTold), [
    [callers[1], 'redirected', sid, '6'],
    [callers[0], 'redirected', sid, '6'],
  ])
  assert.deepEqual(
    app.to('/elsewhere').map((request) => told(request, 'CallSid', 'desk', 'QueueSid', 'QueueTime')),
    [
      [callers[1], '1', sid, '6'],
      [callers[0], '2', sid, '6'],
    ],
  )
  for (const [callSid, desk] of [
    [callers[1]!, 1],
    [callers[0]!, 2],
  ] as const) {
    assert.equal(await ringback.over(callSid), 'completed')
    const { heard } = await ringback.heard(callSid)
    assert.deepEqual(
      heard.map(({ text }) => text),
      [`Welcome to desk ${desk}.`],
    )
  }
})

test('with its story: the action first, then the new document', async (t) => {
  const run = await queueing(t, { '/elsewhere': () => '' })
  const { ringback, app, client } = run
  const callSid = await callIn(run, 1)
  await client
    .queues(await queueSidOf(run))
    .members('Front')
    .update({ url: `${app.url}/elsewhere` })
  await ringback.clock.untilIdle()
  const events = await client.calls(callSid).events.list()
  assert.deepEqual(
    events.map(({ request }) => String(request.url).replace(app.url, '')),
    ['/caller', '/wait', '/done', '/elsewhere'],
  )
})
