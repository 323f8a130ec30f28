/** When we register with trunks, by a clock in hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../lib/ids.ts'
import { silentLogger } from '../lib/logger.ts'
import { VirtualClock } from '../lib/virtual-clock.ts'
import { makeResponse } from '../wire/sip/make-response.ts'
import type { SipResponse } from '../wire/sip/message.ts'
import type { SipTrunk } from './ports.ts'
import { aRequest, aTrunk } from './test-people.ts'
import { type RegisterOrder, TrunkRegistrations } from './trunk-registrations.ts'

type Fields = readonly (readonly [name: string, value: string])[]
/** `null`: it does not answer. */
type Say = (order: RegisterOrder, trunk: SipTrunk) => readonly [status: number, ...fields: Fields] | null

const GRANTS: Say = ({ expiresSec }) => [200, ['Contact', `<sip:ringback@us>;expires=${expiresSec}`]]

function aBed(trunks: SipTrunk[], say: Say = GRANTS, { answersAfterMs = 0, afterSilenceMs = 32_000 } = {}) {
  const clock = new VirtualClock({ startAt: 0 as Instant, settleMs: 0, mode: 'held' })
  const sent: string[] = []
  const bed = { say, trunks: trunks as readonly SipTrunk[], isBroken: false }
  let calls = 0
  const registrations = new TrunkRegistrations({
    clock,
    logger: silentLogger,
    trunks: async () => {
      if (bed.isBroken) throw new Error('the store is gone')
      return bed.trunks
    },
    send: (trunk, order) => {
      sent.push(`${clock.now() / 1000} ${trunk.name} ${order.callId} ${order.cseq} ${order.expiresSec}`)
      const said = bed.say(order, trunk)
      return new Promise<SipResponse | null>((resolve) => {
        clock.after(said ? answersAfterMs : afterSilenceMs, () => resolve(said && response(...said)))
      })
    },
    numbersEach: 12,
    newCallId: () => `c${++calls}`,
  })
  /** What was sent until then. */
  const until = async (sec: number) => {
    while (clock.now() < sec * 1000) await clock.advance(Math.min(1000, sec * 1000 - clock.now()))
    await clock.advance(0)
    return sent.splice(0)
  }
  return { ...bed, bed, clock, registrations, until }
}

function response(status: number, ...fields: Fields): SipResponse {
  const made = makeResponse(aRequest('REGISTER', 'sip:carrier.example'), status)
  for (const [name, value] of fields) made.headers.append(name, value)
  return made
}

const REGISTERING = aTrunk({ register: true })
const SID = REGISTERING.sid

test('trunks that want it are registered with, and again before the time is over', async () => {
  const { registrations, until } = aBed([REGISTERING, aTrunk({ sid: 'TK2', name: 'quiet' })])
  assert.equal(registrations.state(SID), null)
  registrations.start()
  assert.deepEqual(await until(479), ['0 carrier c1 1 600'])
  assert.deepEqual(registrations.state(SID), { isRegistered: true, status: 200 })
  assert.equal(registrations.state('TK2'), null)
  assert.deepEqual(await until(961), ['480 carrier c1 13 600', '960 carrier c1 25 600'])
})

for (const [what, fields, againSec] of [
  [
    'what is granted to the contact',
    [
      ['Contact', '<sip:us>;expires=100'],
      ['Expires', '3600'],
    ],
    80,
  ],
  [
    'what is granted to all',
    [
      ['Contact', '<sip:us>'],
      ['Expires', '100'],
    ],
    80,
  ],
  [
    'the shortest of several',
    [
      ['Contact', '<sip:a>;expires=300'],
      ['Contact', '<sip:b>;expires=50'],
    ],
    40,
  ],
  ['never at once, however little is granted', [['Contact', '<sip:us>;expires=1']], 5],
  ['what we asked for, where nothing is said', [], 480],
  [
    'what we asked for, where nonsense is said',
    [
      ['Contact', '<sip:us>;expires=x'],
      ['Expires', '0'],
    ],
    480,
  ],
] as const satisfies readonly (readonly [string, Fields, number])[])
  test(`they are renewed by ${what}`, async () => {
    const { registrations, until } = aBed([REGISTERING], () => [200, ...fields])
    registrations.start()
    await until(againSec - 0.001)
    const [next] = await until(againSec)
    assert.equal(next, `${againSec} carrier c1 13 600`)
  })

test('who refuses is asked less and less often', async () => {
  const { registrations, until } = aBed([REGISTERING], () => [403])
  registrations.start()
  const times = (await until(3000)).map((line) => Number(line.split(' ')[0]))
  assert.deepEqual(times, [0, 15, 45, 105, 225, 465, 945, 1545, 2145, 2745])
  assert.deepEqual(registrations.state(SID), { isRegistered: false, status: 403 })
})

test('who does not answer, too; and who answers again is registered with as before', async () => {
  const { bed, registrations, until } = aBed([REGISTERING], () => null)
  registrations.start()
  assert.deepEqual(await until(60), ['0 carrier c1 1 600', '47 carrier c1 13 600'])
  assert.deepEqual(registrations.state(SID), { isRegistered: false, status: null })
  bed.say = GRANTS
  assert.deepEqual(await until(110), ['109 carrier c1 25 600'])
  assert.deepEqual(registrations.state(SID), { isRegistered: true, status: 200 })
  assert.deepEqual(await until(600), ['589 carrier c1 37 600'])
})

test('who wants it longer gets it', async () => {
  const { registrations, until } = aBed([REGISTERING], (order) =>
    order.expiresSec < 1800 ? [423, ['Min-Expires', '1800']] : GRANTS(order, REGISTERING),
  )
  registrations.start()
  assert.deepEqual(await until(1441), ['0 carrier c1 1 600', '0 carrier c1 13 1800', '1440 carrier c1 25 1800'])
})

for (const minExpires of ['60', '600', '99999999', 'x'])
  test(`who wants ${minExpires} seconds and refuses has failed`, async () => {
    const { registrations, until } = aBed([REGISTERING], () => [423, ['Min-Expires', minExpires]])
    registrations.start()
    assert.equal((await until(14)).length, 1)
    assert.deepEqual(registrations.state(SID), { isRegistered: false, status: 423 })
  })

test('a trunk that is changed is registered with at once', async () => {
  const { bed, registrations, until } = aBed([REGISTERING], (_, { auth }) => (auth ? [200] : [403]))
  registrations.start()
  await until(950)
  bed.trunks = [{ ...REGISTERING, auth: { username: 'u', password: 'p' } }]
  assert.deepEqual(await until(961), ['960 carrier c1 85 600'])
  assert.equal(registrations.state(SID)?.isRegistered, true)
  assert.deepEqual(await until(1441), ['1440 carrier c1 97 600'])
})

test('a trunk that is no more, or wants it no more, is told so', async () => {
  const other = aTrunk({ sid: 'TK2', name: 'other', register: true })
  const { bed, registrations, until } = aBed([REGISTERING, other])
  registrations.start()
  await until(5)
  bed.trunks = [aTrunk({ register: false })]
  assert.deepEqual(await until(700), ['10 carrier c1 13 0', '10 other c2 13 0'])
  assert.equal(registrations.state(SID), null)
  bed.trunks = [REGISTERING]
  assert.deepEqual(await until(710), ['710 carrier c3 1 600'])
})

test('one that was not registered with is told nothing', async () => {
  const { bed, registrations, until } = aBed([REGISTERING], () => [403])
  registrations.start()
  await until(5)
  bed.trunks = []
  assert.deepEqual(await until(700), [])
})

test('what is under way when a trunk goes is taken back when it is done', async () => {
  const { bed, registrations, until } = aBed([REGISTERING], GRANTS, { answersAfterMs: 12_000 })
  registrations.start()
  await until(5)
  bed.trunks = []
  assert.deepEqual(await until(700), ['12 carrier c1 13 0'])
})

test('a store that cannot be read changes nothing', async () => {
  const { bed, registrations, until } = aBed([REGISTERING])
  registrations.start()
  await until(5)
  bed.isBroken = true
  assert.deepEqual(await until(481), ['480 carrier c1 13 600'])
  bed.isBroken = false
  bed.trunks = []
  assert.deepEqual(await until(491), ['490 carrier c1 25 0'])
})

test('who stops tells those with whom we are registered, and waits until they know', async () => {
  const other = aTrunk({ sid: 'TK2', name: 'other', register: true })
  const say: Say = (order, { name }) => (name === 'other' ? [403] : GRANTS(order, REGISTERING))
  const { clock, registrations, until } = aBed([REGISTERING, other], say, { answersAfterMs: 500 })
  registrations.start()
  await until(1)
  let isOver = false
  void registrations.stop().then(() => {
    isOver = true
  })
  assert.deepEqual(await until(1.4), ['1 carrier c1 13 0'])
  assert.equal(isOver, false)
  await until(1.6)
  assert.equal(isOver, true)
  assert.equal(clock.pending, 0)
  assert.deepEqual(await until(2000), [])
})

test('who stops waits two seconds for those who do not answer', async () => {
  const { bed, clock, registrations, until } = aBed([REGISTERING])
  registrations.start()
  await until(1)
  bed.say = () => null
  let overAt = 0
  void registrations.stop().then(() => {
    overAt = clock.now()
  })
  await until(40)
  assert.equal(overAt, 3000)
  assert.equal(clock.pending, 0)
})

test('who stops while it registers for the first time is not registered afterwards', async () => {
  const { registrations, until } = aBed([REGISTERING], GRANTS, { answersAfterMs: 1000 })
  registrations.start()
  await until(0.5)
  void registrations.stop()
  assert.deepEqual(await until(100), ['0 carrier c1 1 600', '1 carrier c1 13 0'].slice(1))
})
