/**
 * Calls on a wire that loses, reorders and duplicates, each from a seed: ringing, reliable or not, answers, refusals, CANCEL at any
 * moment, offers from both sides, transfers, and both hanging up. In the end both sides agree, and nothing is left.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aFork } from './test-fork.ts'
import { Party, sdp, World } from './test-parties.ts'

const SEEDS = 300
const SEEDS_A_TEST = 25
const NOTHING = { onAnswer() {}, onRefused() {}, onNoAnswer() {} }
const UNHEARD = { onAccepted() {}, onProgress() {}, onOver() {}, onRefused() {}, onNoAnswer() {} }

for (let first = 1; first <= SEEDS; first += SEEDS_A_TEST)
  test(`both sides agree in the end, seeds ${first} to ${first + SEEDS_A_TEST - 1}`, async () => {
    for (let seed = first; seed < first + SEEDS_A_TEST; seed++) await aStory(seed)
  })

async function aStory(seed: number): Promise<void> {
  const world = new World({ lost: 0, duplicated: 0, delayMsMax: 0 }, seed)
  const { random, clock } = world
  const chance = (of: number) => random() < of
  const within = (ms: number, act: () => void) => void clock.after(Math.floor(random() * ms), act)
  world.wire.weather = { lost: random() * 0.25, duplicated: random() * 0.3, delayMsMax: random() * 1200 }
  const timerWishes = { expiresSec: chance(0.5) ? 1800 : 0, minSeSec: 90 }
  const transport = chance(0.15) ? 'tcp' : 'udp'
  const alice = new Party(world, 'alice', { transport, timerWishes })
  const bob = new Party(world, 'bob', { transport })

  bob.onOffer = (offer) => within(1500, () => (chance(0.8) ? offer.accept(sdp('answer'), () => {}) : offer.refuse(488)))
  bob.onCall = (invite) => {
    if (chance(0.7)) within(500, () => invite.ring(180, { reliable: chance(0.5) }))
    if (chance(0.4)) within(1000, () => invite.ring(183, { reliable: true, body: sdp('early') }))
    const fate = random()
    if (fate < 0.75) within(6000, () => invite.answer(sdp('answer')))
    else if (fate < 0.95) within(6000, () => invite.reject(486))
  }
  // One who never answers is always given up.
  const call = alice.call(bob, { offer: chance(0.85) ? sdp('offer') : null })
  if (chance(0.3)) within(7000, () => call.cancel())
  else clock.after(20_000, () => call.cancel())

  await world.pass(60_000, 1000)
  for (const party of [alice, bob]) {
    const session = party.sessions.find(({ isOver }) => !isOver)
    if (session === undefined) continue
    if (chance(0.5)) within(3000, () => session.offer(sdp('hold'), NOTHING))
    if (chance(0.3)) within(3000, () => session.update(sdp('again'), NOTHING))
    if (chance(0.3)) within(3000, () => session.send('INFO', [], null, { onResponse() {}, onNoAnswer() {} }))
    if (chance(0.3)) within(3000, () => session.refer('<sip:carol@carol.example.com>', [], UNHEARD))
    if (chance(0.6)) within(8000, () => session.bye())
  }
  await world.pass(100_000, 1000)
  for (const party of [alice, bob])
    for (const refer of party.refers) {
      refer.accept()
      refer.report(200)
    }
  for (const { sessions } of [alice, bob]) for (const session of sessions) session.bye()
  await world.pass(100_000, 1000)

  const story = `seed ${seed}: alice ${alice.told}; bob ${bob.told}`
  assert.deepEqual(await world.leftovers(), [], story)
  const outcome = alice.outcome?.kind
  assert.notEqual(outcome, undefined, `no outcome, ${story}`)
  const acknowledged = bob.told.includes('acknowledged') || bob.told.some((what) => what.startsWith('acknowledged '))
  if (outcome === 'answered') assert.ok(acknowledged, story)
  if (outcome === 'refused') assert.equal(acknowledged, false, story)
  for (const party of [alice, bob])
    assert.equal(
      party.told.filter((what) => what.startsWith('ended')).length,
      party.sessions.length,
      `a session ended not once, ${story}`,
    )
  const outcomes = bob.told.filter((what) => /^(cancelled|acknowledged|failed)/.test(what))
  assert.ok(outcomes.length <= bob.calls.length, `told twice what became of a call, ${story}`)
}

test('forks on a lossy wire: one call is left, the others are hung up on', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const world = new World({ lost: 0.15, duplicated: 0.2, delayMsMax: 600 }, seed)
    const alice = new Party(world, 'alice')
    const ends = ['bob', 'carol', 'dave'].map((name) => new Party(world, name))
    for (const end of ends)
      end.onCall = (invite) => {
        invite.ring(180, { reliable: world.random() < 0.5 })
        world.clock.after(Math.floor(world.random() * 3000), () => invite.answer(sdp(end.name)))
      }
    alice.call(ends[0]!, { hop: aFork(world, ...ends) })
    await world.pass(80_000, 1000)
    const story = `seed ${seed}: alice ${alice.told}; ${ends.map(({ name, told }) => `${name} ${told}`).join('; ')}`
    assert.equal(alice.core.size, 1, story)
    assert.equal(ends.filter(({ core }) => core.size > 0).length, 1, story)
    assert.ok(alice.outcome?.kind === 'answered', story)
    alice.outcome.session.bye()
    await world.pass(40_000, 1000)
    assert.deepEqual(await world.leftovers(), [], story)
  }
})
