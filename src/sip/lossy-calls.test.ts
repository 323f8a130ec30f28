/**
 * Calls to and from real phones on a wire that loses, reorders and duplicates, each story from a seed: what the engine is told makes
 * sense, and in the end nothing is left: no session, no timer, no line, no place taken.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LegInput } from '../engine/ports/leg.ts'
import type { Party } from '../wire/sip/session/test-parties.ts'
import { Bed, sound, type TestLeg } from './test-bed.ts'
import { aDomain, aTarget, aTrunk, headersOf } from './test-people.ts'

const SEEDS = 300
const SEEDS_A_TEST = 25
const NUMBER = '+15550123456'
const NOTHING = { onResponse() {}, onNoAnswer() {} }
const UNHEARD = { onAccepted() {}, onProgress() {}, onOver() {}, onRefused() {}, onNoAnswer() {} }
const UNTOLD = { onAnswer() {}, onRefused() {}, onNoAnswer() {} }
const ENDS: ReadonlySet<LegInput['input']> = new Set(['busy', 'rejected', 'unanswered', 'failed', 'hung-up'])

for (let first = 1; first <= SEEDS; first += SEEDS_A_TEST)
  test(`all ends well, seeds ${first} to ${first + SEEDS_A_TEST - 1}`, async () => {
    for (let seed = first; seed < first + SEEDS_A_TEST; seed++) await aStory(seed)
  })

async function aStory(seed: number): Promise<void> {
  const bed = new Bed({
    seed,
    domains: [aDomain()],
    trunks: [
      aTrunk({
        prefixes: ['+49'],
        maxCalls: 2,
        targets: [aTarget({ host: 'one.example.com' }), aTarget({ host: 'two.example.com', priority: 1 })],
      }),
    ],
  })
  const { random, clock } = bed
  const chance = (of: number) => random() < of
  const within = (ms: number, act: () => void) => void clock.after(Math.floor(random() * ms), act)
  bed.wire.weather = { lost: random() * 0.2, duplicated: random() * 0.3, delayMsMax: random() * 1000 }
  const parties = ['desk', 'mobile', 'one', 'two', 'carol'].map((name) => bed.party(name))
  for (const party of parties) behaves(party)
  for (const [index, { own }] of parties.slice(0, 2).entries())
    bed.network.registrar.register(
      'sip:alice@acme.example.com',
      headersOf(['Call-ID', `c${index}`], ['CSeq', '1 REGISTER'], ['Contact', `<sip:${own.address}>`]),
      own,
    )

  function behaves(party: Party): void {
    party.onOffer = (offer) => within(1000, () => (chance(0.8) ? offer.accept(sound('0')) : offer.refuse(488)))
    party.onCall = (invite) => {
      const fate = random()
      if (fate < 0.1) return invite.reject(302, [['Contact', '<sip:carol@carol.example.com>']])
      if (fate < 0.2) return invite.reject(503)
      if (chance(0.7)) within(500, () => invite.ring(180, { reliable: chance(0.5) }))
      if (chance(0.3)) within(800, () => invite.ring(183, { reliable: chance(0.5), body: sound() }))
      if (fate < 0.75) within(5000, () => invite.answer(chance(0.95) ? sound() : sound('9')))
      else if (fate < 0.95) within(5000, () => invite.reject([486, 603, 404, 480][Math.floor(random() * 4)]!))
    }
  }

  const watched: { readonly leg: TestLeg; isOver: boolean; readonly story: string[] }[] = []
  const wrong: string[] = []
  const watch = (leg: TestLeg) => {
    const one = { leg, isOver: false, story: [] as string[] }
    watched.push(one)
    leg.react = (input) => {
      one.story.push(input.input)
      if (one.isOver) wrong.push(`${input.input} after the end`)
      if (
        input.input !== 'digit' &&
        input.input !== 'transfer' &&
        one.story.indexOf(input.input) < one.story.length - 1
      )
        wrong.push(`${input.input} twice`)
      if (ENDS.has(input.input)) one.isOver = true
      if (input.input === 'transfer' && chance(0.8)) input.decide!(chance(0.5))
    }
    return () => {
      if (!one.isOver) one.story.push('we hang up')
      one.isOver = true
      leg.leg!.hangUp()
    }
  }

  // We call phones, a trunk, somebody else, or ourselves.
  const targets = ['sip:alice@acme.example.com', '+4930123456', 'sip:carol@carol.example.com', `sip:${NUMBER}@ringback.example.com`] // biome-ignore format: a line
  const hangUps: (() => void)[] = []
  for (let calls = 1 + Math.floor(random() * 3); calls > 0; calls--) {
    const hangUp = watch(bed.dial(targets[Math.floor(random() * targets.length)]!))
    hangUps.push(hangUp)
    if (chance(0.25)) within(8000, hangUp)
  }
  // And are called.
  bed.answerer = async (call) => {
    const callSid = bed.take(call)
    const leg = bed.incoming.at(-1)!
    const hangUp = watch(leg)
    hangUps.push(hangUp)
    if (chance(0.8)) within(3000, () => leg.leg!.answer())
    else if (chance(0.5)) within(3000, () => endBy(leg, 'reject'))
    if (chance(0.3)) within(6000, hangUp)
    return callSid
  }
  const endBy = (leg: TestLeg, how: 'reject') => {
    const one = watched.find((each) => each.leg === leg)!
    if (one.isOver) return
    one.isOver = true
    leg.leg![how]('busy')
  }
  const caller = parties[4]!
  const uac = bed.call(caller, `sip:${NUMBER}@ringback.example.com`, { offer: chance(0.85) ? sound() : null })
  if (chance(0.2)) within(5000, () => uac.cancel())

  await bed.pass(30_000, 1000)
  for (const { sessions } of parties)
    for (const session of sessions) {
      if (session.isOver) continue
      if (chance(0.4)) within(3000, () => session.offer(sound('0', 'sendonly'), UNTOLD))
      if (chance(0.3))
        within(3000, () => session.send('INFO', [], { type: 'application/dtmf', bytes: Buffer.from('5') }, NOTHING))
      if (chance(0.3)) within(3000, () => session.refer('<sip:dave@dave.example.com>', [], UNHEARD))
      if (chance(0.4)) within(8000, () => session.bye())
    }
  for (const { leg } of watched) {
    if (chance(0.3)) within(3000, () => void leg.leg!.refer('sip:dave@dave.example.com'))
    if (chance(0.2)) within(5000, () => bed.media.all[0]!.isGone || bed.media.all[0]!.events.lineSilent())
  }
  for (const { refers } of parties) for (const refer of refers) refer.accept()
  await bed.pass(60_000, 1000)
  for (const hangUp of hangUps) hangUp()
  uac.cancel()
  await bed.pass(40_000, 1000)
  for (const { sessions } of parties) for (const session of sessions) session.bye()
  await bed.pass(100_000, 1000)

  const story = `seed ${seed}: ${watched.map((one) => one.story.join(' ')).join('; ')}`
  assert.deepEqual(wrong, [], story)
  assert.deepEqual(await bed.leftovers(), [], story)
  for (const { leg, isOver } of watched) {
    assert.ok(isOver, `a call never ended, ${story}`)
    await leg.leg!.closed
  }
}
