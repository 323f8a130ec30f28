/** Where dialled addresses lead. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DialOrder } from '../engine/ports/leg.ts'
import type { CallSid, Instant } from '../lib/ids.ts'
import { findDestination, PHONE_SILENCE_MS_MAX } from './destination.ts'
import type { SipDomain, SipTrunk } from './ports.ts'
import { Registrar } from './registrar.ts'
import {
  ACCOUNT,
  aDirectory,
  aDomain,
  aLocator,
  aTarget,
  aTrunk,
  headersOf,
  hop,
  OTHER_ACCOUNT,
} from './test-people.ts'

const AUTH = { username: 'u', password: 'p' }

async function find(
  to: string,
  has: { domains?: SipDomain[]; trunks?: SipTrunk[]; registrar?: Registrar; order?: Partial<DialOrder> } = {},
) {
  const order: DialOrder = {
    callSid: 'CA1' as CallSid,
    accountSid: ACCOUNT,
    from: '+15550100',
    to,
    sip: { auth: AUTH, headers: [] },
    ...has.order,
  }
  const locator = aLocator({ 'sip.example.com': ['192.0.2.1', '192.0.2.2'], 'inside.example.com': ['10.0.0.1'] })
  const destination = await findDestination(order, {
    directory: aDirectory(has),
    registrar: has.registrar ?? aRegistrar(),
    locator,
    mayReach: ({ address }) => !address.startsWith('10.'),
    randomBelow: () => 0,
  })
  return { destination, asked: locator.asked }
}

function aRegistrar(...contacts: readonly [contact: string, from: string][]) {
  const registrar = new Registrar({ now: () => 0 as Instant })
  for (const [index, [contact, from]] of contacts.entries()) {
    const headers = headersOf(['Call-ID', `c${index}`], ['CSeq', '1 REGISTER'], ['Contact', contact])
    registrar.register('sip:alice@acme.example.com', headers, hop(from))
  }
  return registrar
}

/** Each INVITE as a line; a turn's together. */
const lines = ({ destination }: Awaited<ReturnType<typeof find>>) =>
  'status' in destination
    ? destination.status
    : destination.map(({ targets }) =>
        targets.map(({ uri, hop }) => `${uri} at ${hop.transport} ${hop.address}:${hop.port}`).join(', '),
      )

for (const [to, expected] of [
  ['sip:bob@192.0.2.9', ['sip:bob@192.0.2.9 at udp 192.0.2.9:5060']],
  ['sip:bob@192.0.2.9:5070', ['sip:bob@192.0.2.9:5070 at udp 192.0.2.9:5070']],
  ['sip:192.0.2.9', ['sip:192.0.2.9 at udp 192.0.2.9:5060']],
  ['sip:bob@192.0.2.9;transport=tcp', ['sip:bob@192.0.2.9;transport=tcp at tcp 192.0.2.9:5060']],
  ['sip:bob@192.0.2.9;transport=TLS', ['sip:bob@192.0.2.9;transport=TLS at tls 192.0.2.9:5061']],
  ['sips:bob@192.0.2.9', ['sips:bob@192.0.2.9 at tls 192.0.2.9:5061']],
  ['sip:bob@[2001:db8::9]', ['sip:bob@[2001:db8::9] at udp 2001:db8::9:5060']],
  ['sip:bob:pw@192.0.2.9;region=us1;edge=x;a=b?x-c=d', ['sip:bob@192.0.2.9;a=b at udp 192.0.2.9:5060']],
  ['sip:bob@sip.example.com', ['sip:bob@sip.example.com at udp 192.0.2.1:5060', 'sip:bob@sip.example.com at udp 192.0.2.2:5060']], // biome-ignore format: a table
  ['sip:bob@nowhere.example.com', 404],
  ['sip:bob@10.0.0.1', 403],
  ['sip:bob@inside.example.com', 403],
  ['tel:+15550123456', 404],
  ['+15550123456', 404],
  ['client:bob', 404],
  ['bob', 404],
  ['', 404],
] as const)
  test(`${to} leads to ${expected}`, async () => {
    assert.deepEqual(lines(await find(to)), expected)
  })

test('a server is asked for with what the app said who we are; the To has no way in it', async () => {
  const { destination } = await find('sip:bob@192.0.2.9:5070;transport=tcp')
  assert.ok(!('status' in destination))
  const [turn] = destination
  assert.deepEqual(
    [turn?.auth, turn?.encryption, turn?.callerId, turn?.trunk, turn?.targets[0]?.address],
    [AUTH, 'never', null, null, 'sip:bob@192.0.2.9'],
  )
})

test('encryption of servers goes by the scheme', async () => {
  const { destination } = await find('sips:bob@192.0.2.9')
  assert.equal('status' in destination || destination[0]?.encryption, 'always')
})

const PHONES = [
  ['<sip:alice@10.0.0.5:5062>', '198.51.100.1'],
  ['<sip:alice@10.0.0.6>', '198.51.100.2'],
] as const

for (const [what, to, domains, contacts, expected] of [
  ['its phones, all at once, at the way they came', 'sip:alice@acme.example.com', [aDomain()], PHONES, ['sip:alice@10.0.0.6 at udp 198.51.100.2:5060, sip:alice@10.0.0.5:5062 at udp 198.51.100.1:5060']], // biome-ignore format: a table
  ['its phones, however it is written', 'sips:alice@ACME.example.com:5061;transport=tls?x-a=b', [aDomain()], PHONES.slice(1), ['sip:alice@10.0.0.6 at udp 198.51.100.2:5060']], // biome-ignore format: a table
  ['nobody, while none is registered', 'sip:alice@acme.example.com', [aDomain()], [], 480],
  ['nobody, for another name', 'sip:Alice@acme.example.com', [aDomain()], PHONES, 480],
  ['nobody, without a name', 'sip:acme.example.com', [aDomain()], PHONES, 480],
  [
    'elsewhere, for another account',
    'sip:alice@acme.example.com',
    [aDomain({ accountSid: OTHER_ACCOUNT })],
    PHONES,
    404,
  ],
] as const satisfies readonly (readonly [
  string,
  string,
  SipDomain[],
  readonly (readonly [string, string])[],
  unknown,
])[])
  test(`an address of a domain leads to ${what}`, async () => {
    const registrar = aRegistrar(...contacts.map(([contact, from]): [string, string] => [contact, from]))
    assert.deepEqual(lines(await find(to, { domains, registrar })), expected)
  })

test('phones are called by their address; through the proxy that they named, encrypted where all is', async () => {
  const registrar = new Registrar({ now: () => 0 as Instant })
  const headers = headersOf(
    ['Call-ID', 'c'],
    ['CSeq', '1 REGISTER'],
    ['Contact', '<sip:a@10.0.0.5>'],
    ['Path', '<sip:p;lr>'],
  )
  registrar.register('sip:alice@acme.example.com', headers, hop('198.51.100.1', 'tls'))
  const { destination } = await find('sip:alice@acme.example.com', { domains: [aDomain({ secure: true })], registrar })
  assert.ok(!('status' in destination))
  assert.deepEqual([destination[0]?.encryption, destination[0]?.silenceMsMax], ['always', PHONE_SILENCE_MS_MAX])
  assert.deepEqual(destination[0]?.targets[0], {
    uri: 'sip:a@10.0.0.5',
    address: 'sip:alice@acme.example.com',
    hop: hop('198.51.100.1', 'tls'),
    route: ['<sip:p;lr>'],
  })
})

const LEAST_COST = aTrunk({
  name: 'least cost',
  prefixes: ['+49'],
  targets: [
    aTarget({ host: 'sip.example.com', priority: 1 }),
    aTarget({ host: '10.0.0.7', port: 5080, transport: 'tcp', priority: 0 }),
  ],
  numberFormat: 'no-plus',
  auth: { username: 'trunk', password: 's' },
  callerId: '+4930111',
  srtp: true,
})

for (const [to, expected] of [
  [
    '+4930123456',
    [
      'sip:4930123456@10.0.0.7:5080;transport=tcp at tcp 10.0.0.7:5080',
      'sip:4930123456@sip.example.com at udp 192.0.2.1:5060',
      'sip:4930123456@sip.example.com at udp 192.0.2.2:5060',
      'sip:+4930123456@192.0.2.10 at udp 192.0.2.10:5060',
    ],
  ],
  ['+15550123456', ['sip:+15550123456@192.0.2.10 at udp 192.0.2.10:5060']],
  ['+1 555 012', ['sip:+1555012@192.0.2.10 at udp 192.0.2.10:5060']],
  ['15550123456', 404],
] as const)
  test(`${to} leads by trunks to ${expected}`, async () => {
    const trunks = [aTrunk({ prefixes: ['+1555', '+4'] }), LEAST_COST]
    assert.deepEqual(lines(await find(to, { trunks })), expected)
  })

test('a call by a trunk is by its own user, caller and encryption', async () => {
  const { destination } = await find('+4930123456', { trunks: [LEAST_COST] })
  assert.ok(!('status' in destination))
  const { auth, callerId, encryption, trunk } = destination[0]!
  assert.deepEqual(
    [auth, callerId, encryption, trunk],
    [{ username: 'trunk', password: 's' }, '+4930111', 'always', LEAST_COST],
  )
})

test('trunks of other accounts carry nothing, nor those whose servers have no address', async () => {
  const gone = aTrunk({ targets: [aTarget({ host: 'nowhere.example.com' })] })
  assert.deepEqual(lines(await find('+4930123456', { trunks: [gone, aTrunk({ accountSid: OTHER_ACCOUNT })] })), 404)
})
