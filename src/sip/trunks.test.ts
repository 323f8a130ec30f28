/** Requests to trunks that belong to no call: registrations, and whether they are there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCredentials } from '../wire/sip/digest.ts'
import { makeResponse } from '../wire/sip/make-response.ts'
import type { SipRequest } from '../wire/sip/message.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { writeMessage } from '../wire/sip/write-message.ts'
import type { SipTrunk } from './ports.ts'
import { Bed } from './test-bed.ts'
import { aTarget, aTrunk } from './test-people.ts'

const CHALLENGE = ['WWW-Authenticate', 'Digest realm="carrier", nonce="n", algorithm=MD5, qop="auth"'] as const
type Answer = (request: SipRequest) => readonly [status: number, ...fields: (readonly [string, string])[]] | null

const at = (address: string): Hop => ({ transport: 'udp', address, port: 5060 })

/** Servers by address, and what they were asked: `REGISTER 1`. */
function aBed(trunk: SipTrunk, servers: Readonly<Record<string, Answer>>) {
  const asked: SipRequest[] = []
  const bed = new Bed()
  for (const [address, answer] of Object.entries(servers)) {
    const send = bed.wire.from(at(address))
    bed.wire.attach(at(address), (message, from) => {
      if (message.kind !== 'request') return
      asked.push(message)
      const said = answer(message)
      if (!said) return
      const response = makeResponse(message, said[0], undefined, 'theirs')
      for (const [name, value] of said.slice(1) as (readonly [string, string])[]) response.headers.append(name, value)
      send(from, writeMessage(response), () => {})
    })
  }
  bed.directory.has.trunks.push(trunk)
  const lines = () => asked.splice(0).map(({ headers }) => headers.get('CSeq')!.split(' ').reverse().join(' '))
  return { bed, asked, lines }
}

const isKnown = (request: SipRequest) => parseCredentials(request.headers.get('Authorization') ?? '')?.username === 'us'
const REGISTERED: Answer = (request) =>
  isKnown(request) ? [200, ['Contact', '<sip:us@us>;expires=100']] : [401, CHALLENGE]

const TRUNK = aTrunk({
  targets: [aTarget({ host: '192.0.2.1' })],
  auth: { username: 'us', password: 'p' },
  register: true,
})

test('we register with a trunk, and answer its challenge', async () => {
  const { bed, asked, lines } = aBed(TRUNK, { '192.0.2.1': REGISTERED })
  await bed.pass(10_001, 1000)
  const [first, second] = asked
  assert.deepEqual(
    ['From', 'To', 'Contact', 'Expires', 'Max-Forwards'].map((name) => first!.headers.get(name)?.split(';tag')[0]),
    ['<sip:us@192.0.2.1>', '<sip:us@192.0.2.1>', '<sip:us@ringback.example.com:5060>', '600', '70'],
  )
  assert.equal(first!.uri, 'sip:192.0.2.1')
  assert.equal(first!.headers.get('Call-ID'), second!.headers.get('Call-ID'))
  assert.deepEqual(lines(), ['REGISTER 1', 'REGISTER 2'])
  await bed.pass(80_000, 1000)
  assert.deepEqual(lines(), ['REGISTER 13', 'REGISTER 14'])
  assert.deepEqual(bed.logged, [])
})

test('a wrong password is not tried again and again', async () => {
  const { bed, lines } = aBed(TRUNK, { '192.0.2.1': () => [401, CHALLENGE] })
  await bed.pass(11_000, 1000)
  assert.deepEqual([lines(), bed.logged], [['REGISTER 1', 'REGISTER 2'], ['a trunk takes no registration']])
})

test('a trunk that finds every nonce too old is not answered for ever', async () => {
  const stale = ['WWW-Authenticate', `${CHALLENGE[1]}, stale=true`] as const
  const { bed, lines } = aBed(TRUNK, { '192.0.2.1': () => [401, stale] })
  await bed.pass(11_000, 1000)
  assert.deepEqual(lines(), ['REGISTER 1', 'REGISTER 2', 'REGISTER 3', 'REGISTER 4'])
})

test('a server that does not answer is passed over for the next', async () => {
  const targets = [aTarget({ host: '192.0.2.1', priority: 2 }), aTarget({ host: '192.0.2.2', priority: 1 })]
  const { bed, lines } = aBed({ ...TRUNK, targets }, { '192.0.2.1': REGISTERED, '192.0.2.2': () => null })
  await bed.pass(45_000, 1000)
  const numbers = lines()
  assert.deepEqual(new Set(numbers.slice(0, -2)), new Set(['REGISTER 1']))
  assert.deepEqual(numbers.slice(-2), ['REGISTER 5', 'REGISTER 6'])
})

test('who stops takes its registrations back', async () => {
  const { bed, asked } = aBed(TRUNK, { '192.0.2.1': REGISTERED })
  await bed.pass(11_000, 1000)
  asked.splice(0)
  const stopped = bed.network.stop()
  await bed.settle()
  await stopped
  assert.deepEqual(
    asked.map(({ headers }) => headers.get('Expires')),
    ['0', '0'],
  )
  assert.deepEqual(await bed.leftovers(), [])
})

test('a trunk is asked whether it is there', async () => {
  for (const [answer, status] of [
    [() => [200], 200],
    [() => [404], 404],
    [(request: SipRequest) => (isKnown(request) ? [200] : [401, CHALLENGE]), 200],
  ] as const satisfies readonly (readonly [Answer, number])[]) {
    const trunk = { ...TRUNK, register: false }
    const { bed, asked } = aBed(trunk, { '192.0.2.1': answer })
    const check = bed.network.checkTrunk(trunk)
    await bed.pass(100)
    assert.deepEqual(await check, {
      isReachable: true,
      sipResponseCode: status,
      roundTripMs: (await check).roundTripMs,
      isRegistered: null,
      why: null,
    })
    assert.ok((await check).roundTripMs! >= 0)
    assert.deepEqual([asked[0]!.method, asked[0]!.uri], ['OPTIONS', 'sip:192.0.2.1'])
  }
})

for (const [what, trunk, answer, expected] of [
  ['is silent', { ...TRUNK, register: false }, () => null, { isReachable: false, sipResponseCode: null, roundTripMs: null, isRegistered: null, why: '192.0.2.1:5060 did not answer over udp within 5 seconds' }], // biome-ignore format: a table
  ['is nowhere', { ...TRUNK, register: false, targets: [aTarget({ host: 'nowhere.example.com' })] }, () => null, { isReachable: false, sipResponseCode: null, roundTripMs: null, isRegistered: null, why: 'No address is known for nowhere.example.com' }], // biome-ignore format: a table
  ['does not let us register', TRUNK, (request) => (request.method === 'OPTIONS' ? [200] : [403]), { isReachable: true, sipResponseCode: 200, roundTripMs: 0, isRegistered: false, why: 'It answered our registration by 403' }], // biome-ignore format: a table
  ['has not answered our registration', TRUNK, (request) => (request.method === 'OPTIONS' ? [200] : null), { isReachable: true, sipResponseCode: 200, roundTripMs: 0, isRegistered: false, why: 'It has not answered our registration yet' }], // biome-ignore format: a table
  ['knows us', TRUNK, (request) => (request.method === 'OPTIONS' ? [200] : REGISTERED(request)), { isReachable: true, sipResponseCode: 200, roundTripMs: 0, isRegistered: true, why: null }], // biome-ignore format: a table
] as const satisfies readonly (readonly [string, SipTrunk, Answer, unknown])[])
  test(`a trunk that ${what}`, async () => {
    const { bed } = aBed(trunk, { '192.0.2.1': answer })
    await bed.pass(11_000, 1000)
    const check = bed.network.checkTrunk(trunk)
    await bed.pass(6000, 500)
    assert.deepEqual(await check, expected)
  })

test('which numbers and addresses are of an account', async () => {
  const bed = new Bed({ trunks: [aTrunk({ prefixes: ['+49'] })] })
  const { accountSid } = aTrunk()
  assert.equal(await bed.network.hasTrunkFor({ to: '+4930123', accountSid }), true)
  assert.equal(await bed.network.hasTrunkFor({ to: '+15550', accountSid }), false)
  assert.equal(await bed.network.hasDomainOf({ to: 'sip:a@acme.example.com', accountSid }), false)
})
