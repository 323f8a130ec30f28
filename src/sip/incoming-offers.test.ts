/** Session descriptions of calls that come to us. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Party } from '../wire/sip/session/test-parties.ts'
import { Bed, RINGBACK, secureSound, sound } from './test-bed.ts'
import { aTarget, aTrunk } from './test-people.ts'

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

test('a caller without an offer gets ours; its answer comes with ACK', async () => {
  const { bed, alice, leg } = await ringing(new Bed(), { offer: null })
  // Of the caller: its answers are text that is no description.
  const [line] = bed.media.all
  leg.leg!.answer()
  await bed.settle()
  assert.equal(line?.agreed, null)
  assert.deepEqual(bed.reasons, ['BYE SIP;cause=488;text="The body is no session description"'])
  assert.deepEqual([alice.news(), leg.news()], [['answered', 'ended remote'], ['hung-up']])
  assert.deepEqual(await bed.leftovers(), [])
})

for (const [what, answer, agreed, reason] of [
  ['a description', sound('8'), 'PCMA both', undefined],
  ['nothing', null, null, 'BYE SIP;cause=488;text="There is no answer to our offer"'],
  ['another codec', sound('9'), null, 'BYE SIP;cause=488;text="The answer has no codec that was offered"'],
] as const)
  test(`a caller without an offer answers ours with ${what}`, async () => {
    const bed = new Bed()
    const alice = bed.party('alice')
    alice.core.invite(
      {
        uri: `sip:+15550123456@${RINGBACK.address}`,
        from: '<sip:alice@alice.example.com>',
        to: `<sip:+15550123456@${RINGBACK.address}>`,
        hop: RINGBACK,
        offer: null,
      },
      {
        onProvisional() {},
        onOutcome: (outcome) => {
          assert.ok(outcome.kind === 'answered')
          outcome.acknowledge!(answer)
        },
      },
    )
    await bed.settle()
    const leg = bed.incoming[0]!
    leg.leg!.answer()
    await bed.settle()
    assert.deepEqual([bed.media.all[0]?.agreed, bed.reasons[0]], [agreed, reason])
    assert.deepEqual(leg.news(), reason ? ['hung-up'] : [])
    leg.leg!.hangUp()
    assert.deepEqual(await bed.leftovers(), [])
  })

for (const [what, offer, warning] of [
  ['no codec of ours', sound('9 18'), '399 ringback "The offer has no codec that is known here: PCMU and PCMA are"'],
  ['encrypted sound, over a way that is not', secureSound(), '399 ringback "The offer is for encrypted sound, without a key that can be used"'], // biome-ignore format: a table
  ['nonsense', { type: 'application/sdp', bytes: Buffer.from('hello') }, '399 ringback "The body is no session description"'], // biome-ignore format: a table
] as const)
  test(`a call with ${what}: 488, and the reason`, async () => {
    const bed = new Bed()
    const alice = bed.party('alice')
    bed.call(alice, undefined, { offer })
    await bed.settle()
    assert.ok(alice.outcome?.kind === 'refused')
    const { status, headers } = alice.outcome.response
    assert.deepEqual([status, headers.get('Warning')], [488, warning])
    assert.deepEqual(bed.incoming[0]!.news(), ['hung-up'])
    assert.deepEqual(await bed.leftovers(), [])
  })

test('encryption is demanded by trunks and domains that do so', async () => {
  for (const [offer, status] of [
    [sound(), 488],
    [secureSound(), 'answered'],
  ] as const) {
    const bed = new Bed({ trunks: [aTrunk({ targets: [aTarget({ host: 'alice.example.com' })], srtp: true })] })
    const alice = bed.party('alice')
    bed.call(alice, undefined, { offer })
    await bed.settle()
    bed.incoming[0]!.leg!.answer()
    await bed.settle()
    assert.equal(statusOf(alice), status)
    bed.incoming[0]!.leg!.hangUp()
    assert.deepEqual(await bed.leftovers(), [])
  }
})
