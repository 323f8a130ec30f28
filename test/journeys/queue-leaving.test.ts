/** How a caller may get out of a queue, or not into it: what the action is told each time, and what is heard meanwhile. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Journey } from '../kit/journey.ts'
import { callIn, QUEUE, queueing, queueSidOf, queueTold, told } from '../kit/queueing.ts'

const alertCodes = async ({ client }: Journey, callSid: string): Promise<string[]> =>
  (await client.calls(callSid).notifications.list()).map(({ errorCode }) => errorCode)

const kinds = async ({ ringback }: Journey, callSid: string) =>
  (await ringback.heard(callSid)).heard.map(({ kind, verb, atMs, playedMs, cut }) => ({
    kind,
    verb,
    atMs,
    playedMs,
    cut,
  }))

test('a key in the wait document leaves the queue; the call goes on with the action', async (t) => {
  const run = await queueing(t, {
    '/wait': () => '<Gather numDigits="1" action="/key"><Say>Press 1 to leave.</Say></Gather>',
    '/key': ({ parameters }) => (parameters.Digits === '1' ? '<Leave/>' : '<Redirect>/wait</Redirect>'),
    '/done': () => '<Say>Goodbye.</Say>',
  })
  const { ringback, app } = run
  const callSid = await callIn(run, 1, [
    { hear: 'leave' },
    { press: '5' },
    { hear: 'leave' },
    { waitMs: 500 },
    { press: '1' },
  ])
  await ringback.clock.untilIdle()
  assert.deepEqual(app.to('/done').map(queueTold), [[callSid, 'leave', await queueSidOf(run), '2']])
  assert.equal(app.to('/done')[0]!.parameters.CallStatus, 'in-progress')
  // The action of the Gather is told of the place as well.
  assert.deepEqual(
    app.to('/key').map((request) => told(request, 'Digits', 'QueuePosition', 'CurrentQueueSize')),
    [
      ['5', '1', '1'],
      ['1', '1', '1'],
    ],
  )
  assert.equal((await ringback.heard(callSid)).heard.at(-1)?.text, 'Goodbye.')
})

test('who hangs up while waiting is told of, once', async (t) => {
  const run = await queueing(t)
  const { ringback, app } = run
  const callSid = await callIn(run, 1, [{ waitMs: 7500 }, { hangup: true }])
  await ringback.clock.untilIdle()
  const sid = await queueSidOf(run)
  assert.deepEqual(app.to('/done').map(queueTold), [[callSid, 'hangup', sid, '7']])
  assert.equal(app.to('/done')[0]!.parameters.CallStatus, 'completed')
  assert.equal((await run.client.queues(sid).fetch()).currentSize, 0)
})

test('a wait document that hangs up ends the call, and that is told too', async (t) => {
  const run = await queueing(t, { '/wait': () => '<Say>We are closed.</Say><Hangup/>' })
  const callSid = await callIn(run, 1)
  await run.ringback.clock.untilIdle()
  assert.equal(await run.ringback.over(callSid), 'completed')
  assert.deepEqual(run.app.to('/done').map(queueTold), [[callSid, 'hangup', await queueSidOf(run), '0']])
  assert.equal(run.app.to('/done')[0]!.parameters.CallStatus, 'completed')
})

test('a full queue takes nobody: by its own size, or by that of the Enqueue', async (t) => {
  const run = await queueing(t, {
    '/caller': ({ parameters }) =>
      `<Enqueue action="/done" waitUrl="" ${parameters.From!.endsWith('1') ? '' : 'maxQueueSize="1"'}>${QUEUE}</Enqueue>`,
    '/done': () => '<Say>Please call again.</Say>',
  })
  const { client, app, ringback } = run
  await client.queues.create({ friendlyName: QUEUE, maxSize: 2 })
  await callIn(run, 1)
  const second = await callIn(run, 2)
  assert.deepEqual(app.to('/done').map(queueTold), [[second, 'queue-full', undefined, undefined]])
  assert.deepEqual(await alertCodes(run, second), ['14207'])
  await client.queues(await queueSidOf(run)).update({ maxSize: 1 })
  await ringback.phone('+15551230011', {})
  const third = await ringback.dialIn('+15551230011')
  await ringback.clock.advance(0)
  assert.deepEqual(app.to('/done').map(queueTold).slice(1), [[third, 'queue-full', undefined, undefined]])
  assert.equal((await client.queues(await queueSidOf(run)).fetch()).currentSize, 1)
})

for (const [what, attribute, code] of [
  ['cannot be had', 'waitUrl="/nowhere"', '11200'],
  ['is no TwiML', 'waitUrl="/nonsense"', '12100'],
  ['has a URL that is none', 'waitUrl="ftp://app.example/wait"', '14202'],
] as const) {
  test(`a wait document that ${what} is an error, and the call goes on`, async (t) => {
    const run = await queueing(t, {
      '/caller': () => `<Enqueue action="/done" ${attribute}>${QUEUE}</Enqueue>`,
      '/nonsense': () => ({ headers: { 'content-type': 'text/xml' }, body: '<Response' }),
      '/done': () => '<Say>Sorry.</Say>',
    })
    const callSid = await callIn(run, 1)
    await run.ringback.clock.untilIdle()
    const [result] = run.app.to('/done')
    assert.equal(run.app.to('/done').length, 1)
    assert.deepEqual(queueTold(result!).slice(0, 2), [callSid, 'error'])
    // Whoever never was in the queue has no time in it.
    assert.equal(result!.parameters.QueueTime, code === '14202' ? undefined : '0')
    assert.deepEqual(await alertCodes(run, callSid), [code])
    assert.equal((await run.ringback.heard(callSid)).heard.at(-1)?.text, 'Sorry.')
  })
}

test('a redirect by REST takes a waiting caller out of the queue', async (t) => {
  const run = await queueing(t)
  const { client, ringback, app } = run
  const callSid = await callIn(run, 1)
  await ringback.clock.advance(3000)
  await client.calls(callSid).update({ twiml: '<Response><Say>This way, please.</Say></Response>' })
  await ringback.clock.untilIdle()
  const sid = await queueSidOf(run)
  assert.deepEqual(app.to('/done').map(queueTold), [[callSid, 'redirected', sid, '3']])
  assert.equal(app.to('/done')[0]!.parameters.CallStatus, 'in-progress')
  assert.equal((await client.queues(sid).fetch()).currentSize, 0)
  assert.equal((await ringback.heard(callSid)).heard.at(-1)?.text, 'This way, please.')
})

test('without an action the next verb follows', async (t) => {
  const run = await queueing(t, {
    '/caller': () => `<Enqueue waitUrl="/wait">${QUEUE}</Enqueue><Say>Nobody was there.</Say>`,
    '/wait': () => '<Pause length="2"/><Leave/>',
  })
  const callSid = await callIn(run, 1)
  await run.ringback.clock.untilIdle()
  assert.deepEqual(run.app.to('/done'), [])
  assert.equal((await run.ringback.heard(callSid)).heard.at(-1)?.text, 'Nobody was there.')
})

test('without a waitUrl there is music, over and over; with an empty one silence', async (t) => {
  const run = await queueing(t, {
    '/caller': ({ parameters }) =>
      `<Enqueue action="/done" ${parameters.From!.endsWith('1') ? '' : 'waitUrl=""'}>${QUEUE}</Enqueue>`,
  })
  const music = await callIn(run, 1, [{ waitMs: 90_000 }, { hangup: true }])
  const silence = await callIn(run, 2, [{ waitMs: 90_000 }, { hangup: true }])
  await run.ringback.clock.untilIdle()
  assert.deepEqual(await kinds(run, music), [
    { kind: 'music', verb: 'Enqueue', atMs: 0, playedMs: 60_000, cut: false },
    { kind: 'music', verb: 'Enqueue', atMs: 60_000, playedMs: 30_000, cut: true },
  ])
  assert.deepEqual(await kinds(run, silence), [])
})

test('the waitUrl itself is asked again when what it led to is used up; one that is empty once a second', async (t) => {
  const run = await queueing(t, {
    '/caller': ({ parameters }) =>
      `<Enqueue action="/done" waitUrl="${parameters.From!.endsWith('1') ? '/wait' : '/empty'}">${QUEUE}</Enqueue>`,
    '/wait': () => '<Redirect>/music</Redirect>',
    '/music': () => '<Say>One moment please.</Say><Pause length="4"/>',
    '/empty': () => '',
  })
  const { ringback, app } = run
  await callIn(run, 1)
  await callIn(run, 2)
  await ringback.clock.advance(10_500)
  // A round is 1,080 ms of words and four seconds.
  assert.deepEqual([app.to('/wait').length, app.to('/music').length], [3, 3])
  assert.equal(app.to('/empty').length, 11)
  assert.equal(app.to('/music')[0]!.parameters.QueuePosition, '1')
  const waited = app.to('/empty').map(({ parameters }) => parameters.QueueTime)
  assert.deepEqual(waited, [...Array(11).keys()].map(String))
})

test('verbs that have no place in a wait document are passed over with an alert', async (t) => {
  const run = await queueing(t, { '/wait': () => '<Dial>+15551234567</Dial><Pause length="3"/><Leave/>' })
  const callSid = await callIn(run, 1)
  await run.ringback.clock.untilIdle()
  assert.deepEqual(queueTold(run.app.to('/done')[0]!).slice(0, 2), [callSid, 'leave'])
  assert.deepEqual(await alertCodes(run, callSid), ['13238'])
})

test('documents that redirect without end are an error', async (t) => {
  const run = await queueing(t, { '/wait': () => '<Redirect/>' })
  const callSid = await callIn(run, 1)
  await run.ringback.clock.untilIdle()
  assert.deepEqual(queueTold(run.app.to('/done')[0]!).slice(0, 2), [callSid, 'error'])
  assert.deepEqual(await alertCodes(run, callSid), ['81003'])
})

test('a task for a workflow is not routed: the alert says so, and the call goes on', async (t) => {
  const workflow = `WW${'0'.repeat(32)}`
  const run = await queueing(t, {
    '/caller': () => `<Enqueue action="/done" workflowSid="${workflow}"><Task>{"skill":"bread"}</Task></Enqueue>`,
  })
  const callSid = await callIn(run, 1)
  await run.ringback.clock.untilIdle()
  assert.deepEqual(run.app.to('/done').map(queueTold), [[callSid, 'error', undefined, undefined]])
  assert.deepEqual(await alertCodes(run, callSid), ['81012'])
})
