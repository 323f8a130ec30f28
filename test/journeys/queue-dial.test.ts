/** An agent dials a queue: the greeting of the caller, a queue that is empty, and one that nobody has made. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  callAgent,
  callIn,
  DIALLED,
  dialQueue,
  ends,
  heardFromOthers,
  heardTexts,
  QUEUE,
  queueing,
  queueSidOf,
  told,
} from '../kit/queueing.ts'

test('the caller is greeted by a document of its own while it rings for the agent', async (t) => {
  const run = await queueing(t, {
    '/agent': () => dialQueue('', 'url="/greet"'),
    '/greet': () => '<Redirect>/words</Redirect>',
    '/words': () => '<Say>You will be connected with Ada.</Say><Pause length="1"/>',
  })
  const { ringback, app } = run
  const caller = await callIn(run, 1)
  await ringback.clock.advance(10_000)
  const agent = await callAgent(run, 1, [{ waitMs: 5000 }, { say: 'Good morning.' }])
  const sid = await queueSidOf(run)
  assert.deepEqual(told(app.to('/greet')[0]!, 'CallSid', 'QueueSid', 'QueueTime', 'DequeingCallSid', 'CallStatus'), [
    caller,
    sid,
    '12',
    agent,
    'in-progress',
  ])
  assert.equal(app.to('/words')[0]!.parameters.DequeingCallSid, agent)
  await ringback.clock.advance(8000)
  assert.deepEqual(await heardFromOthers(run, caller), ['Good morning.'])
  const rang = (await ringback.heard(agent)).heard.filter(({ kind }) => kind === 'tone')
  // 31 characters and a second.
  assert.deepEqual(
    rang.map(({ text, atMs, playedMs }) => [text, atMs, playedMs]),
    [['(ringback)', 0, 2860]],
  )
  assert.deepEqual((await heardTexts(run, caller)).slice(0, 1), ['You will be connected with Ada.'])
})

test('a greeting that cannot be had keeps nobody apart', async (t) => {
  const run = await queueing(t, { '/agent': () => dialQueue('', 'url="/nowhere"') })
  const caller = await callIn(run, 1)
  await callAgent(run, 1, [{ waitMs: 500 }, { say: 'Hello?' }, { waitMs: 500 }, { hangup: true }])
  await run.ringback.clock.advance(5000)
  assert.deepEqual(await heardFromOthers(run, caller), ['Hello?'])
  assert.deepEqual(ends(run).done, ['bridged'])
  const alerts = await run.client.calls(caller).notifications.list()
  assert.deepEqual(
    alerts.map(({ errorCode }) => errorCode),
    ['11200'],
  )
})

test('a caller who hangs up during the greeting was not connected', async (t) => {
  const run = await queueing(t, {
    '/agent': () => dialQueue('', 'url="/greet"'),
    '/greet': () => '<Say>You will be connected with Ada.</Say>',
  })
  const caller = await callIn(run, 1, [{ hear: 'connected' }, { hangup: true }])
  await callAgent(run, 1)
  await run.ringback.clock.advance(5000)
  assert.deepEqual(ends(run), { dialled: [['completed', 'false', caller, '0', 'hangup', '2']], done: ['hangup'] })
})

test('an agent who hangs up during the greeting leaves a caller who is told so', async (t) => {
  const run = await queueing(t, {
    '/agent': () => dialQueue('', 'url="/greet"'),
    '/greet': () => '<Say>You will be connected with Ada.</Say>',
    '/done': ({ parameters }) => `<Say>${parameters.QueueResult}</Say>`,
  })
  const caller = await callIn(run, 1)
  await callAgent(run, 1, [{ waitMs: 500 }, { hangup: true }])
  await run.ringback.clock.untilIdle()
  assert.deepEqual(ends(run), {
    dialled: [['completed', 'false', caller, '0', 'bridging-in-process', '2']],
    done: ['bridging-in-process'],
  })
  // The greeting is cut, and the call goes on.
  const { heard } = await run.ringback.heard(caller)
  assert.deepEqual(
    heard.map(({ text, cut }) => [text, cut]),
    [
      ['You will be connected with Ada.', true],
      ['bridging-in-process', false],
    ],
  )
})

test('an empty queue rings until the timeout and five seconds are over', async (t) => {
  const run = await queueing(t, { '/agent': () => dialQueue('timeout="10"') })
  const { client, ringback, app } = run
  const { sid } = await client.queues.create({ friendlyName: QUEUE })
  const agent = await callAgent(run, 1)
  await ringback.clock.advance(14_999)
  assert.deepEqual(app.to('/dialled'), [])
  await ringback.clock.advance(1)
  assert.deepEqual(told(app.to('/dialled')[0]!, ...DIALLED, 'QueueSid'), [
    'no-answer',
    'false',
    undefined,
    undefined,
    undefined,
    undefined,
    sid,
  ])
  const { heard } = await ringback.heard(agent)
  assert.ok(heard.length > 0 && heard.every(({ text }) => text === '(ringback)'))
  // Who comes later waits: nobody is left to take it.
  await callIn(run, 1)
  assert.equal((await client.queues(sid).fetch()).currentSize, 1)
})

test('who joins an empty queue goes to the agent who has waited longest, and hears no music', async (t) => {
  const run = await queueing(t)
  const { client, ringback, app } = run
  await client.queues.create({ friendlyName: QUEUE })
  const first = await callAgent(run, 1)
  const second = await callAgent(run, 2)
  await ringback.clock.advance(5000)
  const callers = [await callIn(run, 1), await callIn(run, 2)]
  assert.deepEqual(app.to('/wait'), [])
  await ringback.clock.advance(1000)
  for (const sid of callers) await client.calls(sid).update({ status: 'completed' })
  await ringback.clock.advance(1000)
  assert.deepEqual(
    app.to('/dialled').map((request) => told(request, 'CallSid', ...DIALLED)),
    [
      [first, 'completed', 'true', callers[0], '1', 'bridged', '0'],
      [second, 'completed', 'true', callers[1], '1', 'bridged', '0'],
    ],
  )
  assert.deepEqual(ends(run).done, ['bridged', 'bridged'])
})

test('an agent who hangs up while waiting takes nobody', async (t) => {
  const run = await queueing(t)
  await run.client.queues.create({ friendlyName: QUEUE })
  await callAgent(run, 1, [{ waitMs: 1000 }, { hangup: true }])
  await run.ringback.clock.advance(5000)
  await callIn(run, 1)
  assert.deepEqual(
    ends(run).dialled.map((values) => values.slice(0, 2)),
    [['canceled', 'false']],
  )
  assert.equal((await run.client.queues(await queueSidOf(run)).fetch()).currentSize, 1)
})

test('a queue that nobody has made: the dialling has failed', async (t) => {
  const run = await queueing(t)
  await callAgent(run, 1)
  await run.ringback.clock.untilIdle()
  assert.deepEqual(
    ends(run).dialled.map((values) => values.slice(0, 2)),
    [['failed', 'false']],
  )
  assert.deepEqual(await run.client.queues.list(), [])
})

test('with answerOnBridge an inbound agent rings until somebody joins', async (t) => {
  const run = await queueing(t, {
    '/caller': ({ parameters }) =>
      parameters.From!.endsWith('9')
        ? dialQueue('answerOnBridge="true"')
        : `<Enqueue action="/done">${QUEUE}</Enqueue>`,
  })
  const { client, ringback } = run
  await client.queues.create({ friendlyName: QUEUE })
  const agent = await callIn(run, 9)
  await ringback.clock.advance(5000)
  assert.equal((await client.calls(agent).fetch()).status, 'ringing')
  await callIn(run, 1)
  assert.equal((await client.calls(agent).fetch()).status, 'in-progress')
})

test('the verb from older days does what the noun does', async (t) => {
  const run = await queueing(t, { '/agent': () => `<Queue>${QUEUE}</Queue><Say>That was it.</Say>` })
  await callIn(run, 1, [{ hear: 'Hello' }, { hangup: true }])
  const agent = await callAgent(run, 1, [{ waitMs: 500 }, { say: 'Hello.' }])
  await run.ringback.clock.untilIdle()
  assert.deepEqual(ends(run).done, ['bridged'])
  assert.equal((await heardTexts(run, agent)).at(-1), 'That was it.')
})
