import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../../lib/ids.ts'
import { createVault } from '../../../lib/vault.ts'
import type { SipInquiries, SipTrunk, TrunkCheck } from '../../../sip/ports.ts'
import type { Binding } from '../../../sip/registrar.ts'
import { ACCOUNT, aPlatform, OTHER_ACCOUNT } from '../test-platform.ts'
import type { SipDeps } from './sip-deps.ts'

const vault = createVault('a key')
const BARE = { targets: [{ host: 'sip.example.net' }] }
const CHECK: TrunkCheck = {
  isReachable: true,
  sipResponseCode: 200,
  roundTripMs: 12,
  isRegistered: null,
  why: null,
}

function withSip(more: Partial<SipDeps> = {}, network: Partial<SipInquiries> = {}) {
  let changes = 0
  const asked: SipTrunk[] = []
  const sip: SipDeps = {
    vault,
    realm: 'phones',
    changed: () => void changes++,
    network: {
      listeners: [{ transport: 'udp', host: '192.0.2.1', port: 5060 }],
      registrar: { addresses: () => [] },
      checkTrunk: async (trunk) => {
        asked.push(trunk)
        return CHECK
      },
      ...network,
    },
    ...more,
  }
  return { ...aPlatform({ sip }), asked, changes: () => changes }
}

test('a trunk is made, read, listed, replaced and deleted', async () => {
  const { ask, clock, changes } = withSip()
  const body = {
    name: 'carrier',
    targets: [
      { host: 'sip.example.net' },
      { host: '192.0.2.7', port: 5062, transport: 'tcp', priority: 10, weight: 5 },
    ],
    auth: { username: 'us', password: 'hush-hush' },
    register: true,
    prefixes: ['+49', '+43'],
    numberFormat: { plusBecomes: '00' },
    callerId: '+4930123456',
    maxCalls: 10,
    maxCallsPerSecond: 2,
    from: ['198.51.100.0/24', '203.0.113.7', '2001:db8::/32'],
    srtp: true,
  }
  const made = await ask('POST', '/Trunks', body)
  assert.equal(made.statusCode, 201)
  const { sid } = made.json()
  assert.match(sid, /^TK[0-9a-f]{32}$/)
  const view = {
    ...body,
    sid,
    targets: [
      { host: 'sip.example.net', port: null, transport: 'udp', priority: 0, weight: 0 },
      { host: '192.0.2.7', port: 5062, transport: 'tcp', priority: 10, weight: 5 },
    ],
    auth: { username: 'us' },
    from: ['198.51.100.0/24', '203.0.113.7/32', '2001:db8::/32'],
    createdAt: '2030-01-01T00:00:00.000Z',
    updatedAt: '2030-01-01T00:00:00.000Z',
  }
  assert.deepEqual(made.json(), view)
  assert.deepEqual((await ask('GET', '/Trunks/carrier')).json(), view)
  assert.deepEqual((await ask('GET', '/Trunks')).json(), { trunks: [view], nextPageToken: null })

  await clock.advance(1000)
  const replaced = (await ask('PUT', '/Trunks/carrier', BARE)).json()
  assert.deepEqual(replaced, {
    name: 'carrier',
    sid,
    targets: [{ host: 'sip.example.net', port: null, transport: 'udp', priority: 0, weight: 0 }],
    auth: null,
    register: false,
    prefixes: ['+'],
    numberFormat: 'e164',
    callerId: null,
    maxCalls: null,
    maxCallsPerSecond: null,
    from: [],
    srtp: false,
    createdAt: '2030-01-01T00:00:00.000Z',
    updatedAt: '2030-01-01T00:00:01.000Z',
  })
  assert.equal((await ask('DELETE', '/Trunks/carrier')).statusCode, 204)
  assert.equal((await ask('GET', '/Trunks/carrier')).statusCode, 404)
  assert.equal(changes(), 3)
})

test('a password goes in and never comes out, and stays while nobody gives another', async () => {
  const { ask, asked, journal } = withSip()
  const auth = { username: 'us', password: 'hush-hush' }
  const answers = [
    await ask('POST', '/Trunks', { name: 'a', ...BARE, auth }),
    await ask('PUT', '/Trunks/a', { ...BARE, auth: { username: 'us' }, srtp: true }),
    await ask('GET', '/Trunks/a'),
    await ask('GET', '/Trunks'),
  ]
  for (const { statusCode, body } of answers) {
    assert.ok(statusCode < 300, body)
    assert.doesNotMatch(body, /hush|sealed/)
  }
  assert.doesNotMatch(JSON.stringify(journal.writes), /hush-hush/)
  await ask('POST', '/Trunks/a/Check')
  assert.deepEqual(asked[0]?.auth, auth)
  const other = await ask('PUT', '/Trunks/a', { ...BARE, auth: { username: 'them' } })
  assert.equal(other.json().message, 'Parameter auth.password is required')
})

test('a trunk is checked as it is', async () => {
  const { ask, asked } = withSip()
  const { sid } = (await ask('PUT', '/Trunks/a', { ...BARE, prefixes: [] })).json()
  assert.deepEqual((await ask('POST', '/Trunks/a/Check')).json(), {
    reachable: true,
    registered: null,
    sipResponseCode: 200,
    roundTripMs: 12,
    why: null,
  })
  assert.deepEqual([asked[0]?.sid, asked[0]?.accountSid, asked[0]?.prefixes], [sid, ACCOUNT, []])
  assert.equal((await ask('POST', '/Trunks/b/Check')).statusCode, 404)
})

test('where SIP listens nowhere trunks can be set up, not checked', async () => {
  const { ask } = withSip({ network: null })
  await ask('PUT', '/Trunks/a', BARE)
  const check = await ask('POST', '/Trunks/a/Check')
  assert.deepEqual([check.statusCode, check.json().code], [503, 20503])
  assert.match(check.json().message, /--sip udp:/)
  assert.equal((await ask('GET', '/Registrations')).statusCode, 503)
  assert.deepEqual((await ask('GET', '/Sip')).json(), { realm: 'phones', listeners: [] })
})

test('a password that was sealed with another key is to be set again', async () => {
  const first = withSip()
  await first.ask('PUT', '/Trunks/a', { ...BARE, auth: { username: 'us', password: 'hush' } })
  const second = withSip({ vault: createVault('another') })
  await second.journal.append(first.journal.writes)
  const check = await second.ask('POST', '/Trunks/a/Check')
  assert.deepEqual([check.statusCode, check.json().code], [409, 20409])
  assert.match(check.json().message, /set it again/)
})

test('trunks of one account are not seen by another, which may use the same names', async () => {
  const { ask } = withSip()
  const other = { account: OTHER_ACCOUNT }
  await ask('POST', '/Trunks', { name: 'a', ...BARE })
  assert.equal((await ask('GET', '/Trunks/a', undefined, other)).statusCode, 404)
  assert.equal((await ask('DELETE', '/Trunks/a', undefined, other)).statusCode, 404)
  assert.equal((await ask('POST', '/Trunks', { name: 'a', ...BARE }, other)).statusCode, 201)
  assert.equal((await ask('GET', '/Trunks')).json().trunks.length, 1)
})

test('trunks are listed in pages, by name', async () => {
  const { ask } = withSip()
  for (const name of ['c', 'a', 'b']) await ask('PUT', `/Trunks/${name}`, BARE)
  const names = (page: { trunks: { name: string }[] }) => page.trunks.map(({ name }) => name)
  const first = (await ask('GET', '/Trunks?pageSize=2')).json()
  assert.deepEqual(names(first), ['a', 'b'])
  const second = (await ask('GET', `/Trunks?pageSize=2&pageToken=${first.nextPageToken}`)).json()
  assert.deepEqual([names(second), second.nextPageToken], [['c'], null])
})

test('of those who make the same trunk at the same moment one does', async () => {
  const { ask } = withSip()
  const answers = await Promise.all([1, 2, 3].map(() => ask('POST', '/Trunks', { name: 'a', ...BARE })))
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [201, 409, 409])
  assert.equal((await ask('GET', '/Trunks')).json().trunks.length, 1)
})

test('an account has a hundred trunks, and no more', async () => {
  const { ask } = withSip()
  for (let n = 0; n < 100; n++) await ask('PUT', `/Trunks/t${n}`, BARE)
  const more = await ask('POST', '/Trunks', { name: 'one-more', ...BARE })
  assert.deepEqual([more.statusCode, more.json().code], [409, 20409])
  assert.equal((await ask('PUT', '/Trunks/t5', BARE)).statusCode, 200)
})

for (const [what, body, sentence] of [
  ['no target', {}, 'Parameter targets is required'],
  ['an empty list of targets', { targets: [] }, /^Parameter targets is not valid/],
  ['a target without a host', { targets: [{ port: 5060 }] }, 'Parameter targets[0].host is required'],
  [
    'a host that is an address of SIP',
    { targets: [{ host: 'sip:a@b' }] },
    "Parameter targets[0].host is not valid: 'sip:a@b', expected a host name or an address",
  ],
  [
    'a transport that trunks do not have',
    { targets: [{ host: 'a', transport: 'ws' }] },
    "Parameter targets[0].transport is not valid: 'ws', expected one of udp, tcp, tls",
  ],
  [
    'a port that is none',
    { targets: [{ host: 'a', port: 65_536 }] },
    "Parameter targets[0].port is not valid: '65536', expected at most 65535",
  ],
  ['a user without password', { ...BARE, auth: { username: 'us' } }, 'Parameter auth.password is required'],
  ['a registration of nobody', { ...BARE, register: true }, 'Parameter auth is required'],
  [
    'a prefix without plus',
    { ...BARE, prefixes: ['+49', '43'] },
    "Parameter prefixes[1] is not valid: '43', expected the beginning of a number such as +49, or + for all",
  ],
  [
    'a format of numbers that is none',
    { ...BARE, numberFormat: 'national' },
    `Parameter numberFormat is not valid: 'national', expected e164, no-plus or {"plusBecomes": "00"}`,
  ],
  ['no calls at all', { ...BARE, maxCalls: 0 }, "Parameter maxCalls is not valid: '0', expected at least 1"],
  [
    'a number of calls in words',
    { ...BARE, maxCalls: 'many' },
    "Parameter maxCalls is not valid: 'many', expected a whole number or null",
  ],
  [
    'a range that is none',
    { ...BARE, from: ['203.0.113.0/24', '203.0.113.0/33'] },
    "Parameter from[1] is not valid: '203.0.113.0/33', expected an address or a range such as 203.0.113.0/24",
  ],
  [
    'a caller that is an address',
    { ...BARE, callerId: 'sip:us@example.net' },
    /^Parameter callerId is not valid: 'sip:us@example.net', expected a number/,
  ],
  ['a misspelt member', { ...BARE, prefix: '+49' }, /^Parameter prefix is not valid: .* no parameter of this name$/],
] as const)
  test(`refused: ${what}`, async () => {
    const { ask, journal } = withSip()
    const answer = await ask('PUT', '/Trunks/a', body)
    assert.equal(answer.statusCode, 400, answer.body)
    const { message } = answer.json()
    if (typeof sentence === 'string') assert.equal(message, sentence)
    else assert.match(message, sentence)
    assert.deepEqual(journal.writes, [])
  })

test('a name that is none, or taken, is refused', async () => {
  const { ask } = withSip()
  assert.equal((await ask('PUT', '/Trunks/a%20b', BARE)).statusCode, 400)
  assert.equal((await ask('POST', '/Trunks', BARE)).json().message, 'Parameter name is required')
  await ask('POST', '/Trunks', { name: 'a', ...BARE })
  const taken = await ask('POST', '/Trunks', { name: 'a', ...BARE })
  assert.deepEqual([taken.statusCode, taken.json().message], [409, 'There already is a trunk a'])
})

test('registrations of the account’s own domains, in pages', async () => {
  const binding = (contact: string): Binding => ({
    contact,
    hop: { transport: 'udp', address: '192.0.2.9', port: 5062 },
    path: [],
    userAgent: 'Desk 1.0',
    instance: null,
    callId: 'x',
    cseq: 1,
    expiresAt: Date.UTC(2030, 0, 1, 1) as Instant,
  })
  const addresses: [string, Binding[]][] = ['sip:bob@a.example', 'sip:alice@a.example', 'sip:eve@b.example'].map(
    (address) => [address, [binding(`${address}:5062`)]],
  )
  const { ask, journal } = withSip({}, { registrar: { addresses: () => addresses } })
  for (const [accountSid, domainName] of [
    [ACCOUNT, 'a.example'],
    [OTHER_ACCOUNT, 'b.example'],
  ] as const) {
    const resource = { type: 'sip-domain', sid: domainName, accountSid, createdAt: 0 as Instant, row: { domainName } }
    await journal.append([{ kind: 'resource', resource: { ...resource, type: 'sip-domain' } }])
  }
  const first = (await ask('GET', '/Registrations?pageSize=1')).json()
  assert.deepEqual(first, {
    registrations: [
      {
        address: 'sip:alice@a.example',
        contacts: [
          {
            contact: 'sip:alice@a.example:5062',
            transport: 'udp',
            address: '192.0.2.9',
            port: 5062,
            userAgent: 'Desk 1.0',
            expiresAt: '2030-01-01T01:00:00.000Z',
          },
        ],
      },
    ],
    nextPageToken: 'sip:alice@a.example',
  })
  const second = (
    await ask('GET', `/Registrations?pageSize=1&pageToken=${encodeURIComponent(first.nextPageToken)}`)
  ).json()
  assert.deepEqual(
    [second.registrations.map(({ address }: { address: string }) => address), second.nextPageToken],
    [['sip:bob@a.example'], null],
  )
  const theirs = (await ask('GET', '/Registrations', undefined, { account: OTHER_ACCOUNT })).json()
  assert.deepEqual(
    theirs.registrations.map(({ address }: { address: string }) => address),
    ['sip:eve@b.example'],
  )
})
