/** One INVITE, several ends (RFC 3261 sections 12.1 and 13.2.2.4). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aFork } from './test-fork.ts'
import { Party, sdp, World } from './test-parties.ts'
import { FORKS_MAX } from './uac-invite.ts'

function threeParties() {
  const world = new World()
  const alice = new Party(world, 'alice')
  const bob = new Party(world, 'bob')
  const carol = new Party(world, 'carol')
  return { world, alice, bob, carol, hop: aFork(world, bob, carol) }
}

test('two ring, one answers: the other early session ends', async () => {
  const { world, alice, bob, carol, hop } = threeParties()
  alice.call(bob, { hop })
  await world.settle()
  assert.equal(alice.sessions.length, 2)
  assert.equal(alice.core.size, 2)
  carol.calls[0]!.answer(sdp('carol'))
  await world.settle()
  assert.equal(alice.core.size, 1)
  assert.deepEqual(alice.news(), ['180', '180', 'ended local', 'answered'])
  assert.ok(alice.outcome?.kind === 'answered')
  assert.equal(alice.outcome.session.dialog.remoteTag, carol.session.dialog.localTag)
  alice.outcome.session.bye()
  await world.settle()
  assert.equal(carol.session.isOver, true)
})

test('two answer: the second gets ACK and BYE, and its repeats ACK again', async () => {
  const { world, alice, bob, carol, hop } = threeParties()
  alice.call(bob, { hop })
  await world.settle()
  bob.calls[0]!.answer(sdp('bob'))
  carol.calls[0]!.answer(sdp('carol'))
  await world.settle()
  assert.deepEqual(bob.news(), ['acknowledged'])
  assert.deepEqual(carol.news(), ['acknowledged', 'ended remote'])
  assert.equal(alice.news().filter((what) => what === 'answered').length, 1)
  assert.ok(alice.outcome?.kind === 'answered')
  alice.outcome.session.bye()
  assert.deepEqual(await world.leftovers(), [])
})

test('each end of a fork has reliable answers of its own', async () => {
  const { world, alice, bob, carol, hop } = threeParties()
  for (const party of [bob, carol])
    party.onCall = (invite) => invite.ring(183, { body: sdp(party.name), reliable: true })
  alice.call(bob, { hop })
  await world.settle()
  assert.deepEqual(alice.news().sort(), ['183 bob', '183 carol'])
  assert.equal(world.lines().filter((line) => line === '200 PRACK').length, 2)
})

test(`more ends than ${FORKS_MAX} are not listened to`, async () => {
  const world = new World()
  const alice = new Party(world, 'alice')
  const many = Array.from({ length: FORKS_MAX + 3 }, (_, index) => new Party(world, `p${index}`))
  alice.call(many[0]!, { hop: aFork(world, ...many) })
  await world.settle()
  assert.equal(alice.core.size, FORKS_MAX)
})
