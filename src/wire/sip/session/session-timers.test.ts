/** Session timers between two cores (RFC 4028): who refreshes, when, and what if nobody does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeResponse } from '../make-response.ts'
import { aCall, sdp } from './test-parties.ts'

const METHODS_WITHOUT_UPDATE = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'INFO']
const wish = (expiresSec: number, minSeSec = 90) => ({ timerWishes: { expiresSec, minSeSec } })

test('the caller refreshes by UPDATE, at half the time', async () => {
  const { world, alice, bob } = await aCall(undefined, 1, { a: wish(1800) })
  assert.deepEqual(alice.session.timerTerms, { seconds: 1800, weRefresh: true })
  assert.deepEqual(bob.session.timerTerms, { seconds: 1800, weRefresh: false })
  await world.pass(899_000)
  assert.deepEqual(world.lines(), [])
  await world.pass(2000)
  assert.deepEqual(world.lines(), ['UPDATE', '200 UPDATE'])
  await world.pass(4 * 3600_000)
  assert.deepEqual([alice.news(), bob.news()], [[], []])
  alice.session.bye()
  assert.deepEqual(await world.leftovers(), [])
})

test('without UPDATE it is a re-INVITE with the session as it is', async () => {
  const { world, alice, bob } = await aCall(undefined, 1, { a: wish(1800), b: { methods: METHODS_WITHOUT_UPDATE } })
  alice.currentOffer = sdp('as before')
  await world.pass(901_000)
  assert.deepEqual(world.lines(), ['INVITE', '200 INVITE', 'ACK'])
  assert.deepEqual([alice.news(), bob.news()], [['refreshed answer'], ['offer as before']])
})

test('the shorter wish wins', async () => {
  const { alice, bob } = await aCall(undefined, 1, { a: wish(1800), b: wish(600) })
  assert.equal(alice.session.timerTerms?.seconds, 600)
  assert.equal(bob.session.timerTerms?.seconds, 600)
})

test('only the callee wants a timer: the caller, who can, refreshes', async () => {
  const { alice, bob } = await aCall(undefined, 1, { b: wish(600) })
  assert.deepEqual(alice.session.timerTerms, { seconds: 600, weRefresh: true })
  assert.deepEqual(bob.session.timerTerms, { seconds: 600, weRefresh: false })
})

test('a caller who knows no timers: the callee refreshes alone', async () => {
  const { world, alice, bob } = await aCall(undefined, 1, { a: { extensions: [] }, b: wish(600) })
  assert.deepEqual(bob.session.timerTerms, { seconds: 600, weRefresh: true })
  await world.pass(301_000)
  assert.deepEqual(world.lines(), ['UPDATE', '200 UPDATE'])
  await world.pass(3600_000)
  assert.deepEqual([alice.news(), bob.news()], [[], []])
})

test('too short: 422, and again with what is asked', async () => {
  const { world, alice, bob } = await aCall(undefined, 1, { a: wish(100), b: wish(600, 300) })
  assert.equal(alice.session.timerTerms?.seconds, 300)
  assert.deepEqual(bob.calls.length, 1)
  alice.session.bye()
  assert.deepEqual(await world.leftovers(), [])
})

test('nobody wants one: no timer', async () => {
  const { world, alice } = await aCall()
  assert.equal(alice.session.timerTerms, null)
  await world.pass(24 * 3600_000)
  assert.deepEqual(world.lines(), [])
})

test('the other end is gone: the one who refreshes hears nothing and hangs up', async () => {
  const { world, alice } = await aCall(undefined, 1, { a: wish(1800) })
  world.wire.weather = { lost: 1, duplicated: 0, delayMsMax: 0 }
  await world.pass(900_000 + 43_000)
  assert.deepEqual(alice.news(), ['ended failure'])
})

test('the other end is gone: the one who waits for a refresh hangs up 32 s before the end', async () => {
  const { world, bob } = await aCall(undefined, 1, { a: wish(1800) })
  world.wire.weather = { lost: 1, duplicated: 0, delayMsMax: 0 }
  await world.pass(1_767_000)
  assert.deepEqual(bob.news(), [])
  await world.pass(2000)
  assert.deepEqual(bob.news(), ['ended failure'])
})

test('time that jumps over the whole timer kills nobody who is there', async () => {
  const { world, alice, bob } = await aCall(undefined, 1, { a: wish(1800) })
  await world.clock.advance(24 * 3600_000)
  await world.settle()
  assert.deepEqual(world.lines(), ['UPDATE', '200 UPDATE'])
  await world.pass(60_000)
  assert.deepEqual([alice.news(), bob.news()], [[], []])
})

test('who says that it takes UPDATE and does not is refreshed by re-INVITE', async () => {
  const { world, alice, bob } = await aCall(undefined, 1, { a: wish(1800) })
  const receive = bob.session.receive
  bob.session.receive = function (transaction, request, from) {
    if (request.method === 'UPDATE') transaction.respond(makeResponse(request, 501))
    else receive.call(this, transaction, request, from)
  }
  await world.pass(901_000)
  assert.deepEqual(world.lines(), ['UPDATE', '501 UPDATE', 'INVITE', '200 INVITE', 'ACK'])
  assert.deepEqual(alice.news(), ['refreshed answer'])
})
