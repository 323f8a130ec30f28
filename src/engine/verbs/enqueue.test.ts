/** Callers who never get into their queue, keys between the two who are connected, and moments that fall together. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCOUNT, APP, inline, someCalls } from '../call/test-calls.ts'
import { QUEUES_MAX } from '../queue/queue-record.ts'

const ENQUEUE = `<Enqueue action="${APP}/done" waitUrl="">support</Enqueue>`
const DIAL = `<Dial action="${APP}/dialled" timeout="30"><Queue>support</Queue></Dial>`

function queueing() {
  const some = someCalls({ '/done': () => '<Pause length="60"/>', '/dialled': () => '<Pause length="60"/>' })
  return {
    ...some,
    /** A call that is up and runs these verbs. */
    async up(verbs: string) {
      const { sid } = await some.create({ voice: inline(verbs), statusCallback: null })
      const leg = some.legs.find(({ callSid }) => callSid === sid)!
      leg.far({ input: 'answered' })
      return { sid, leg }
    },
    told: (path: string) =>
      some.requests
        .filter((request) => request.path === path)
        .map(({ parameters }) => [parameters.QueueResult, parameters.QueueTime]),
  }
}

test('who hangs up before there is a queue never was in it', async () => {
  const { up, now, holdCommits, told, queues } = queueing()
  const { leg } = await up(ENQUEUE)
  const open = holdCommits()
  await now()
  leg.far({ input: 'hung-up' })
  open()
  await now()
  assert.deepEqual(told('/done'), [['system-error', undefined]])
  assert.deepEqual(queues.members((await queues.named(ACCOUNT, 'support'))!), [])
})

test('who is redirected before there is a queue is told of, and is not in it', async () => {
  const { up, now, holdCommits, told, queues, change } = queueing()
  const { sid } = await up(ENQUEUE)
  const open = holdCommits()
  await now()
  const changed = change(sid, { document: { twiml: '<Response><Pause length="5"/></Response>' } })
  await now()
  open()
  await changed
  await now()
  assert.deepEqual(told('/done'), [['redirected', undefined]])
  assert.deepEqual(queues.members((await queues.named(ACCOUNT, 'support'))!), [])
})

test('an account that has as many queues as it may gets no further one', async () => {
  const { up, now, told, queues, alerts } = queueing()
  await Promise.all(
    Array.from({ length: QUEUES_MAX }, (_, index) =>
      queues.create(ACCOUNT, { friendlyName: `queue ${index}`, maxSize: 1 }),
    ),
  )
  const { sid } = await up(ENQUEUE)
  await now()
  assert.deepEqual(told('/done'), [['system-error', undefined]])
  assert.deepEqual(alerts(sid), [81013])
})

test('keys are passed on, both ways, while the two are connected', async () => {
  const { up, now } = queueing()
  const caller = await up(ENQUEUE)
  await now()
  caller.leg.far({ input: 'digit', digit: '1' })
  const agent = await up(DIAL)
  await now()
  caller.leg.far({ input: 'digit', digit: '2' })
  agent.leg.far({ input: 'digit', digit: '*' })
  agent.leg.far({ input: 'hung-up' })
  caller.leg.far({ input: 'digit', digit: '4' })
  assert.deepEqual(caller.leg.done, ['press *'])
  assert.deepEqual(
    agent.leg.done.filter((done) => done.startsWith('press')),
    ['press 2'],
  )
})

test('an agent and the caller who hang up in the same moment are both told of', async () => {
  const { up, now, told } = queueing()
  const caller = await up(ENQUEUE)
  const agent = await up(DIAL)
  await now()
  agent.leg.far({ input: 'hung-up' })
  caller.leg.far({ input: 'hung-up' })
  await now()
  assert.deepEqual([told('/dialled'), told('/done')], [[['bridged', '0']], [['bridged', '0']]])
})

test('a redirect that comes as the two part loses no action', async () => {
  for (let turns = 0; turns < 12; turns++) {
    const { up, now, told, change } = queueing()
    const caller = await up(ENQUEUE)
    const agent = await up(DIAL)
    await now()
    agent.leg.far({ input: 'hung-up' })
    for (let turn = 0; turn < turns; turn++) await null
    await change(caller.sid, { document: { twiml: '<Response><Pause length="5"/></Response>' } })
    await now()
    assert.deepEqual(told('/done'), [['bridged', '0']], `after ${turns} turns`)
  }
})

test('a queue that is deleted while somebody waits to dequeue: nobody came', async () => {
  const { up, now, queues, requests } = queueing()
  const queue = await queues.create(ACCOUNT, { friendlyName: 'support', maxSize: 10 })
  assert.ok(typeof queue === 'object')
  await up(DIAL)
  await now()
  assert.equal(await queues.delete(ACCOUNT, queue.sid), 'deleted')
  await now()
  assert.deepEqual(
    requests.map(({ path, parameters }) => [path, parameters.DialCallStatus]),
    [['/dialled', 'no-answer']],
  )
})

test('an inbound call is answered before it waits', async () => {
  const { dialIn, now, legs, queues } = queueing()
  await dialIn(inline(ENQUEUE))
  await now()
  assert.deepEqual(legs[0]?.done, ['answer'])
  assert.equal(queues.members((await queues.named(ACCOUNT, 'support'))!).length, 1)
})

test('calls that the platform ends are told of as well', async () => {
  const { up, now, calls, told } = queueing()
  await up(ENQUEUE)
  await now()
  await calls.stop()
  assert.deepEqual(told('/done'), [['hangup', '0']])
  assert.equal(calls.size, 0)
})

test('an agent who hangs up while the app is asked for the greeting lets the caller go at once', async () => {
  const greeting = Promise.withResolvers<string>()
  const some = someCalls({ '/greet': () => greeting.promise, '/done': () => '<Pause length="60"/>' })
  const up = async (verbs: string) => {
    const { sid } = await some.create({ voice: inline(verbs), statusCallback: null })
    some.legs.find(({ callSid }) => callSid === sid)!.far({ input: 'answered' })
    await some.now()
  }
  await up(ENQUEUE)
  const { sid } = await some.create({
    voice: inline(`<Dial><Queue url="${APP}/greet">support</Queue></Dial>`),
    statusCallback: null,
  })
  const agent = some.legs.find(({ callSid }) => callSid === sid)!
  agent.far({ input: 'answered' })
  const asked = (path: string) => some.requests.find((request) => request.path === path)
  while (!asked('/greet')) await new Promise(setImmediate)
  agent.far({ input: 'hung-up' })
  while (!asked('/done')) await new Promise(setImmediate)
  assert.equal(asked('/done')?.parameters.QueueResult, 'bridging-in-process')
  greeting.resolve('')
  await some.now()
})
