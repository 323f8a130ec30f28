/** Calls that we make. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UasInvite } from '../wire/sip/session/uas-invite.ts'
import { Bed, secureSound, sound } from './test-bed.ts'
import { aTrunk } from './test-people.ts'

const BOB = 'sip:bob@bob.example.com'

test('an answered call: who hears what, and each side hangs up', async () => {
  for (const side of ['we', 'they'] as const) {
    const bed = new Bed()
    const bob = bed.party('bob')
    const call = bed.dial(`${BOB}?X-One=1`)
    assert.deepEqual(call.news(), [])
    await bed.settle()
    assert.deepEqual(call.news(), ['rang'])
    const { request } = bob.calls[0]!
    assert.equal(request.uri, BOB)
    assert.match(request.headers.get('From')!, /^<sip:\+15550100@ringback\.example\.com>;tag=/)
    assert.equal(request.headers.get('To'), `<${BOB}>`)
    assert.equal(request.headers.get('Contact'), '<sip:ringback@ringback.example.com:5060>')
    assert.equal(request.headers.get('X-Twilio-ApiVersion'), '2010-04-01')
    assert.match(request.headers.get('X-Twilio-CallSid')!, /^CA/)
    assert.match(request.headers.get('X-Twilio-AccountSid')!, /^AC/)
    assert.equal(request.headers.get('X-One'), '1')
    assert.match(Buffer.from(request.body).toString(), /c=IN IP4 203\.0\.113\.1[\s\S]*m=audio 20000 RTP\/AVP 0 8 101/)
    bob.calls[0]!.answer(sound('8 101'), [['X-Desk', '7']])
    await bed.settle()
    assert.deepEqual(call.news(), ['answered'])
    const [, answered] = call.inputs
    assert.deepEqual(answered, {
      input: 'answered',
      sip: { callId: request.headers.get('Call-ID'), headers: { 'X-Desk': '7' } },
    })
    const [line] = bed.media.all
    assert.equal(line?.agreed, 'PCMA both')
    assert.deepEqual(bob.news(), ['acknowledged'])
    assert.equal(bed.network.size, 1)
    if (side === 'we') call.leg!.hangUp()
    else bob.session.bye()
    await bed.settle()
    assert.deepEqual(call.news(), side === 'we' ? [] : ['hung-up'])
    assert.deepEqual(bob.news(), side === 'we' ? ['ended remote'] : ['ended local'])
    assert.equal(bed.network.size, 0)
    call.leg!.hangUp()
    await call.leg!.closed
    assert.deepEqual(await bed.leftovers(), [])
    assert.deepEqual(call.news(), [])
  }
})

for (const [status, told] of [
  [486, ['rang', 'busy 486']],
  [600, ['rang', 'busy 600']],
  [603, ['rang', 'rejected 603']],
  [480, ['rang', 'unanswered 480']],
  [404, ['rang', 'failed 404']],
  [503, ['rang', 'failed 503']],
] as const)
  test(`refused by ${status} after it rang: ${told}`, async () => {
    const bed = new Bed()
    const bob = bed.party('bob')
    const call = bed.dial(BOB)
    await bed.settle()
    bob.calls[0]!.reject(status, [['X-Why', 'so']])
    await bed.settle()
    assert.deepEqual(call.news(), told)
    const refusal = call.inputs[1]!
    assert.deepEqual('sip' in refusal && refusal.sip?.headers, { 'X-Why': 'so' })
    call.leg!.hangUp()
    assert.deepEqual(await bed.leftovers(), [])
    assert.deepEqual(call.news(), [])
  })

for (const [to, told] of [
  ['sip:bob@nowhere.example.com', 'failed 404'],
  ['nonsense', 'failed 404'],
  ['+15550123456', 'failed 404'],
  ['sip:bob@192.0.2.99', 'failed 503'],
] as const)
  test(`nobody is at ${to}: ${told}`, async () => {
    const bed = new Bed()
    const call = bed.dial(to)
    assert.deepEqual(call.news(), [])
    await bed.settle()
    assert.deepEqual(call.news(), [told])
    assert.deepEqual(await bed.leftovers(), [])
  })

test('where an app may not reach nothing is sent', async () => {
  const bed = new Bed({ more: { mayReach: () => false } })
  bed.party('bob')
  const call = bed.dial(BOB)
  await bed.settle()
  assert.deepEqual([call.news(), bed.lines()], [['failed 403'], []])
})

test('who never answers at all is not waited for beyond half a minute', async () => {
  const bed = new Bed({ weather: { lost: 1, duplicated: 0, delayMsMax: 0 } })
  bed.party('bob')
  const call = bed.dial(BOB)
  await bed.pass(31_000, 1000)
  assert.deepEqual(call.news(), [])
  await bed.pass(2000, 1000)
  assert.deepEqual(call.news(), ['unanswered 408'])
  assert.deepEqual(await bed.leftovers(), [])
})

test('given up while it rings: CANCEL, and no input follows', async () => {
  const bed = new Bed()
  const bob = bed.party('bob')
  const call = bed.dial(BOB)
  await bed.settle()
  bed.lines()
  call.leg!.hangUp()
  await bed.settle()
  assert.deepEqual(bed.lines(), ['CANCEL', '200 CANCEL', '487 INVITE', 'ACK'])
  assert.deepEqual([call.news(), bob.news()], [['rang'], ['ended local', 'cancelled by CANCEL']])
  assert.deepEqual(await bed.leftovers(), [])
})

test('given up before anything was sent: nothing is', async () => {
  const bed = new Bed()
  bed.party('bob')
  const call = bed.dial(BOB)
  call.leg!.hangUp()
  await bed.settle()
  assert.deepEqual([call.news(), bed.lines()], [[], []])
  assert.deepEqual(await bed.leftovers(), [])
})

test('CANCEL crosses the answer: it is hung up on', async () => {
  const bed = new Bed()
  const bob = bed.party('bob')
  const call = bed.dial(BOB)
  await bed.settle()
  bed.lines()
  bob.calls[0]!.answer(sound())
  call.leg!.hangUp()
  await bed.settle()
  assert.deepEqual(bed.lines().toSorted(), ['200 BYE', '200 CANCEL', '200 INVITE', 'ACK', 'BYE', 'CANCEL'])
  assert.deepEqual([call.news(), bob.news()], [['rang'], ['acknowledged', 'ended remote']])
  assert.deepEqual(await bed.leftovers(), [])
})

test('whoever is told that it rings may hang up in that moment', async () => {
  const bed = new Bed()
  const bob = bed.party('bob')
  bob.onCall = (invite) => invite.answer(sound())
  const call = bed.dial(BOB, {}, (input) => input.input === 'rang' && call.leg!.hangUp())
  await bed.settle()
  assert.deepEqual([call.news(), bob.news()], [['rang'], ['acknowledged', 'ended remote']])
  assert.deepEqual(await bed.leftovers(), [])
})

test('sound before the answer is heard', async () => {
  const bed = new Bed()
  const bob = bed.party('bob')
  bob.onCall = (invite) => invite.ring(183, { body: sound('8') })
  const call = bed.dial(BOB)
  await bed.settle()
  assert.deepEqual([call.news(), bed.media.all[0]?.agreed], [['rang', 'early-media'], 'PCMA both'])
  // A minute of silence is none of an announcement's business.
  bed.media.all[0]!.events.lineSilent()
  bob.calls[0]!.ring(180)
  bob.calls[0]!.answer(null)
  await bed.settle()
  assert.deepEqual(call.news(), ['answered'])
  call.leg!.hangUp()
  assert.deepEqual(await bed.leftovers(), [])
})

for (const [what, answer] of [
  ['no description', null],
  ['no codec of ours', sound('9')],
  ['nonsense', { type: 'application/sdp', bytes: Buffer.from('hello') }],
  ['encrypted sound that was not offered', secureSound()],
] as const)
  test(`answered with ${what}: it is hung up on, with the reason`, async () => {
    const bed = new Bed()
    const bob = bed.party('bob')
    bob.onCall = (invite) => invite.answer(answer)
    const call = bed.dial(BOB)
    await bed.settle()
    assert.deepEqual([call.news(), bob.news()], [['failed 488'], ['acknowledged', 'ended remote']])
    assert.deepEqual(await bed.leftovers(), [])
  })

test('there is no port: nothing is sent', async () => {
  const bed = new Bed()
  bed.party('bob')
  bed.media.hasPorts = false
  const call = bed.dial(BOB)
  await bed.settle()
  assert.deepEqual([call.news(), bed.lines()], [['failed 503'], []])
  assert.deepEqual(await bed.leftovers(), [])
})

test('beyond the limit no call is made; whoever is gone makes room', async () => {
  const bed = new Bed({ more: { maxCalls: 1 } })
  bed.party('bob')
  const first = bed.dial(BOB)
  const second = bed.dial(BOB)
  assert.deepEqual(second.news(), [])
  await bed.settle()
  assert.deepEqual([first.news(), second.news()], [['rang'], ['failed 503']])
  first.leg!.hangUp()
  const third = bed.dial(BOB)
  await bed.settle()
  assert.deepEqual(third.news(), ['rang'])
  third.leg!.hangUp()
  assert.deepEqual(await bed.leftovers(), [])
})

test('while sound goes out late no call is made', async () => {
  const bed = new Bed({ more: { load: { isOverloaded: true } } })
  bed.party('bob')
  const call = bed.dial(BOB)
  await bed.settle()
  assert.deepEqual(call.news(), ['failed 503'])
})

for (const [status, name] of [
  [401, 'WWW-Authenticate'],
  [407, 'Proxy-Authenticate'],
] as const) {
  const challenge = (invite: UasInvite) =>
    invite.reject(status, [[name, 'Digest realm="bob", nonce="n", algorithm=MD5, qop="auth"']])
  const isAnswered = ({ request }: UasInvite) =>
    request.headers.has(status === 401 ? 'Authorization' : 'Proxy-Authorization')
  const sip = { auth: { username: 'u', password: 'p' }, headers: [] }

  test(`${status} is answered, also of the hanging up`, async () => {
    const bed = new Bed()
    const bob = bed.party('bob')
    bob.onCall = (invite) => (isAnswered(invite) ? invite.answer(sound()) : challenge(invite))
    const call = bed.dial(BOB, { sip })
    await bed.settle()
    assert.deepEqual(call.news(), ['rang', 'answered'])
    call.leg!.hangUp()
    assert.deepEqual(await bed.leftovers(), [])
  })

  test(`${status} is the end when we are nobody, or the password is wrong`, async () => {
    for (const more of [{}, { sip }]) {
      const bed = new Bed()
      const bob = bed.party('bob')
      bob.onCall = challenge
      const call = bed.dial(BOB, more)
      await bed.settle()
      assert.deepEqual(call.news(), [`failed ${status}`])
      assert.equal(bob.calls.length, 'sip' in more ? 2 : 1)
      assert.deepEqual(await bed.leftovers(), [])
    }
  })
}

test('a redirection is followed, to the best first', async () => {
  const bed = new Bed()
  const [bob, carol, dave] = ['bob', 'carol', 'dave'].map((name) => bed.party(name))
  bob!.onCall = (invite) =>
    invite.reject(302, [
      ['Contact', '<sip:dave@dave.example.com>;q=0.1'],
      ['Contact', '<sip:carol@carol.example.com>;q=0.9'],
    ])
  carol!.onCall = (invite) => invite.reject(503)
  dave!.onCall = (invite) => invite.answer(sound())
  const call = bed.dial(`${BOB}?x-a=b`)
  await bed.settle()
  assert.deepEqual(call.news(), ['rang', 'answered'])
  assert.deepEqual(
    [bob, carol, dave].map((one) => one!.calls.length),
    [1, 1, 1],
  )
  assert.equal(dave!.calls[0]!.request.headers.get('x-a'), 'b')
  call.leg!.hangUp()
  assert.deepEqual(await bed.leftovers(), [])
})

for (const [what, contact, told] of [
  ['to nowhere', '<sip:bob@nowhere.example.com>', 'unanswered 480'],
  ['to a number, which is for trunks', '<tel:+15550123456>', 'unanswered 480'],
  ['in a circle', '<sip:bob@bob.example.com>', 'unanswered 480'],
  ['without a contact', null, 'unanswered 480'],
] as const)
  test(`a redirection ${what}: ${told}`, async () => {
    const bed = new Bed({ trunks: [aTrunk()] })
    const bob = bed.party('bob')
    bob.onCall = (invite) => invite.reject(302, contact ? [['Contact', contact]] : [])
    const call = bed.dial(BOB)
    await bed.settle()
    assert.deepEqual(call.news(), [told])
    assert.ok(bob.calls.length <= 6)
    assert.deepEqual(await bed.leftovers(), [])
  })
