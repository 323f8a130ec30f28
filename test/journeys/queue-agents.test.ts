/** Five callers wait for two agents: who comes when, what each is told of its place, and what they hear of each other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ANSWERS_AFTER_MS,
  callAgent,
  callIn,
  heardFromOthers,
  QUEUE,
  queueing,
  queueSidOf,
  queueTold,
  told,
} from '../kit/queueing.ts'

test('five callers and two agents: first come, first served', async (t) => {
  const run = await queueing(t, {
    '/wait': ({ parameters }) => `<Say>You are number ${parameters.QueuePosition}.</Say><Pause length="20"/>`,
  })
  const { ringback, app, client } = run
  const callers: string[] = []
  for (let index = 1; index <= 5; index++) {
    callers.push(await callIn(run, index, [{ hear: 'help you' }, { waitMs: 200 }, { say: `I am caller ${index}.` }]))
    await ringback.clock.advance(4000)
  }

  const sid = await queueSidOf(run)
  // They came at 0, 4, 8, 12 and 16 s, and it is 20 s now.
  const queue = await client.queues(sid).fetch()
  assert.deepEqual([queue.friendlyName, queue.currentSize, queue.maxSize, queue.averageWaitTime], [QUEUE, 5, 1000, 12])
  const members = await client.queues(sid).members.list()
  assert.deepEqual(
    members.map(({ callSid, position, waitTime }) => [callSid, position, waitTime]),
    callers.map((callSid, index) => [callSid, index + 1, 20 - 4 * index]),
  )
  // As each was told when it came.
  const names = ['QueuePosition', 'QueueSid', 'QueueTime', 'AvgQueueTime', 'CurrentQueueSize', 'MaxQueueSize']
  assert.deepEqual(
    app.to('/wait').map((request) => told(request, 'CallSid', ...names)),
    callers.map((callSid, index) => [
      callSid,
      String(index + 1),
      sid,
      '0',
      // Those before came 4, 8, … seconds earlier.
      String(2 * index),
      String(index + 1),
      '1000',
    ]),
  )

  const script = [
    { waitMs: 500 },
    { say: 'Can I help you?' },
    { hear: 'caller' },
    { waitMs: 1000 },
    { hangup: true },
  ] as const
  const first = await callAgent(run, 1, script)
  const second = await callAgent(run, 2, script)
  assert.deepEqual(
    (await client.queues(sid).members.list()).map(({ callSid, position }) => [callSid, position]),
    callers.slice(2).map((callSid, index) => [callSid, index + 1]),
  )
  await ringback.clock.advance(10_000)
  assert.deepEqual(app.to('/done').map(queueTold), [
    [callers[0], 'bridged', sid, String(20 + ANSWERS_AFTER_MS / 1000).split('.')[0]],
    [callers[1], 'bridged', sid, String(16 + (2 * ANSWERS_AFTER_MS) / 1000).split('.')[0]],
  ])
  for (const [agent, caller, index] of [
    [first, callers[0]!, 1],
    [second, callers[1]!, 2],
  ] as const) {
    assert.deepEqual(await heardFromOthers(run, agent), [`I am caller ${index}.`])
    assert.deepEqual(await heardFromOthers(run, caller), ['Can I help you?'])
  }
  const third = await callAgent(run, 1, [{ waitMs: 100 }, { hangup: true }])
  await ringback.clock.advance(4000)
  assert.deepEqual(queueTold(app.to('/done')[2]!).slice(0, 2), [callers[2], 'bridged'])
  assert.deepEqual(
    app
      .to('/dialled')
      .map((request) => told(request, 'CallSid', 'DialCallStatus', 'DialBridged', 'DialCallSid', 'QueueResult')),
    [
      [first, 'completed', 'true', callers[0], 'bridged'],
      [second, 'completed', 'true', callers[1], 'bridged'],
      [third, 'completed', 'true', callers[2], 'bridged'],
    ],
  )
  // The wait document has come round for the last one: the places have changed.
  const again = app.to('/wait').filter(({ parameters }) => parameters.CallSid === callers[4])
  assert.deepEqual(
    again.map((request) => told(request, 'QueuePosition', 'CurrentQueueSize')),
    [
      ['5', '5'],
      ['2', '2'],
    ],
  )
})
