/** Calls by trunks: their servers in turn, and what each trunk carries. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyOf } from '../wire/sip/dialog/body.ts'
import { Bed, secureSound, sound } from './test-bed.ts'
import { aTarget, aTrunk } from './test-people.ts'

const SERVERS = aTrunk({
  targets: [aTarget({ host: 'one.example.com' }), aTarget({ host: 'two.example.com', priority: 1 })],
})
const NUMBER = '+15550123456'

for (const [what, status, answers] of [
  ['overloaded', 503, true],
  ['in trouble', 500, true],
  ['too slow', 408, true],
  ['behind a bad gateway', 502, true],
  ['not willing', 403, false],
  ['sure that it does not exist', 404, false],
  ['busy', 486, false],
] as const)
  test(`a trunk's first server is ${what}: the second is ${answers ? '' : 'not '}asked`, async () => {
    const bed = new Bed({ trunks: [SERVERS] })
    const [one, two] = [bed.party('one'), bed.party('two')]
    one.onCall = (invite) => invite.reject(status)
    two.onCall = (invite) => invite.answer(sound())
    const call = bed.dial(NUMBER)
    await bed.settle()
    assert.equal(one.calls[0]!.request.uri, 'sip:+15550123456@one.example.com')
    assert.equal(two.calls.length, answers ? 1 : 0)
    assert.equal(call.news().at(-1), answers ? 'answered' : status === 486 ? 'busy 486' : `failed ${status}`)
    call.leg!.hangUp()
    assert.deepEqual(await bed.leftovers(), [])
  })

test('one that has rung is the one, whatever it says then', async () => {
  const bed = new Bed({ trunks: [SERVERS] })
  const [one, two] = [bed.party('one'), bed.party('two')]
  const call = bed.dial(NUMBER)
  await bed.settle()
  one.calls[0]!.reject(503)
  await bed.settle()
  assert.deepEqual([call.news(), two.calls.length], [['rang', 'failed 503'], 0])
  assert.deepEqual(await bed.leftovers(), [])
})

test('a server that is not there is passed over at once, one that is silent after half a minute', async () => {
  const bed = new Bed({
    trunks: [aTrunk({ targets: [aTarget({ host: '192.0.2.99' }), aTarget({ host: 'two.example.com', priority: 1 })] })],
  })
  const two = bed.party('two')
  const call = bed.dial(NUMBER)
  await bed.settle()
  assert.deepEqual([call.news(), two.calls.length], [['rang'], 1])
  call.leg!.hangUp()
  bed.wire.attach({ transport: 'udp', address: '192.0.2.99', port: 5060 }, () => {})
  const slow = bed.dial(NUMBER)
  await bed.pass(31_000, 1000)
  assert.deepEqual([slow.news(), two.calls.length], [[], 1])
  await bed.pass(2000, 1000)
  assert.deepEqual([slow.news(), two.calls.length], [['rang'], 2])
  slow.leg!.hangUp()
  assert.deepEqual(await bed.leftovers(), [])
})

test('a trunk that is full is passed over; a call that is over makes room', async () => {
  const trunk = (sid: string, host: string, maxCalls: number | null) =>
    aTrunk({ sid, targets: [aTarget({ host })], maxCalls })
  const bed = new Bed({ trunks: [trunk('TK1', 'one.example.com', 1), trunk('TK2', 'two.example.com', 1)] })
  const [one, two] = [bed.party('one'), bed.party('two')]
  const calls = [bed.dial(NUMBER), bed.dial(NUMBER), bed.dial(NUMBER)]
  await bed.settle()
  assert.deepEqual(
    calls.map((call) => call.news()),
    [['rang'], ['rang'], ['failed 503']],
  )
  assert.deepEqual([one.calls.length, two.calls.length], [1, 1])
  one.calls[0]!.answer(sound())
  two.calls[0]!.reject(486)
  await bed.settle()
  calls[0]!.leg!.hangUp()
  const more = [bed.dial(NUMBER), bed.dial(NUMBER)]
  await bed.settle()
  assert.deepEqual(
    more.map((call) => call.news()),
    [['rang'], ['rang']],
  )
  for (const { leg } of more) leg!.hangUp()
  assert.deepEqual(await bed.leftovers(), [])
})

test('a trunk has its own user, caller and way to write a number', async () => {
  const bed = new Bed({
    trunks: [
      aTrunk({
        targets: [aTarget({ host: 'one.example.com', port: 5060, transport: 'tcp' })],
        auth: { username: 'us', password: 'p' },
        callerId: '+4930111',
        numberFormat: { plusBecomes: '00' },
        srtp: true,
      }),
    ],
  })
  const one = bed.party('one')
  one.onCall = (invite) =>
    invite.request.headers.has('Authorization')
      ? invite.answer(secureSound())
      : invite.reject(401, [['WWW-Authenticate', 'Digest realm="one", nonce="n", algorithm=MD5']])
  const call = bed.dial(NUMBER, { sip: { auth: { username: 'app', password: 'q' }, headers: [] } })
  await bed.settle()
  assert.deepEqual(call.news(), ['rang', 'answered'])
  const { request } = one.calls[1]!
  assert.equal(request.uri, 'sip:0015550123456@one.example.com:5060;transport=tcp')
  assert.match(request.headers.get('From')!, /^<sip:\+4930111@/)
  assert.match(request.headers.get('Authorization')!, /username="us"/)
  assert.match(request.headers.get('Contact')!, /;transport=tcp>$/)
  assert.match(Buffer.from(bodyOf(request)!.bytes).toString(), /RTP\/SAVP/)
  assert.equal(bed.media.all[0]?.agreed, 'PCMU both encrypted')
  call.leg!.hangUp()
  assert.deepEqual(await bed.leftovers(), [])
})
