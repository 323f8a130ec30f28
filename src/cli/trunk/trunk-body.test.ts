import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TrunkFlags, trunkBody } from './trunk-body.ts'

const BARE = { host: ['sip.example.net'], transport: 'udp' } as const

for (const [written, target] of [
  ['sip.example.net', { host: 'sip.example.net' }],
  ['sip.example.net:5062', { host: 'sip.example.net', port: 5062 }],
  ['192.0.2.7:5062', { host: '192.0.2.7', port: 5062 }],
  ['[2001:db8::1]:5062', { host: '2001:db8::1', port: 5062 }],
  ['[2001:db8::1]', { host: '2001:db8::1' }],
  ['2001:db8::1', { host: '2001:db8::1' }],
] as const)
  test(`--host ${written}`, () => {
    const { targets } = trunkBody({ ...BARE, host: [written] })
    assert.deepEqual(targets, [{ ...target, transport: 'udp', priority: 0 }])
  })

for (const written of ['', ':5060', 'sip.example.net:', '[2001:db8::1', 'sip.example.net:123456'])
  test(`--host ${JSON.stringify(written)} is none`, () => {
    assert.throws(() => trunkBody({ ...BARE, host: [written] }), /is no host/)
  })

test('what is not said is left to the server', () => {
  assert.deepEqual(Object.keys(trunkBody(BARE)), ['targets'])
})

test('several hosts are tried in turn', () => {
  const { targets } = trunkBody({ ...BARE, transport: 'tls', host: ['a.example', 'b.example'] })
  assert.deepEqual(targets, [
    { host: 'a.example', transport: 'tls', priority: 0 },
    { host: 'b.example', transport: 'tls', priority: 1 },
  ])
})

test('every flag has its member', () => {
  const { targets: _, ...more } = trunkBody({
    ...BARE,
    user: 'us',
    password: 'hush',
    register: true,
    prefix: ['+49', '+43'],
    from: ['198.51.100.0/24'],
    numberFormat: '00',
    callerId: '+4930123456',
    maxCalls: '10',
    maxCallsPerSecond: '2',
    srtp: true,
  })
  assert.deepEqual(more, {
    auth: { username: 'us', password: 'hush' },
    register: true,
    prefixes: ['+49', '+43'],
    from: ['198.51.100.0/24'],
    numberFormat: { plusBecomes: '00' },
    callerId: '+4930123456',
    maxCalls: '10',
    maxCallsPerSecond: '2',
    srtp: true,
  })
  assert.deepEqual(trunkBody({ ...BARE, inboundOnly: true }).prefixes, [])
  assert.equal(trunkBody({ ...BARE, numberFormat: 'no-plus' }).numberFormat, 'no-plus')
})

for (const [what, flags, said] of [
  ['a user without password', { user: 'us' }, /--user and --password go together/],
  ['a password without user', { password: 'hush' }, /--user and --password go together/],
  ['a registration of nobody', { register: true }, /--register needs --user/],
  ['numbers and none', { prefix: ['+49'], inboundOnly: true }, /exclude each other/],
] as const satisfies readonly (readonly [string, Partial<TrunkFlags>, RegExp])[])
  test(`refused: ${what}`, () => {
    assert.throws(() => trunkBody({ ...BARE, ...flags }), said)
  })
