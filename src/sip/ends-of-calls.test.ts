/** How calls end: by either side, by nobody, and all of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bed, RINGBACK, sound } from './test-bed.ts'
import { aCall, type Call } from './test-calls.ts'

const UNHEARD = { onAccepted() {}, onProgress() {}, onOver() {}, onRefused() {}, onNoAnswer() {} }

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
