/** Calls between two cores, each with what went over the wire and what each side was told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SipResponse } from '../message.ts'
import { aCall, Party, sdp, textOf, World } from './test-parties.ts'

function twoParties(options: ConstructorParameters<typeof Party>[2] = {}) {
  const world = new World()
  return { world, alice: new Party(world, 'alice', options), bob: new Party(world, 'bob', options) }
}

test('rings, answers, is acknowledged, hangs up', async () => {
  const { world, alice, bob } = twoParties()
  alice.call(bob)
  await world.settle()
  assert.deepEqual(world.lines(), ['INVITE', '180 INVITE'])
  bob.calls[0]!.answer(sdp('answer'))
  await world.settle()
  assert.deepEqual(world.lines(), ['200 INVITE', 'ACK'])
  assert.ok(alice.outcome?.kind === 'answered')
  assert.equal(Buffer.from(alice.outcome.response.body).toString(), 'answer')
  assert.equal(textOf(bob.calls[0]!.offer), 'offer')
  alice.session.bye([['Reason', 'Q.850;cause=16']])
  await world.settle()
  assert.deepEqual(world.lines(), ['BYE', '200 BYE'])
  assert.deepEqual(alice.news(), ['180', 'answered', 'ended local'])
  assert.deepEqual(bob.news(), ['acknowledged', 'ended remote'])
  assert.deepEqual(await world.leftovers(), [])
})

test('the callee hangs up', async () => {
  const { world, alice, bob } = await aCall()
  bob.session.bye()
  await world.settle()
  assert.deepEqual(world.lines(), ['BYE', '200 BYE'])
  assert.deepEqual([alice.news(), bob.news()], [['ended remote'], ['ended local']])
  assert.deepEqual(await world.leftovers(), [])
})

test('both hang up at once: each BYE gets 200', async () => {
  const { world, alice, bob } = await aCall()
  alice.session.bye()
  bob.session.bye()
  await world.settle()
  assert.deepEqual(world.lines(), ['BYE', 'BYE', '200 BYE', '200 BYE'])
  assert.deepEqual([alice.news(), bob.news()], [['ended local'], ['ended local']])
  assert.deepEqual(await world.leftovers(), [])
})

test('a callee that hangs up before the ACK waits for it', async () => {
  const { world, alice, bob } = twoParties()
  bob.onCall = (invite) => {
    invite.answer(sdp('answer'))
    invite.session.bye()
  }
  alice.call(bob)
  await world.settle()
  assert.deepEqual(world.lines(), ['INVITE', '200 INVITE', 'ACK', 'BYE', '200 BYE'])
  assert.deepEqual(bob.news(), ['acknowledged', 'ended local'])
  assert.deepEqual(alice.news(), ['answered', 'ended remote'])
})

test('is refused', async () => {
  const { world, alice, bob } = twoParties()
  bob.onCall = (invite) => invite.reject(486, [['Reason', 'Q.850;cause=17']])
  alice.call(bob)
  await world.settle()
  assert.deepEqual(world.lines(), ['INVITE', '486 INVITE', 'ACK'])
  assert.deepEqual([alice.news(), bob.news()], [['refused'], ['ended local']])
  assert.deepEqual(await world.leftovers(), [])
})

test('nobody is there: the transport fails', async () => {
  const { world, alice } = twoParties()
  alice.call(alice, { hop: { transport: 'udp', address: 'nobody', port: 1 } })
  await world.settle()
  assert.deepEqual(alice.news(), ['no-answer'])
  assert.deepEqual(await world.leftovers(), [])
})

test('nobody answers: after 64*T1 the INVITE is given up', async () => {
  const { world, alice, bob } = twoParties()
  world.wire.weather = { lost: 1, duplicated: 0, delayMsMax: 0 }
  alice.call(bob)
  await world.clock.advance(32_000)
  assert.ok(alice.outcome?.kind === 'no-answer' && alice.outcome.why.kind === 'timeout')
  assert.deepEqual(await world.leftovers(), [])
})

test('is cancelled while it rings', async () => {
  const { world, alice, bob } = twoParties()
  const call = alice.call(bob)
  await world.settle()
  call.cancel()
  await world.settle()
  assert.deepEqual(world.lines(), ['INVITE', '180 INVITE', 'CANCEL', '200 CANCEL', '487 INVITE', 'ACK'])
  assert.deepEqual(alice.news(), ['180', 'ended local', 'cancelled'])
  assert.deepEqual(bob.news(), ['ended local', 'cancelled by CANCEL'])
  assert.deepEqual(await world.leftovers(), [])
})

test('is cancelled before anything is heard: CANCEL waits', async () => {
  const { world, alice, bob } = twoParties()
  alice.call(bob).cancel()
  await world.settle()
  assert.deepEqual(world.lines(), ['INVITE', '180 INVITE', 'CANCEL', '200 CANCEL', '487 INVITE', 'ACK'])
  assert.deepEqual(alice.news(), ['cancelled'])
})

test('a 200 that crosses the CANCEL gets ACK and BYE', async () => {
  const { world, alice, bob } = twoParties()
  const call = alice.call(bob)
  await world.settle()
  call.cancel()
  bob.calls[0]!.answer(sdp('answer'))
  await world.settle()
  assert.deepEqual(world.lines().sort(), [
    ...['180 INVITE', '200 BYE', '200 CANCEL', '200 INVITE', 'ACK', 'BYE', 'CANCEL', 'INVITE'],
  ])
  assert.equal(alice.outcome?.kind, 'cancelled')
  assert.deepEqual(bob.news(), ['acknowledged', 'ended remote'])
  assert.deepEqual(await world.leftovers(), [])
})

test('a callee that does not know the CANCEL in time is not waited for', async () => {
  const { world, alice, bob } = twoParties()
  const call = alice.call(bob)
  await world.settle()
  world.wire.weather = { lost: 1, duplicated: 0, delayMsMax: 0 }
  call.cancel()
  await world.clock.advance(32_000)
  assert.equal(alice.outcome?.kind, 'cancelled')
  bob.calls[0]!.reject(480)
  assert.deepEqual(await world.leftovers(), [])
})

test("the caller's BYE before the answer ends it, too", async () => {
  const { world, alice, bob } = twoParties()
  alice.call(bob)
  await world.settle()
  alice.session.bye()
  await world.settle()
  assert.deepEqual(world.lines(), ['INVITE', '180 INVITE', 'BYE', '200 BYE', '487 INVITE', 'ACK'])
  assert.deepEqual(bob.news(), ['cancelled by BYE', 'ended remote'])
  assert.deepEqual(alice.news(), ['180', 'ended local', 'refused'])
  assert.deepEqual(await world.leftovers(), [])
})

for (const [expires, afterMs] of [
  ['20', 20_000],
  ['0', 0],
] as const)
  test(`the caller lets it ring for ${expires} seconds by Expires: then it is over`, async () => {
    const { world, alice, bob } = twoParties()
    alice.call(bob, { headers: [['Expires', expires]] })
    if (afterMs > 0) {
      await world.pass(afterMs - 10)
      assert.deepEqual([alice.news(), bob.news()], [['180'], []])
    }
    await world.pass(1000)
    assert.deepEqual(bob.news(), ['ended local', 'cancelled by Expires'])
    assert.ok(alice.outcome?.kind === 'refused')
    assert.equal(alice.outcome.response.status, 487)
    assert.deepEqual(await world.leftovers(), [])
  })

for (const expires of ['10', '4294967295', 'soon'])
  test(`what is answered in time has no end, with Expires ${expires}`, async () => {
    const { world, alice, bob } = twoParties()
    alice.call(bob, { headers: [['Expires', expires]] })
    await world.pass(9000)
    bob.calls[0]!.answer(sdp('answer'))
    await world.pass(60_000)
    assert.deepEqual([alice.news(), bob.news()], [['180', 'answered'], ['acknowledged']])
    alice.session.bye()
    assert.deepEqual(await world.leftovers(), [])
  })

test('who rings for long says so every minute, until there is an answer', async () => {
  for (const reliable of [false, true]) {
    const { world, alice, bob } = twoParties()
    bob.onCall = (invite) => invite.ring(183, { body: sdp('early'), reliable })
    alice.call(bob)
    await world.pass(130_000)
    assert.deepEqual(alice.news(), ['183 early', '183', '183'])
    bob.calls[0]!.answer(reliable ? null : sdp('answer'))
    await world.pass(130_000)
    assert.deepEqual(alice.news(), ['answered'])
    alice.session.bye()
    assert.deepEqual(await world.leftovers(), [])
  }
})

test('without an offer in the INVITE it comes with the 200, and the answer with the ACK', async () => {
  const { world, alice, bob } = twoParties()
  bob.onCall = (invite) => invite.answer(sdp("bob's offer"))
  alice.call(bob, { offer: null })
  await world.settle()
  assert.deepEqual(world.lines(), ['INVITE', '200 INVITE', 'ACK'])
  assert.deepEqual(bob.news(), ['acknowledged late answer'])
})

test('a 200 that is not acknowledged is repeated, then hung up on', async () => {
  const { world, alice, bob } = twoParties()
  alice.call(bob)
  await world.settle()
  world.lines()
  world.wire.weather = { lost: 1, duplicated: 0, delayMsMax: 0 }
  bob.calls[0]!.answer(sdp('answer'))
  await world.clock.advance(31_999)
  const repeats = world.lines()
  assert.equal(repeats.filter((line) => line === '200 INVITE').length, 11)
  assert.equal(repeats.includes('BYE'), false)
  await world.settle()
  assert.deepEqual(world.lines(), ['BYE'])
  assert.deepEqual(bob.news(), ['failed', 'ended failure'])
})

test('each repeated 200 gets its ACK again', async () => {
  const { world, alice, bob } = twoParties()
  alice.call(bob)
  await world.settle()
  const send = bob.calls[0]!
  send.answer(sdp('answer'))
  world.wire.weather = { lost: 0, duplicated: 1, delayMsMax: 0 }
  world.lines()
  await world.settle()
  await world.clock.advance(600)
  assert.deepEqual(new Set(world.lines()), new Set(['ACK']))
  assert.deepEqual(bob.news(), ['acknowledged'])
})

test('PRACK: a reliable ringing is repeated until it is acknowledged, and the answer waits for that', async () => {
  const { world, alice, bob } = twoParties()
  bob.onCall = (invite) => {
    invite.ring(183, { body: sdp('early media'), reliable: true })
    invite.answer(null)
  }
  alice.call(bob)
  await world.settle()
  assert.deepEqual(world.lines(), ['INVITE', '183 INVITE', 'PRACK', '200 PRACK', '200 INVITE', 'ACK'])
  assert.deepEqual(alice.news(), ['183 early media', 'answered'])
})

test('PRACK: several in a row, each after the one before', async () => {
  const { world, alice, bob } = twoParties()
  bob.onCall = (invite) => {
    invite.ring(180, { reliable: true })
    invite.ring(183, { body: sdp('early media'), reliable: true })
  }
  alice.call(bob)
  await world.settle()
  assert.deepEqual(world.lines(), ['INVITE', '180 INVITE', 'PRACK', '200 PRACK', '183 INVITE', 'PRACK', '200 PRACK'])
})

test('PRACK: with the offer in the ringing, the answer comes with PRACK', async () => {
  const { world, alice, bob } = twoParties()
  const answers: (string | null)[] = []
  bob.onCall = (invite) =>
    invite.ring(183, { body: sdp("bob's offer"), reliable: true, onPrack: (answer) => answers.push(textOf(answer)) })
  alice.call(bob, { offer: null })
  await world.settle()
  assert.deepEqual(answers, ['early answer'])
  bob.calls[0]!.answer(null)
  await world.settle()
  assert.deepEqual(bob.news(), ['acknowledged'])
})

test('PRACK: without one the INVITE is refused', async () => {
  const { world, alice, bob } = twoParties()
  alice.call(bob)
  await world.settle()
  bob.calls[0]!.ring(183, { reliable: true })
  world.wire.weather = { lost: 1, duplicated: 0, delayMsMax: 0 }
  await world.clock.advance(31_999)
  world.lines()
  await world.settle()
  assert.deepEqual(world.lines(), ['504 INVITE'])
  assert.deepEqual(bob.news(), ['ended local', 'failed'])
})

test('PRACK: none to one who cannot, unless he must', async () => {
  const world = new World()
  const alice = new Party(world, 'alice', { extensions: [] })
  const bob = new Party(world, 'bob')
  bob.onCall = (invite) => invite.ring(180, { reliable: true })
  alice.call(bob)
  await world.settle()
  assert.deepEqual(world.lines(), ['INVITE', '180 INVITE'])
  alice.call(bob, { headers: [['Require', '100rel']] })
  await world.settle()
  assert.deepEqual(world.lines(), ['INVITE', '180 INVITE', 'PRACK', '200 PRACK'])
})

test('a re-INVITE changes the session, and a refused one does not end it', async () => {
  const { world, alice, bob } = await aCall()
  const results: string[] = []
  const listener = {
    onAnswer: (answer: Parameters<typeof textOf>[0]) => void results.push(`answer ${textOf(answer)}`),
    onRefused: ({ status }: { readonly status: number }) => void results.push(`${status}`),
    onNoAnswer: () => void results.push('no answer'),
  }
  alice.session.offer(sdp('hold'), listener)
  await world.settle()
  assert.deepEqual(world.lines(), ['INVITE', '200 INVITE', 'ACK'])
  bob.onOffer = (offer) => offer.refuse(488)
  bob.session.offer(sdp('from bob'), listener)
  alice.session.offer(sdp('video'), listener)
  await world.clock.advance(10_000)
  assert.deepEqual(bob.news(), ['offer hold', 'offer video'])
  assert.deepEqual(results.sort(), ['488', 'answer answer', 'answer answer'])
  assert.equal(alice.session.isOver, false)
})

test('a re-INVITE without an offer: theirs comes with the 200, our answer with ACK', async () => {
  const { world, alice, bob } = await aCall()
  const answers: (string | null)[] = []
  bob.onOffer = (offer) => offer.accept(sdp("bob's"), (answer) => answers.push(textOf(answer)))
  // Ours always has one, so this goes by hand.
  const { request } = alice.session.dialog.request('INVITE')
  alice.core.layer.invite(request, bob.own, {
    onResponse: ({ status }) => {
      if (status !== 200) return
      const ack = alice.session.dialog.ack(alice.session.dialog.localCSeq).request
      ack.headers.append('Content-Type', 'application/sdp')
      alice.core.layer.oneWay({ ...ack, body: Buffer.from('by ACK') }, bob.own).send()
    },
    onNoAnswer() {},
  })
  await world.settle()
  assert.deepEqual(bob.news(), ['offer null'])
  assert.deepEqual(answers, ['by ACK'])
})

test('glare: both offer at once, both are refused, both come through in the end', async () => {
  const { world, alice, bob } = await aCall()
  const done: string[] = []
  for (const party of [alice, bob])
    party.session.offer(sdp(party.name), {
      onAnswer: () => void done.push(party.name),
      onRefused() {},
      onNoAnswer() {},
    })
  await world.settle()
  assert.equal(world.lines().filter((line) => line === '491 INVITE').length, 2)
  assert.deepEqual(done, [])
  await world.clock.advance(10_000)
  assert.deepEqual(done.sort(), ['alice', 'bob'])
  alice.session.bye()
  assert.deepEqual(await world.leftovers(), [])
})

test('UPDATE changes the session before it is answered', async () => {
  const { world, alice, bob } = twoParties()
  bob.onCall = (invite) => invite.ring(183, { body: sdp('early media'), reliable: true })
  alice.call(bob)
  await world.settle()
  world.lines()
  let answer: string | null = null
  bob.session.update(sdp('other media'), {
    onAnswer: (body) => {
      answer = textOf(body)
    },
    onRefused() {},
    onNoAnswer() {},
  })
  await world.settle()
  assert.deepEqual(world.lines(), ['UPDATE', '200 UPDATE'])
  assert.equal(answer, 'answer')
  bob.calls[0]!.answer(null)
  await world.settle()
  alice.session.bye()
  assert.deepEqual(await world.leftovers(), [])
})

test('INFO goes through, an unknown dialog gets 481 and ends the session that asked', async () => {
  const { world, alice, bob } = await aCall()
  alice.session.send('INFO', [], { type: 'text/plain', bytes: Buffer.from('x') }, { onResponse() {}, onNoAnswer() {} })
  await world.settle()
  assert.deepEqual(bob.news(), ['INFO'])
  bob.core.stop()
  const fresh = new Party(world, 'bob')
  alice.session.send('INFO', [], null, { onResponse() {}, onNoAnswer() {} })
  await world.settle()
  assert.deepEqual(alice.news(), ['ended failure'])
  assert.equal(fresh.core.size, 0)
})

test('a request that is overtaken by the next one gets 500', async () => {
  const { world, alice, bob } = await aCall()
  const late = alice.session.dialog.request('INFO')
  const next = alice.session.dialog.request('INFO')
  const statuses: number[] = []
  for (const { request } of [next, late])
    alice.core.layer.request(request, bob.own, {
      onResponse: ({ status }) => void statuses.push(status),
      onNoAnswer() {},
    })
  await world.settle()
  assert.deepEqual(statuses.sort(), [200, 500])
})

test('challenged: the INVITE goes again with credentials, and so does BYE', async () => {
  const answerChallenge = () => ['Authorization', 'Digest response="right"'] as const
  const world = new World()
  const alice = new Party(world, 'alice', { answerChallenge })
  const bob = new Party(world, 'bob')
  bob.onCall = (invite) => {
    if (invite.request.headers.has('Authorization')) invite.answer(sdp('answer'))
    else invite.reject(401, [['WWW-Authenticate', 'Digest realm="x"']])
  }
  alice.call(bob)
  await world.settle()
  assert.deepEqual(world.lines(), ['INVITE', '401 INVITE', 'ACK', 'INVITE', '200 INVITE', 'ACK'])
  const [first, second] = bob.calls.map(({ request }) => request.headers)
  assert.equal(first!.get('Call-ID'), second!.get('Call-ID'))
  assert.deepEqual([first!.get('CSeq'), second!.get('CSeq')], ['1 INVITE', '2 INVITE'])
  assert.equal(alice.session.dialog.localCSeq, 2)
})

test('challenged again and again: in the end it is a refusal', async () => {
  const world = new World()
  const alice = new Party(world, 'alice', { answerChallenge: () => ['Authorization', 'Digest response="wrong"'] })
  const bob = new Party(world, 'bob')
  bob.onCall = (invite) => invite.reject(401)
  alice.call(bob)
  await world.settle()
  assert.equal(bob.calls.length, 4)
  assert.deepEqual(alice.news(), ['refused'])
})

test('who requires what is not known gets 420', async () => {
  const { world, alice, bob } = twoParties()
  alice.call(bob, { headers: [['Require', 'teleport']] })
  await world.settle()
  assert.ok(alice.outcome?.kind === 'refused')
  assert.equal(alice.outcome.response.status, 420)
  assert.equal(alice.outcome.response.headers.get('Unsupported'), 'teleport')
  assert.deepEqual(bob.calls, [])
})

test('a call without Contact gets 400, one in a dialog that is not there 481', async () => {
  const { world, alice, bob } = await aCall()
  const statuses: number[] = []
  const ask = (to: string) => {
    const { request } = alice.session.dialog.request('INVITE')
    request.headers.set('To', to)
    const listener = { onResponse: ({ status }: SipResponse) => void statuses.push(status), onNoAnswer() {} }
    alice.core.layer.invite(request, bob.own, listener)
  }
  ask('<sip:bob@bob.example.com>')
  ask('<sip:bob@bob.example.com>;tag=unknown')
  await world.settle()
  assert.deepEqual(statuses, [400, 481])
})

test('requests outside of dialogs come to the user', async () => {
  const { world, alice, bob } = await aCall()
  const { request } = alice.session.dialog.request('OPTIONS')
  request.headers.set('To', '<sip:bob@bob.example.com>')
  alice.core.request(request, bob.own, { onResponse() {}, onNoAnswer() {} })
  await world.settle()
  assert.deepEqual(bob.news(), ['OPTIONS'])
})

test('stopped: nothing is sent any more, and no timer is left', async () => {
  const { world, alice, bob } = await aCall(undefined, 1, { a: { timerWishes: { expiresSec: 1800, minSeSec: 90 } } })
  bob.onCall = (invite) => invite.ring(183, { body: sdp('early'), reliable: true })
  alice.call(bob)
  bob.session.offer(sdp('hold'), { onAnswer() {}, onRefused() {}, onNoAnswer() {} })
  await world.settle()
  world.wire.weather = { lost: 1, duplicated: 0, delayMsMax: 0 }
  bob.calls[1]!.answer(sdp('answer'))
  alice.session.send('INFO', [], null, { onResponse() {}, onNoAnswer() {} })
  world.lines()
  for (const { core } of [alice, bob]) {
    core.stop()
    core.stop()
  }
  assert.deepEqual([alice.core.size, bob.core.size, world.clock.pending], [0, 0, 0])
  await world.pass(100_000)
  assert.deepEqual(world.lines(), [])
})

test('within a session, too, what is required and not known gets 420; BYE is taken all the same', async () => {
  const { world, alice, bob } = await aCall()
  const statuses: number[] = []
  const listener = { onResponse: ({ status }: SipResponse) => void statuses.push(status), onNoAnswer() {} }
  alice.session.send('MESSAGE', [['Require', 'teleport']], null, listener)
  await world.settle()
  alice.session.bye([['Require', 'teleport']])
  await world.settle()
  assert.deepEqual(statuses, [420])
  assert.deepEqual(bob.news(), ['ended remote'])
})
