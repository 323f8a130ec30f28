/**
 * Callers, agents and REST at random moments, in virtual time: nobody is dequeued twice, nobody is left behind, the line has
 * no gaps, and each `<Enqueue>` is told of once.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallSid, QueueSid } from '../../lib/ids.ts'
import { ACCOUNT, APP, NOT_FOUND, someCalls } from '../call/test-calls.ts'
import type { QueueMember } from './queue-member.ts'

const SEEDS = 300
const STEPS = 40

/** The same numbers for the same seed (mulberry32). */
function randomNumbers(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  return { below, oneOf: <T>(items: readonly T[]): T | undefined => items[below(items.length)] }
}

const turn = () => new Promise(setImmediate)

for (let seed = 1; seed <= SEEDS; seed++) {
  test(`queues hold at random moments, seed ${seed}`, () => queuesHold(seed))
}

async function queuesHold(seed: number): Promise<void> {
  const { below, oneOf } = randomNumbers(seed)
  /** An app that takes its time: what else happens meanwhile is up to the seed. */
  const slowly = async (answer: string) => {
    for (let turns = below(4); turns > 0; turns--) await turn()
    return answer
  }
  let enqueued = 0
  let closing = false
  const enqueue = () => {
    enqueued += 1
    const wait = oneOf(['waitUrl="/wait"', 'waitUrl="/wait"', 'waitUrl=""', ''])
    return `<Enqueue action="/done?n=${enqueued}" method="GET" ${wait}>support</Enqueue><Hangup/>`
  }
  const url = below(2) === 0 ? 'url="/greet"' : ''
  const some = someCalls({
    '/caller': () => slowly(enqueue()),
    '/agent': () =>
      slowly(
        `<Dial action="/dialled" timeout="${5 + below(10)}" hangupOnStar="true"><Queue ${url}>support</Queue></Dial>`,
      ),
    '/wait': () =>
      below(12) === 0
        ? NOT_FOUND
        : slowly(
            oneOf([
              '<Pause length="3"/>',
              '<Say>Please hold the line.</Say>',
              '',
              '<Gather timeout="4" action="/key"/>',
              '<Redirect>/wait</Redirect>',
              '<Leave/>',
              '<Pause length="2"/><Hangup/>',
            ])!,
          ),
    '/key': () => slowly('<Leave/>'),
    '/greet': () => slowly(oneOf(['<Say>You are next.</Say>', '', '<Pause length="2"/>'])!),
    '/done': () => slowly(closing ? '<Hangup/>' : below(3) === 0 ? enqueue() : '<Pause length="1"/><Hangup/>'),
    '/dialled': () => slowly('<Hangup/>'),
    '/elsewhere': () => slowly('<Pause length="2"/><Hangup/>'),
  })
  const { calls, clock, legs, queues, requests } = some

  /** By call: how often it came into a queue's door. */
  const joined = new Map<CallSid, number>()
  const { join, claim, claimNext } = queues
  queues.join = (host, asked) => {
    joined.set(host.record.sid, (joined.get(host.record.sid) ?? 0) + 1)
    return join.call(queues, host, asked)
  }
  const claimed = new Set<QueueMember>()
  const took = (member: QueueMember | null) => {
    if (!member) return member
    assert.ok(!claimed.has(member), 'a caller was dequeued twice')
    claimed.add(member)
    return member
  }
  queues.claim = (sid) => took(claim.call(queues, sid))
  queues.claimNext = async (sid, asked) => took(await claimNext.call(queues, sid, asked))

  const queueSid = async () => (await queues.named(ACCOUNT, 'support')) as QueueSid
  const check = async () => {
    const line = queues.members(await queueSid())
    assert.deepEqual(
      line.map(({ position }) => position),
      line.map((_, index) => index + 1),
    )
    assert.equal(new Set(line.map(({ callSid }) => callSid)).size, line.length, 'a call waits twice')
    for (const { callSid } of line) assert.ok(calls.live(callSid), 'a call waits that is over')
  }

  const agents = new Set<CallSid>()
  const live = () => legs.filter(({ callSid }) => calls.live(callSid))
  const place = async (path: '/caller' | '/agent') => {
    const { sid } = await some.create({
      voice: { document: { url: `${APP}${path}`, method: 'POST' }, fallback: null },
      statusCallback: null,
    })
    if (path === '/agent') agents.add(sid)
    legs.find(({ callSid }) => callSid === sid)!.far({ input: 'answered' })
  }
  const actions = [
    () => place('/caller'),
    () => place('/caller'),
    () => place('/caller'),
    () => place('/agent'),
    () => place('/agent'),
    () => oneOf(live())?.far({ input: 'hung-up' }),
    () => oneOf(live())?.far({ input: 'digit', digit: oneOf(['1', '*'])! }),
    async () => {
      const sid = await queueSid()
      const which = below(2) === 0 ? 'Front' : oneOf(queues.members(sid))?.callSid
      if (which !== undefined) queues.takeOut(sid, which, { url: `${APP}/elsewhere`, method: 'POST' })
    },
    async () => {
      const leg = oneOf(live())
      if (leg) await some.change(leg.callSid, { document: { url: `${APP}/elsewhere`, method: 'POST' } })
    },
    async () => {
      const sid = await queueSid()
      if (sid) await queues.delete(ACCOUNT, sid)
    },
    () => clock.advance(below(4000)),
    () => clock.advance(below(4000)),
    turn,
  ]
  for (let step = 0; step < STEPS; step++) {
    await oneOf(actions)!()
    await check()
  }

  closing = true
  // Nobody dequeues any more: whoever is not waiting in the line comes to an end by itself.
  for (const leg of live()) if (agents.has(leg.callSid)) leg.far({ input: 'hung-up' })
  await clock.advance(60_000)
  await check()
  const waiting = new Set(queues.members(await queueSid()).map(({ callSid }) => callSid))
  assert.deepEqual(
    live().flatMap(({ callSid }) => (waiting.has(callSid) ? [] : [callSid])),
    [],
    'a call is stuck',
  )
  for (const leg of live()) leg.far({ input: 'hung-up' })
  await clock.advance(1000)
  assert.equal(calls.size, 0)
  assert.equal(queues.members(await queueSid()).length, 0)

  const told = requests.filter(({ path }) => path === '/done')
  const numbers = told.map(({ parameters }) => parameters.n)
  assert.equal(new Set(numbers).size, numbers.length, 'an action was told twice')
  const toldOf = new Map<string, number>()
  for (const { parameters } of told) toldOf.set(parameters.CallSid!, (toldOf.get(parameters.CallSid!) ?? 0) + 1)
  assert.deepEqual(toldOf, joined, 'not every <Enqueue> was told of')
  for (const { parameters } of told) {
    const { QueueResult, QueueTime } = parameters
    const unqueued = QueueResult === 'system-error' || (QueueResult === 'redirected' && QueueTime === undefined)
    assert.equal(QueueTime === undefined, unqueued, `${QueueResult} in ${QueueTime} s`)
  }
}
