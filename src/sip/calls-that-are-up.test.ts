/** What happens in calls that are up: hold, other descriptions, keys. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Body } from '../wire/sip/dialog/body.ts'
import type { SipResponse } from '../wire/sip/message.ts'
import { Bed, RINGBACK, secureSound, sound } from './test-bed.ts'
import { aCall, type Call } from './test-calls.ts'

const NOTHING = { onResponse() {}, onNoAnswer() {} }

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

for (const [what, answer, agreed] of [
  ['has gone on hold', sound('0', 'recvonly'), 'PCMU speaks'],
  ['has moved to another codec', sound('8'), 'PCMA both'],
  ['says nothing that can be taken', sound('9'), 'PCMU both'],
] as const)
  test(`the refresh of a long call is answered by one who ${what}`, async () => {
    const { bed, bob, leg, line } = await aCall()
    const { session } = bob
    const receive = session.receive.bind(session)
    session.receive = (transaction, request, from) => {
      if (request.method === 'UPDATE') session.answer(transaction, request, 501)
      else receive(transaction, request, from)
    }
    bob.onOffer = (offer) => offer.accept(answer)
    await bed.pass(901_000)
    assert.deepEqual(bed.lines(), ['UPDATE', '501 UPDATE', 'INVITE', '200 INVITE', 'ACK'])
    assert.deepEqual([line.agreed, leg.news()], [agreed, []])
    leg.leg!.hangUp()
    assert.deepEqual(await bed.leftovers(), [])
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
