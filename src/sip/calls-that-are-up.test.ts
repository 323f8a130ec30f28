/** What happens in calls that are up: hold, keys, transfers, session timers, and ends of every kind. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LegInput } from '../engine/ports/leg.ts'
import type { Body } from '../wire/sip/dialog/body.ts'
import type { SipResponse } from '../wire/sip/message.ts'
import { Bed, RINGBACK, secureSound, sound, type TestLeg } from './test-bed.ts'

const NOTHING = { onResponse() {}, onNoAnswer() {} }

/** A call that is up: bob is called, or calls. */
async function aCall(direction: 'out' | 'in' = 'out', bed = new Bed()) {
  const bob = bed.party('bob')
  let leg: TestLeg
  if (direction === 'out') {
    bob.onCall = (invite) => invite.answer(sound())
    leg = bed.dial('sip:bob@bob.example.com')
    await bed.settle()
  } else {
    bed.call(bob)
    await bed.settle()
    leg = bed.incoming[0]!
    leg.leg!.answer()
    await bed.settle()
  }
  bob.news()
  leg.news()
  bed.lines()
  return { bed, bob, leg, line: bed.media.all[0]! }
}

type Call = Awaited<ReturnType<typeof aCall>>

/** Bob offers a change; what he is answered. */
async function offers({ bed, bob }: Call, body: Body): Promise<string> {
  let told = 'nothing'
  bob.session.offer(body, {
    onAnswer: (answer) => {
      told = /^a=(sendrecv|sendonly|recvonly|inactive)\r/m.exec(Buffer.from(answer!.bytes).toString())![1]!
    },
    onRefused: ({ status, headers }) => {
      told = `${status} ${headers.get('Warning') ?? ''}`
    },
    onNoAnswer() {},
  })
  await bed.settle()
  return told
}

for (const direction of ['out', 'in'] as const)
  test(`a call ${direction}: bob holds the line, and comes back`, async () => {
    const call = await aCall(direction)
    const { bed, leg, line } = call
    assert.equal(line.agreed, 'PCMU both')
    assert.equal(await offers(call, sound('0 8 101', 'sendonly')), 'recvonly')
    assert.equal(line.agreed, 'PCMU hears')
    assert.equal(await offers(call, sound('0 8 101', 'inactive')), 'inactive')
    assert.equal(line.agreed, 'PCMU neither')
    assert.equal(await offers(call, sound('8', 'sendrecv')), 'sendrecv')
    assert.equal(line.agreed, 'PCMA both')
    leg.leg!.hangUp()
    assert.deepEqual([leg.news(), await bed.leftovers()], [[], []])
  })

for (const [what, body, warning] of [
  ['no codec of ours', sound('9'), '488 399 ringback "The offer has no codec that is known here: PCMU and PCMA are"'],
  ['encrypted sound', secureSound(), '488 399 ringback "The offer is for encrypted sound, without a key that can be used"'], // biome-ignore format: a table
] as const)
  test(`a change to ${what} is refused, and all stays as it is`, async () => {
    const call = await aCall()
    assert.equal(await offers(call, body), warning)
    assert.deepEqual([call.line.agreed, call.leg.news()], ['PCMU both', []])
    assert.equal(await offers(call, sound('8')), 'sendrecv')
    call.leg.leg!.hangUp()
    assert.deepEqual(await call.bed.leftovers(), [])
  })

/** A re-INVITE without an offer, as from a switch that connects its parties anew; then its answer. */
async function asksForOurs({ bed, bob }: Call, answer: Body | null): Promise<string> {
  const { request, nextUri } = bob.session.dialog.request('INVITE')
  request.headers.append('Contact', bob.session.contact)
  assert.ok(nextUri)
  let offered = 'nothing'
  bob.core.layer.invite(request, RINGBACK, {
    onResponse: (response: SipResponse) => {
      if (response.status < 200) return
      offered = Buffer.from(response.body).toString()
      const ack = bob.session.dialog.ack(Number.parseInt(request.headers.get('CSeq')!, 10)).request
      if (answer) ack.headers.append('Content-Type', answer.type)
      bob.core.layer.oneWay({ ...ack, body: answer?.bytes ?? ack.body }, RINGBACK).send()
    },
    onNoAnswer() {},
  })
  await bed.settle()
  return offered
}

test('asked for an offer we offer all that we can, also when the line was held', async () => {
  const call = await aCall()
  await offers(call, sound('0', 'inactive'))
  const offered = await asksForOurs(call, sound('8'))
  assert.match(offered, /m=audio 20000 RTP\/AVP 0 8 101[\s\S]*a=sendrecv/)
  assert.equal(call.line.agreed, 'PCMA both')
  call.leg.leg!.hangUp()
  assert.deepEqual([call.leg.news(), await call.bed.leftovers()], [[], []])
})

test('asked for an offer that is answered by nothing, or nonsense: all stays as it is', async () => {
  for (const answer of [null, sound('9')]) {
    const call = await aCall()
    await asksForOurs(call, answer)
    assert.deepEqual([call.line.agreed, call.leg.news()], ['PCMU both', []])
    call.leg.leg!.hangUp()
    assert.deepEqual(await call.bed.leftovers(), [])
  }
})

for (const [type, body, told] of [
  ['application/dtmf-relay', 'Signal=5\r\nDuration=160', ['digit 5']],
  ['application/dtmf', '#', ['digit #']],
  ['application/dtmf', 'nonsense', []],
] as const)
  test(`keys in INFO: ${type} ${JSON.stringify(body)}`, async () => {
    const { bed, bob, leg, line } = await aCall()
    bob.session.send('INFO', [], { type, bytes: Buffer.from(body) }, NOTHING)
    await bed.settle()
    assert.deepEqual([leg.news(), line.pressed], [told, told.map((one) => one.split(' ')[1])])
    assert.deepEqual(bed.lines(), ['INFO', '200 INFO'])
    leg.leg!.hangUp()
    assert.deepEqual(await bed.leftovers(), [])
  })

test('keys of the line are told, and keys go there', async () => {
  const { bed, leg, line } = await aCall()
  line.events.keyHeard('7', bed.clock.now())
  leg.leg!.pressed('12w3')
  assert.deepEqual([leg.news(), line.sent], [['digit 7'], ['12w3']])
  leg.leg!.hangUp()
  leg.leg!.pressed('4')
  line.events.keyHeard('8', bed.clock.now())
  assert.deepEqual([leg.news(), line.sent], [[], ['12w3']])
  assert.deepEqual(await bed.leftovers(), [])
})

test('keys before the answer are none', async () => {
  const bed = new Bed()
  const bob = bed.party('bob')
  bob.onCall = (invite) => invite.ring(183, { body: sound() })
  const leg = bed.dial('sip:bob@bob.example.com')
  await bed.settle()
  leg.news()
  bed.media.all[0]!.events.keyHeard('7', bed.clock.now())
  leg.leg!.pressed('1')
  assert.deepEqual([leg.news(), bed.media.all[0]!.sent], [[], []])
  leg.leg!.hangUp()
  assert.deepEqual(await bed.leftovers(), [])
})

test('other requests within the call', async () => {
  const { bed, bob, leg } = await aCall()
  for (const method of ['OPTIONS', 'NOTIFY', 'MESSAGE', 'INFO']) bob.session.send(method, [], null, NOTHING)
  await bed.settle()
  const answers = bed.lines().filter((line) => line.includes(' '))
  assert.deepEqual(answers.toSorted(), ['200 INFO', '200 NOTIFY', '200 OPTIONS', '405 MESSAGE'])
  leg.leg!.hangUp()
  assert.deepEqual([leg.news(), await bed.leftovers()], [[], []])
})

const UNHEARD = { onAccepted() {}, onProgress() {}, onOver() {}, onRefused() {}, onNoAnswer() {} }

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

test('a session is refreshed for as long as both are there', async () => {
  for (const direction of ['in', 'out'] as const) {
    const { bed, bob, leg, line } = await aCall(direction)
    await bed.pass(2 * 3600_000, 10_000)
    assert.deepEqual([leg.news(), bob.news().filter((what) => what.startsWith('ended'))], [[], []])
    assert.ok(bed.lines().length >= 8)
    assert.equal(line.agreed, 'PCMU both')
    leg.leg!.hangUp()
    assert.deepEqual(await bed.leftovers(), [])
  }
})

test('who is gone without a word is noticed by the session timer', async () => {
  const { bed, leg } = await aCall()
  bed.wire.weather = { lost: 1, duplicated: 0, delayMsMax: 0 }
  await bed.pass(1800_000, 10_000)
  assert.deepEqual([leg.news(), bed.network.size], [['hung-up'], 0])
})

for (const [what, happen, cause] of [
  ['nothing is heard for a minute', ({ line }: Call) => line.events.lineSilent(), 408],
  ['our sound is lost', ({ line }: Call) => line.events.lost(), 500],
] as const)
  test(`${what}: the call is over`, async () => {
    const call = await aCall()
    happen(call)
    happen(call)
    await call.bed.settle()
    assert.deepEqual([call.leg.news(), call.bob.news()], [['hung-up'], ['ended remote']])
    assert.match(call.bed.reasons[0]!, new RegExp(`^BYE SIP;cause=${cause};text="`))
    assert.deepEqual(await call.bed.leftovers(), [])
  })

test('our sound is lost while it rings', async () => {
  const bed = new Bed()
  const bob = bed.party('bob')
  const out = bed.dial('sip:bob@bob.example.com')
  bed.call(bob)
  await bed.settle()
  out.news()
  for (const { events } of bed.media.all) events.lost()
  await bed.settle()
  assert.deepEqual([out.news(), bed.incoming[0]!.news()], [['hung-up'], ['hung-up']])
  assert.deepEqual(await bed.leftovers(), [])
})

test('both hang up at once', async () => {
  const { bed, bob, leg } = await aCall()
  bed.wire.weather = { lost: 0, duplicated: 0, delayMsMax: 100 }
  bob.session.bye()
  leg.leg!.hangUp()
  await bed.pass(1000)
  assert.deepEqual([leg.news(), bob.news()], [[], ['ended local']])
  assert.deepEqual(await bed.leftovers(), [])
})

test('a BYE that is lost is sent again; one that nobody answers ends all the same', async () => {
  const { bed, bob, leg } = await aCall()
  bed.wire.weather = { lost: 1, duplicated: 0, delayMsMax: 0 }
  leg.leg!.hangUp()
  await bed.pass(400)
  bed.wire.weather = { lost: 0, duplicated: 0, delayMsMax: 0 }
  assert.deepEqual(bob.news(), [])
  await bed.pass(4000, 100)
  assert.deepEqual(bob.news(), ['ended remote'])
  assert.deepEqual(await bed.leftovers(), [])
})

test('who stops waits until the other ends know that their calls are over, but not for ever', async () => {
  for (const [weather, atMs] of [
    [{ lost: 0, duplicated: 0, delayMsMax: 0 }, 50],
    [{ lost: 1, duplicated: 0, delayMsMax: 0 }, 2000],
  ] as const) {
    const { bed, leg } = await aCall()
    bed.wire.weather = weather
    leg.leg!.hangUp()
    const began = bed.clock.now()
    let stoppedMs = 0
    void bed.network.stop().then(() => {
      stoppedMs = bed.clock.now() - began
    })
    await bed.pass(4000, 10)
    assert.equal(stoppedMs, atMs)
  }
})

test('hung up on before the answer to our offer is here: it is hung up on then', async () => {
  const bed = new Bed()
  const bob = bed.party('bob')
  bob.core.invite(
    {
      uri: `sip:+15550123456@${RINGBACK.address}`,
      from: '<sip:bob@bob.example.com>',
      to: `<sip:+15550123456@${RINGBACK.address}>`,
      hop: RINGBACK,
      offer: null,
    },
    {
      onProvisional() {},
      onOutcome: (outcome) => outcome.kind === 'answered' && outcome.acknowledge!(sound()),
    },
  )
  await bed.settle()
  const [leg] = bed.incoming
  leg!.leg!.answer()
  leg!.leg!.hangUp()
  await bed.settle()
  assert.deepEqual([leg!.news(), bed.media.all[0]!.agreed], [[], null])
  assert.deepEqual(await bed.leftovers(), [])
})

test('stopped: nothing is sent any more, no timer is left, and no call is made', async () => {
  const { bed, bob, leg } = await aCall()
  const ringing = bed.dial('sip:bob@bob.example.com')
  bob.session.refer('<sip:carol@carol.example.com>', [], UNHEARD)
  await bed.settle()
  leg.leg!.hangUp()
  ringing.leg!.hangUp()
  await bed.settle()
  const stopped = bed.network.stop()
  await bed.pass(3000, 100)
  await stopped
  assert.equal(bed.isClosed, true)
  assert.equal(bed.network.pending, 0)
  bed.lines()
  ringing.news()
  const late = bed.dial('sip:bob@bob.example.com')
  await bed.settle()
  assert.deepEqual([late.news(), bed.lines()], [['failed 503'], []])
  bob.core.stop()
  assert.deepEqual(await bed.leftovers(), [])
})
