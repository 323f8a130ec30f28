/** Calls to several phones of one user at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PHONE_SILENCE_MS_MAX } from './destination.ts'
import { Bed, secureSound, sound } from './test-bed.ts'
import { aDomain, headersOf } from './test-people.ts'

/** Registers parties as phones of alice. */
function phones(bed: Bed, ...names: readonly string[]) {
  const parties = names.map((name) => bed.party(name))
  for (const [index, { own }] of parties.entries())
    bed.network.registrar.register(
      'sip:alice@acme.example.com',
      headersOf(['Call-ID', `c${index}`], ['CSeq', '1 REGISTER'], ['Contact', `<sip:${own.address}>`]),
      own,
    )
  return parties
}

const ALICE = 'sip:alice@acme.example.com'

test('several phones ring at once: one answers, the others are told so', async () => {
  const bed = new Bed({ domains: [aDomain()] })
  const [desk, mobile, lamp] = phones(bed, 'desk', 'mobile', 'lamp')
  lamp!.onCall = (invite) => invite.ring(183, { body: sound() })
  const call = bed.dial(ALICE)
  await bed.settle()
  // Whose sound it is nobody could say.
  assert.deepEqual([call.news(), bed.media.all[0]?.agreed], [['rang'], null])
  assert.equal(desk!.calls[0]!.request.headers.get('To'), `<${ALICE}>`)
  const ids = new Set([desk, mobile, lamp].map((one) => one!.calls[0]!.request.headers.get('Call-ID')))
  assert.equal(ids.size, 3)
  mobile!.calls[0]!.answer(sound())
  await bed.settle()
  assert.deepEqual(call.news(), ['answered'])
  for (const other of [desk, lamp]) assert.deepEqual(other!.news(), ['ended local', 'cancelled by CANCEL'])
  const elsewhere = 'CANCEL SIP;cause=200;text="Call completed elsewhere"'
  assert.deepEqual(bed.reasons, [elsewhere, elsewhere])
  call.leg!.hangUp()
  await bed.settle()
  assert.deepEqual(mobile!.news(), ['acknowledged', 'ended remote'])
  assert.deepEqual(await bed.leftovers(), [])
})

for (const [what, answer, told] of [
  ['with it', secureSound(), ['rang', 'answered']],
  ['without', sound(), ['failed 488']],
] as const)
  test(`phones of a secure domain are offered encrypted sound alone; answered ${what}: ${told}`, async () => {
    const bed = new Bed({ domains: [aDomain({ secure: true })] })
    const [desk] = phones(bed, 'desk')
    desk!.onCall = (invite) => invite.answer(answer)
    const call = bed.dial(ALICE)
    await bed.settle()
    assert.deepEqual(call.news(), told)
    call.leg!.hangUp()
    assert.deepEqual(await bed.leftovers(), [])
  })

for (const [what, statuses, told] of [
  ['what a person said counts', [486, 480], 'busy 486'],
  ['what a person said counts, whoever is last', [480, 486], 'busy 486'],
  ['the last word of persons counts', [486, 603], 'rejected 603'],
  ['else what came last', [404, 480], 'unanswered 480'],
] as const)
  test(`several phones refuse, ${statuses.join(' and ')}: ${what}`, async () => {
    const bed = new Bed({ domains: [aDomain()] })
    const parties = phones(bed, 'desk', 'mobile')
    const call = bed.dial(ALICE)
    await bed.settle()
    assert.deepEqual(call.news(), ['rang'])
    for (const [index, status] of statuses.entries()) {
      assert.deepEqual(call.news(), [])
      parties[index]!.calls[0]!.reject(status)
      await bed.settle()
    }
    assert.deepEqual(call.news(), [told])
    assert.deepEqual(await bed.leftovers(), [])
  })

test('one that refuses for all ends it for all', async () => {
  const bed = new Bed({ domains: [aDomain()] })
  const [desk, mobile] = phones(bed, 'desk', 'mobile')
  const call = bed.dial(ALICE)
  await bed.settle()
  desk!.calls[0]!.reject(603)
  await bed.settle()
  assert.deepEqual(
    [call.news(), mobile!.news()],
    [
      ['rang', 'rejected 603'],
      ['ended local', 'cancelled by CANCEL'],
    ],
  )
  assert.deepEqual(await bed.leftovers(), [])
})

test('one that redirects does not stop the others, and where it leads rings too', async () => {
  const bed = new Bed({ domains: [aDomain()] })
  const [desk, mobile] = phones(bed, 'desk', 'mobile')
  const carol = bed.party('carol')
  desk!.onCall = (invite) => invite.reject(302, [['Contact', '<sip:carol@carol.example.com>']])
  const call = bed.dial(ALICE)
  await bed.settle()
  assert.equal(carol.calls.length, 1)
  carol.calls[0]!.reject(404)
  await bed.settle()
  assert.deepEqual(call.news(), ['rang'])
  mobile!.calls[0]!.answer(sound())
  await bed.settle()
  assert.deepEqual(call.news(), ['answered'])
  call.leg!.hangUp()
  assert.deepEqual(await bed.leftovers(), [])
})

test('one that redirects to nowhere is one that is not there', async () => {
  const bed = new Bed({ domains: [aDomain()] })
  const [desk, mobile] = phones(bed, 'desk', 'mobile')
  desk!.onCall = (invite) => invite.reject(302, [['Contact', '<sip:carol@nowhere.example.com>']])
  const call = bed.dial(ALICE)
  await bed.settle()
  assert.deepEqual(call.news(), ['rang'])
  mobile!.calls[0]!.reject(486)
  await bed.settle()
  assert.deepEqual(call.news(), ['busy 486'])
  assert.deepEqual(await bed.leftovers(), [])
})

/** The lamp is registered, and was switched off without taking leave. */
function withoutLamp() {
  let isOff = true
  const bed = new Bed({ domains: [aDomain()], nowhere: ({ address }) => isOff && address === 'lamp.example.com' })
  const switchOn = () => {
    isOff = false
  }
  return { bed, switchOn }
}

test('a phone that says nothing at all is not waited for when the others have refused', async () => {
  const { bed } = withoutLamp()
  const [desk] = phones(bed, 'desk', 'lamp')
  desk!.onCall = (invite) => invite.reject(486)
  const call = bed.dial(ALICE)
  await bed.pass(PHONE_SILENCE_MS_MAX - 100, 1000)
  assert.deepEqual(call.news(), [])
  await bed.pass(200)
  assert.deepEqual([call.news(), bed.network.size], [['busy 486'], 0])
  assert.deepEqual(await bed.leftovers(), [])
})

test('a phone that says nothing at all does not end the ringing of the others', async () => {
  const { bed } = withoutLamp()
  const [desk] = phones(bed, 'desk', 'lamp')
  const call = bed.dial(ALICE)
  await bed.pass(40_000, 1000)
  assert.deepEqual(call.news(), ['rang'])
  desk!.calls[0]!.answer(sound())
  await bed.settle()
  assert.deepEqual(call.news(), ['answered'])
  call.leg!.hangUp()
  assert.deepEqual(await bed.leftovers(), [])
})

test('a phone alone that says nothing: 408; when it is back in time it does not ring for nobody', async () => {
  const { bed, switchOn } = withoutLamp()
  const [lamp] = phones(bed, 'lamp')
  const call = bed.dial(ALICE)
  await bed.pass(PHONE_SILENCE_MS_MAX + 100, 1000)
  assert.deepEqual(call.news(), ['unanswered 408'])
  switchOn()
  await bed.pass(10_000, 1000)
  assert.deepEqual(lamp!.news(), ['ended local', 'cancelled by CANCEL'])
  const next = bed.dial(ALICE)
  await bed.settle()
  assert.deepEqual(next.news(), ['rang'])
  next.leg!.hangUp()
  assert.deepEqual(await bed.leftovers(), [])
})

test('a phone that rings for long is not one that says nothing', async () => {
  const bed = new Bed({ domains: [aDomain()] })
  const [desk] = phones(bed, 'desk')
  // It says that it tries, and goes looking.
  desk!.onCall = () => {}
  const call = bed.dial(ALICE)
  await bed.pass(30_000, 1000)
  desk!.calls[0]!.answer(sound())
  await bed.settle()
  assert.deepEqual(call.news(), ['rang', 'answered'])
  call.leg!.hangUp()
  assert.deepEqual(await bed.leftovers(), [])
})
