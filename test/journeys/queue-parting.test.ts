/** A caller and an agent are connected: every way in which the two are parted, and how each goes on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callAgent, callIn, dialQueue, ends, heardTexts, queueing, queueSidOf, queueTold } from '../kit/queueing.ts'

test('the caller hangs up: the agent goes on, and the action of the Enqueue is told afterwards', async (t) => {
  const run = await queueing(t, { '/dialled': () => '<Say>The caller is gone.</Say>' })
  const caller = await callIn(run, 1, [{ hear: 'Hello' }, { waitMs: 3000 }, { hangup: true }])
  const agent = await callAgent(run, 1, [{ waitMs: 1000 }, { say: 'Hello.' }])
  await run.ringback.clock.untilIdle()
  assert.deepEqual(ends(run), { dialled: [['completed', 'true', caller, '4', 'bridged', '2']], done: ['bridged'] })
  assert.equal(run.app.to('/done')[0]!.parameters.CallStatus, 'completed')
  assert.equal((await heardTexts(run, agent)).at(-1), 'The caller is gone.')
})

test('the agent hangs up: the caller goes on with the action', async (t) => {
  const run = await queueing(t, { '/done': () => '<Say>How did you like it?</Say>' })
  const caller = await callIn(run, 1)
  await callAgent(run, 1, [{ waitMs: 2000 }, { hangup: true }])
  await run.ringback.clock.untilIdle()
  assert.deepEqual(ends(run), { dialled: [['completed', 'true', caller, '2', 'bridged', '2']], done: ['bridged'] })
  assert.equal(run.app.to('/done')[0]!.parameters.CallStatus, 'in-progress')
  assert.equal(run.app.to('/dialled')[0]!.parameters.CallStatus, 'completed')
  assert.equal((await heardTexts(run, caller)).at(-1), 'How did you like it?')
})

test('the star parts the two, and the limit does; both go on', async (t) => {
  for (const [attributes, script, seconds] of [
    ['hangupOnStar="true"', [{ waitMs: 3000 }, { press: '1*' }], '3'],
    ['timeLimit="7"', [], '7'],
  ] as const) {
    const run = await queueing(t, {
      '/agent': () => dialQueue(attributes),
      '/done': () => '<Say>Goodbye, caller.</Say>',
      '/dialled': () => '<Say>Goodbye, agent.</Say>',
    })
    const caller = await callIn(run, 1)
    const agent = await callAgent(run, 1, script)
    await run.ringback.clock.untilIdle()
    assert.deepEqual(ends(run), {
      dialled: [['completed', 'true', caller, seconds, 'bridged', '2']],
      done: ['bridged'],
    })
    assert.equal((await heardTexts(run, caller)).at(-1), 'Goodbye, caller.')
    assert.equal((await heardTexts(run, agent)).at(-1), 'Goodbye, agent.')
  }
})

test('REST takes the caller out of the conversation: redirected-from-bridged, and the agent goes on', async (t) => {
  const run = await queueing(t, { '/dialled': () => '<Say>The caller is elsewhere.</Say>' })
  const { client, ringback } = run
  const caller = await callIn(run, 1)
  const agent = await callAgent(run, 1)
  await ringback.clock.advance(3000)
  await client.calls(caller).update({ twiml: '<Response><Say>This way, please.</Say></Response>' })
  await ringback.clock.untilIdle()
  assert.deepEqual(ends(run), {
    dialled: [['completed', 'true', caller, undefined, 'redirected-from-bridged', '2']],
    done: ['redirected-from-bridged'],
  })
  assert.equal((await heardTexts(run, caller)).at(-1), 'This way, please.')
  assert.equal((await heardTexts(run, agent)).at(-1), 'The caller is elsewhere.')
})

test('REST takes the agent out of the conversation: the caller goes on, the Dial is told nothing', async (t) => {
  const run = await queueing(t, { '/done': () => '<Say>Back to you.</Say>' })
  const { client, ringback, app } = run
  const caller = await callIn(run, 1)
  const agent = await callAgent(run, 1)
  await ringback.clock.advance(3000)
  await client.calls(agent).update({ twiml: '<Response><Say>Time for lunch.</Say></Response>' })
  await ringback.clock.untilIdle()
  assert.deepEqual(ends(run), { dialled: [], done: ['bridged'] })
  assert.deepEqual(queueTold(app.to('/done')[0]!), [caller, 'bridged', await queueSidOf(run), '2'])
  assert.equal((await heardTexts(run, caller)).at(-1), 'Back to you.')
  assert.equal((await heardTexts(run, agent)).at(-1), 'Time for lunch.')
})

test('the conversation is recorded, both sides', async (t) => {
  const run = await queueing(t, { '/agent': () => dialQueue('record="record-from-answer-dual"') })
  const { client, ringback, app } = run
  await callIn(run, 1)
  const agent = await callAgent(run, 1, [{ waitMs: 4000 }, { hangup: true }])
  await ringback.clock.untilIdle()
  await ringback.over(agent)
  const [recording] = await client.calls(agent).recordings.list()
  assert.deepEqual([recording?.source, recording?.channels, recording?.duration], ['DialVerb', 2, '4'])
  assert.match(app.to('/dialled')[0]!.parameters.RecordingUrl!, new RegExp(`${recording!.sid}$`))
})
