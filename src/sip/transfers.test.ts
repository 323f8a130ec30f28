/** REFER, from the party and to it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LegInput } from '../engine/ports/leg.ts'
import { Bed } from './test-bed.ts'
import { aCall, type Call } from './test-calls.ts'

/** Bob asks us to call somebody else. */
async function asksForTransfer({ bed, bob }: Call, referTo: string) {
  const told: string[] = []
  bob.session.refer(referTo, [['X-Why', 'lunch']], {
    onAccepted: () => void told.push('accepted'),
    onProgress: (status) => void told.push(`${status}`),
    onOver: (status) => void told.push(`over ${status}`),
    onRefused: ({ status }) => void told.push(`refused ${status}`),
    onNoAnswer: () => void told.push('no answer'),
  })
  await bed.settle()
  return told
}

test('the party asks to be replaced, and is: it is told so, and then hung up on', async () => {
  const call = await aCall()
  const { bed, bob, leg } = call
  const sip: unknown[] = []
  leg.react = (input: LegInput) => {
    if (input.input !== 'transfer') return
    sip.push(input.sip?.headers)
    // As the engine does: the leg is ended while it is decided.
    leg.leg!.hangUp()
    input.decide!(true)
  }
  const told = await asksForTransfer(call, '<sip:carol@carol.example.com?X-One=1>')
  assert.deepEqual(leg.news(), ['transfer <sip:carol@carol.example.com?X-One=1>'])
  assert.deepEqual(sip, [{ 'X-Why': 'lunch' }])
  assert.deepEqual(told, ['accepted', '100', 'over 200'])
  assert.deepEqual(bob.news(), [])
  await bed.pass(2000)
  assert.deepEqual(bob.news(), ['ended remote'])
  assert.deepEqual(await bed.leftovers(), [])
})

test('the party asks to be replaced, and is not', async () => {
  const call = await aCall('in')
  call.leg.react = (input) => input.input === 'transfer' && input.decide!(false)
  assert.deepEqual(await asksForTransfer(call, '<tel:+15550123456>'), ['refused 603'])
  assert.deepEqual(call.leg.news(), ['transfer <tel:+15550123456>'])
  call.leg.leg!.hangUp()
  assert.deepEqual(await call.bed.leftovers(), [])
})

test('the party asks for another kind of request, or for nonsense', async () => {
  const call = await aCall()
  assert.deepEqual(await asksForTransfer(call, '<sip:carol@carol.example.com;method=BYE>'), ['refused 603'])
  assert.deepEqual(await asksForTransfer(call, '<nonsense>'), ['refused 400'])
  assert.deepEqual(call.leg.news(), [])
  call.leg.leg!.hangUp()
  assert.deepEqual(await call.bed.leftovers(), [])
})

test('nobody decides about a transfer, and the call ends: it is refused', async () => {
  const call = await aCall()
  const told = await asksForTransfer(call, '<sip:carol@carol.example.com>')
  call.leg.leg!.hangUp()
  assert.deepEqual(await call.bed.leftovers(), [])
  assert.equal(told.length, 1)
})

/** We ask bob to call carol; what he does. */
async function weRefer(act: (call: Call) => void | Promise<void>, call?: Call) {
  const made = call ?? (await aCall())
  const { bed, leg } = made
  let came: unknown = null
  const referral = leg.leg!.refer('sip:carol@carol.example.com?X-One=1')
  assert.ok(referral)
  void referral.then((outcome) => {
    came = outcome
  })
  await bed.settle()
  await act(made)
  await bed.settle()
  return { ...made, came: () => came }
}

test('we ask the party to call somebody else, and it does', async () => {
  const { bed, bob, leg, came } = await weRefer(async ({ bed, bob, leg }) => {
    assert.equal(bob.refers[0]!.request.headers.get('Refer-To'), '<sip:carol@carol.example.com?X-One=1>')
    // One at a time.
    assert.equal(leg.leg!.refer('sip:dave@dave.example.com'), null)
    bob.refers[0]!.accept()
    await bed.settle()
    bob.refers[0]!.report(180)
    await bed.settle()
    bob.refers[0]!.report(200)
  })
  assert.deepEqual(came(), { sipResponseCode: 202, notifyCode: 200 })
  // And once more.
  assert.ok(leg.leg!.refer('sip:dave@dave.example.com'))
  await bed.settle()
  assert.equal(bob.refers.length, 2)
  leg.leg!.hangUp()
  assert.deepEqual([leg.news(), await bed.leftovers()], [[], []])
})

for (const [what, act, outcome] of [
  ['refuses', ({ bob }: Call) => bob.refers[0]!.refuse(603), { sipResponseCode: 603, notifyCode: null }],
  ['hangs up at once', ({ bob }: Call) => bob.session.bye(), { sipResponseCode: 408, notifyCode: null }],
  [
    'accepts and hangs up',
    ({ bob }: Call) => {
      bob.refers[0]!.accept()
      bob.session.bye()
    },
    { sipResponseCode: 202, notifyCode: null },
  ],
  [
    'tells that it rings, and hangs up',
    async ({ bed, bob }: Call) => {
      bob.refers[0]!.accept()
      await bed.settle()
      bob.refers[0]!.report(180)
      await bed.settle()
      bob.session.bye()
    },
    { sipResponseCode: 202, notifyCode: 180 },
  ],
  [
    'is hung up on',
    async ({ bed, bob, leg }: Call) => {
      bob.refers[0]!.accept()
      await bed.settle()
      leg.leg!.hangUp()
    },
    { sipResponseCode: 202, notifyCode: 100 },
  ],
] as const)
  test(`we ask the party to call somebody else, and it ${what}`, async () => {
    const { bed, leg, came } = await weRefer(act)
    const got = came() as { sipResponseCode: number; notifyCode: number | null }
    assert.equal(got.sipResponseCode, outcome.sipResponseCode)
    if (outcome.notifyCode !== null) assert.equal(got.notifyCode, outcome.notifyCode)
    leg.leg!.hangUp()
    assert.deepEqual(await bed.leftovers(), [])
  })

test('the party never answers what we ask', async () => {
  const { bed, leg, came } = await weRefer(async ({ bed }) => {
    bed.wire.weather = { lost: 1, duplicated: 0, delayMsMax: 0 }
  })
  assert.equal(came(), null)
  leg.leg!.hangUp()
  await bed.settle()
  assert.deepEqual(came(), { sipResponseCode: 408, notifyCode: null })
})

test('who is not there cannot be asked to call', async () => {
  const bed = new Bed()
  bed.party('bob')
  const leg = bed.dial('sip:bob@bob.example.com')
  await bed.settle()
  assert.equal(leg.leg!.refer('sip:carol@carol.example.com'), null)
  leg.leg!.hangUp()
  assert.equal(leg.leg!.refer('sip:carol@carol.example.com'), null)
  assert.deepEqual(await bed.leftovers(), [])
})

test('what cannot be called is not asked for', async () => {
  const { bed, leg } = await aCall()
  assert.equal(leg.leg!.refer('nonsense'), null)
  leg.leg!.hangUp()
  assert.deepEqual(await bed.leftovers(), [])
})
