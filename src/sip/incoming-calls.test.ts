/** Calls that come to us. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSid } from '../lib/ids.ts'
import type { Party } from '../wire/sip/session/test-parties.ts'
import { Bed, RINGBACK, sound } from './test-bed.ts'
import { ACCOUNT, aDomain, aTarget, aTrunk, OTHER_ACCOUNT, users } from './test-people.ts'

const ALICE = { username: 'alice', password: 'Secret-1234567' }

/** A call that rings. */
async function ringing(bed = new Bed(), changes: Parameters<Bed['call']>[2] = {}) {
  const alice = bed.party('alice')
  const uac = bed.call(alice, undefined, changes)
  await bed.settle()
  const leg = bed.incoming[0]!
  assert.deepEqual([alice.news(), leg.news()], [['180'], []])
  return { bed, alice, uac, leg }
}

const statusOf = (party: Party) =>
  party.outcome?.kind === 'refused' ? party.outcome.response.status : party.outcome?.kind

test('an answered call: who hears what, and each side hangs up', async () => {
  for (const side of ['we', 'they'] as const) {
    const { bed, alice, leg } = await ringing(new Bed(), { offer: sound('8 101'), headers: [['X-One', '1']] })
    const { call } = leg
    assert.deepEqual(
      { ...call, take: null, sip: { ...call.sip, callId: null } },
      {
        from: 'sip:alice@alice.example.com',
        to: '+15550123456',
        accountSid: ACCOUNT,
        sip: { callId: null, headers: { 'X-One': '1' }, sourceIp: 'alice.example.com', domain: null },
        take: null,
      },
    )
    leg.leg!.answer()
    leg.leg!.answer()
    await bed.settle()
    const [line] = bed.media.all
    assert.equal(line?.agreed, 'PCMA both')
    assert.ok(alice.outcome?.kind === 'answered')
    const answer = Buffer.from(alice.outcome.response.body).toString()
    assert.match(answer, /c=IN IP4 203\.0\.113\.1[\s\S]*m=audio 20000 RTP\/AVP 8 101/)
    if (side === 'we') leg.leg!.hangUp()
    else alice.session.bye()
    await bed.settle()
    assert.deepEqual(leg.news(), side === 'we' ? [] : ['hung-up'])
    assert.deepEqual(alice.news(), ['answered', side === 'we' ? 'ended remote' : 'ended local'])
    leg.leg!.hangUp()
    leg.leg!.reject('busy')
    await leg.leg!.closed
    assert.deepEqual(await bed.leftovers(), [])
    assert.deepEqual(leg.news(), [])
  }
})

for (const [how, status] of [
  ['rejected', 404],
  ['busy', 486],
  ['hung up on', 480],
] as const)
  test(`a call that is ${how} while it rings: ${status}`, async () => {
    const { bed, alice, leg } = await ringing()
    if (how === 'hung up on') leg.leg!.hangUp()
    else leg.leg!.reject(how)
    await bed.settle()
    assert.deepEqual([statusOf(alice), leg.news()], [status, []])
    assert.deepEqual(await bed.leftovers(), [])
  })

test('the caller gives up', async () => {
  const { bed, alice, uac, leg } = await ringing()
  uac.cancel()
  await bed.settle()
  assert.deepEqual([statusOf(alice), leg.news(), bed.network.size], ['cancelled', ['hung-up'], 0])
  leg.leg!.answer()
  assert.deepEqual(await bed.leftovers(), [])
})

test('the caller lets it ring no longer than its Expires says', async () => {
  const { bed, alice, leg } = await ringing(new Bed(), { headers: [['Expires', '30']] })
  await bed.pass(29_000, 1000)
  assert.deepEqual(leg.news(), [])
  await bed.pass(2000, 1000)
  assert.deepEqual([statusOf(alice), leg.news(), bed.network.size], [487, ['hung-up'], 0])
  leg.leg!.answer()
  assert.deepEqual(await bed.leftovers(), [])
})

test('who is not picked up for long is told every minute that it rings', async () => {
  const { bed, alice, leg } = await ringing()
  await bed.pass(125_000, 1000)
  assert.deepEqual([alice.news(), leg.news()], [['180', '180'], []])
  leg.leg!.hangUp()
  await bed.settle()
  assert.equal(statusOf(alice), 480)
  assert.deepEqual(await bed.leftovers(), [])
})

test('the caller gives up while it is found out who takes the call', async () => {
  const bed = new Bed()
  const alice = bed.party('alice')
  const decided = Promise.withResolvers<void>()
  bed.answerer = async (call) => {
    await decided.promise
    return bed.take(call)
  }
  const uac = bed.call(alice)
  await bed.pass(300)
  uac.cancel()
  await bed.settle()
  decided.resolve()
  await bed.settle()
  const [leg] = bed.incoming
  assert.deepEqual([statusOf(alice), leg!.news()], ['cancelled', ['hung-up']])
  assert.deepEqual(await bed.leftovers(), [])
})

test('picked up and hung up at once: it was answered', async () => {
  const { bed, alice, leg } = await ringing()
  leg.leg!.answer()
  leg.leg!.hangUp()
  await bed.settle()
  assert.deepEqual([alice.news(), leg.news()], [['answered', 'ended remote'], []])
  assert.deepEqual(await bed.leftovers(), [])
})

test('picked up before there is a port: answered when there is', async () => {
  const bed = new Bed()
  bed.media.holdsPorts = []
  const { alice, leg } = await ringing(bed)
  leg.leg!.answer()
  await bed.settle()
  assert.equal(statusOf(alice), undefined)
  bed.media.holdsPorts[0]!()
  await bed.settle()
  assert.equal(alice.outcome?.kind, 'answered')
  leg.leg!.hangUp()
  assert.deepEqual(await bed.leftovers(), [])
})

test('picked up and hung up before there is a port: 480', async () => {
  const bed = new Bed()
  bed.media.holdsPorts = []
  const { alice, leg } = await ringing(bed)
  leg.leg!.answer()
  leg.leg!.hangUp()
  await bed.settle()
  bed.media.holdsPorts[0]!()
  await bed.settle()
  assert.deepEqual([statusOf(alice), leg.news()], [480, []])
  assert.deepEqual(await bed.leftovers(), [])
})

test('there is no port: 503, and the call is over', async () => {
  const bed = new Bed()
  bed.media.hasPorts = false
  const { alice, leg } = await ringing(bed)
  leg.leg!.answer()
  await bed.settle()
  assert.deepEqual([statusOf(alice), leg.news()], [503, ['hung-up']])
  assert.deepEqual(await bed.leftovers(), [])
})

for (const [what, answerer, status] of [
  ['nobody has the number', async () => null, 404],
  [
    'it cannot be found out who has it',
    async () => {
      throw new Error('the store is gone')
    },
    500,
  ],
] as const)
  test(`${what}: ${status}`, async () => {
    const bed = new Bed()
    bed.answerer = answerer
    const alice = bed.party('alice')
    bed.call(alice)
    await bed.settle()
    assert.equal(statusOf(alice), status)
    assert.equal(bed.logged.length, status === 500 ? 1 : 0)
    assert.deepEqual(await bed.leftovers(), [])
  })

test('it cannot be found out who may call: 500', async () => {
  const bed = new Bed()
  bed.directory.has.trunks.push(aTrunk())
  Object.defineProperty(bed.directory, 'trunks', {
    get() {
      throw new Error('the store is gone')
    },
  })
  const alice = bed.party('alice')
  bed.call(alice)
  await bed.settle()
  assert.deepEqual([statusOf(alice), bed.logged], [500, ['a call from outside could not be taken']])
  assert.deepEqual(await bed.leftovers(), [])
})

test('what is no number of ours, by a trunk: 404', async () => {
  const bed = new Bed()
  const alice = bed.party('alice')
  bed.call(alice, 'sip:support@ringback.example.com')
  await bed.settle()
  assert.deepEqual([statusOf(alice), bed.incoming], [404, []])
  assert.deepEqual(await bed.leftovers(), [])
})

test('a domain is called by those who know a password', async () => {
  const domain = aDomain({ callers: users([ALICE.username, ALICE.password]), accountSid: OTHER_ACCOUNT })
  for (const [user, status] of [
    [ALICE, 'answered'],
    [{ ...ALICE, password: 'wrong' }, 403],
    [undefined, 401],
  ] as const) {
    const bed = new Bed({ domains: [domain] })
    const alice = bed.party('alice', user)
    bed.call(alice, 'sip:support@ACME.example.com;transport=udp', {
      from: '"Alice" <sip:alice@acme.example.com>',
      headers: [['Diversion', '<sip:+15550177@carrier.example>;reason=no-answer']],
    })
    await bed.settle()
    bed.incoming[0]?.leg?.answer()
    await bed.settle()
    assert.equal(statusOf(alice), status)
    const call = bed.incoming[0]?.call
    if (status === 'answered')
      assert.deepEqual(
        [call?.from, call?.to, call?.accountSid, call?.callerName, call?.forwardedFrom, call?.sip?.domain],
        [
          'sip:alice@acme.example.com',
          'sip:support@acme.example.com',
          OTHER_ACCOUNT,
          'Alice',
          '+15550177',
          { sid: domain.sid, name: 'acme.example.com' },
        ],
      )
    else assert.equal(call, undefined)
    bed.incoming[0]?.leg?.hangUp()
    assert.deepEqual(await bed.leftovers(), [])
  }
})

test('a number of ours that is dialled at our address is called as a number, by a user of the domain', async () => {
  const domain = aDomain({ callers: users([ALICE.username, ALICE.password]) })
  for (const [user, to, expected] of [
    [ALICE, '+15550123456', ['+15550123456', null]],
    [ALICE, '+15550999999', ['sip:+15550999999@acme.example.com', domain.name]],
    [undefined, '+15550123456', 401],
  ] as const) {
    const bed = new Bed({ domains: [domain], numbers: { '+15550123456': ACCOUNT }, more: { isOpen: false } })
    const alice = bed.party('alice', user)
    bed.call(alice, `sip:${to}@ringback.example.com`, { from: '<sip:10001@acme.example.com>' })
    await bed.settle()
    const { call, leg } = bed.incoming[0] ?? {}
    assert.deepEqual(call ? [call.to, call.sip?.domain?.name ?? null] : statusOf(alice), expected)
    if (call) assert.deepEqual([call.from, call.accountSid], ['sip:10001@acme.example.com', ACCOUNT])
    leg?.hangUp()
    assert.deepEqual(await bed.leftovers(), [])
  }
})

test('a trunk calls for its account, with the number of who calls', async () => {
  const bed = new Bed({
    trunks: [aTrunk({ targets: [aTarget({ host: 'alice.example.com' })], accountSid: OTHER_ACCOUNT })],
    more: { isOpen: false },
  })
  const alice = bed.party('alice')
  bed.call(alice, 'sip:15550123456@ringback.example.com', { from: '"Bob" <sip:+4930123456@carrier.example>' })
  await bed.settle()
  const { call, leg } = bed.incoming[0]!
  assert.deepEqual(
    [call.from, call.callerName, call.to, call.accountSid],
    ['+4930123456', 'Bob', '+15550123456', OTHER_ACCOUNT],
  )
  leg!.hangUp()
  assert.deepEqual(await bed.leftovers(), [])
})

for (const more of [{ maxCalls: 1 }, { callsPerSecondPerSource: 1 }])
  test(`beyond ${JSON.stringify(more)} calls are told to come again`, async () => {
    const { bed, alice, leg } = await ringing(new Bed({ more }))
    bed.call(alice)
    await bed.settle()
    assert.ok(alice.outcome?.kind === 'refused')
    const { status, headers } = alice.outcome.response
    assert.deepEqual([status, headers.get('Retry-After')], [503, 'maxCalls' in more ? '5' : '1'])
    leg.leg!.hangUp()
    await bed.pass(2000, 1000)
    bed.call(alice)
    await bed.settle()
    assert.equal(bed.incoming.length, 2)
    bed.incoming[1]!.leg!.hangUp()
    assert.deepEqual(await bed.leftovers(), [])
  })

test('an answer that is never acknowledged is no call', async () => {
  const { bed, leg } = await ringing()
  bed.wire.attach(RINGBACK, () => {})
  leg.leg!.answer()
  await bed.pass(33_000, 1000)
  assert.deepEqual([leg.news(), bed.network.size], [['hung-up'], 0])
})

test('an INVITE that comes again, and another way, is the same call', async () => {
  const bed = new Bed({ weather: { lost: 0, duplicated: 1, delayMsMax: 50 } })
  const alice = bed.party('alice')
  bed.call(alice)
  await bed.pass(1000)
  assert.equal(bed.incoming.length, 1)
  bed.incoming[0]!.leg!.hangUp()
  await bed.pass(1000)
  assert.equal(statusOf(alice), 480)
  assert.deepEqual(await bed.leftovers(), [])
})

test('who takes the call may end it in that moment', async () => {
  for (const act of ['hangUp', 'answer', 'reject'] as const) {
    const bed = new Bed()
    const alice = bed.party('alice')
    bed.answerer = async (call) => {
      const callSid = newSid('CA')
      const leg = call.take(callSid, () => {})
      if (act === 'reject') leg.reject('busy')
      else leg[act]()
      if (act === 'answer') leg.hangUp()
      return callSid
    }
    bed.call(alice)
    await bed.settle()
    assert.equal(statusOf(alice), act === 'reject' ? 486 : 480)
    assert.deepEqual(await bed.leftovers(), [])
  }
})
