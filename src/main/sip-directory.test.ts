// Domains, lists and mappings as the network sees them. Rows are written as the REST door writes them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResourceRow, ResourceType } from '../journal/store.ts'
import type { AccountSid, Instant, Sid } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import { createVault } from '../lib/vault.ts'
import type { SipDomainRow } from '../rest/api-2010/rows.ts'
import { type CredentialRow, type MappingKind, mappingSid } from '../rest/api-2010/sip/rows.ts'
import type { TrunkRow } from '../rest/ringback-v1/sip/trunk-row.ts'
import { StoredSipDirectory } from './sip-directory.ts'

const ACCOUNT = `AC${'a'.repeat(32)}` as AccountSid
const AT = 1_800_000_000_000 as Instant
const vault = createVault('a key')

function aDirectory() {
  let now = AT
  let reads = 0
  const rows = new Map<string, ResourceRow>()
  const said: string[] = []
  const directory = new StoredSipDirectory({
    store: {
      resources: async (type) => {
        reads++
        return [...rows.values()].filter((row) => row.type === type)
      },
    },
    vault,
    clock: { now: () => now },
    logger: { error: (_about: object, text: string) => void said.push(text) } as unknown as Logger,
  })
  const put = (type: ResourceType, sid: string, row: unknown) =>
    rows.set(`${type} ${sid}`, { type, sid, accountSid: ACCOUNT, createdAt: AT, row })
  return {
    directory,
    said,
    reads: () => reads,
    pass: (ms: number) => {
      now = (now + ms) as Instant
    },
    remove: (type: ResourceType, sid: string) => rows.delete(`${type} ${sid}`),
    domain: (sid: string, domainName: string, more: Partial<SipDomainRow> = {}) =>
      put('sip-domain', sid, { domainName, sipRegistration: false, secure: false, ...more }),
    number: (sid: string, phoneNumber: string) => put('number', sid, { phoneNumber }),
    user: (credentialListSid: string, username: string, password = 'x') =>
      put('sip-credential', `${credentialListSid}/${username}`, {
        credentialListSid,
        username,
        hashes: { md5: `md5 ${password}`, sha256: `sha ${password}` },
        updatedAt: AT,
      } satisfies CredentialRow),
    address: (addressListSid: string, ipAddress: string, cidrPrefixLength: number) =>
      put('sip-ip-address', ipAddress, {
        addressListSid,
        ipAddress,
        cidrPrefixLength,
        friendlyName: '',
        updatedAt: AT,
      }),
    map: (domainSid: string, kind: MappingKind, listSid: string) =>
      put('sip-mapping', mappingSid({ domainSid, kind, listSid }), { domainSid, kind, listSid }),
    trunk: (name: string, auth: TrunkRow['auth'] = null) => {
      const sid = `TK${name}` as Sid<'TK'>
      const targets = [{ host: 'sip.example', port: null, transport: 'udp', priority: 0, weight: 0 }] as const
      const limits = { callerId: null, maxCalls: null, maxCallsPerSecond: null }
      const ways = { register: false, prefixes: ['+'], numberFormat: 'e164', from: [], srtp: false } as const
      put('sip-trunk', sid, { name, targets, auth, ...limits, ...ways, updatedAt: AT } satisfies TrunkRow)
      return sid
    },
  }
}

test('a domain without mappings has no lists at all: null, not empty', async () => {
  const { directory, domain } = aDirectory()
  domain('SD1', 'office.example', { sipRegistration: true, secure: true })
  assert.deepEqual(await directory.domain('office.example'), {
    sid: 'SD1',
    accountSid: ACCOUNT,
    name: 'office.example',
    registration: true,
    secure: true,
    callers: null,
    registrants: null,
    addresses: null,
  })
})

test('an empty list that is mapped lets nobody in', async () => {
  const { directory, domain, map } = aDirectory()
  domain('SD1', 'office.example')
  map('SD1', 'call-credentials', 'CL1')
  map('SD1', 'call-addresses', 'AL1')
  const found = await directory.domain('office.example')
  assert.deepEqual([found?.callers?.size, found?.addresses, found?.registrants], [0, [], null])
})

test('all lists of a kind are merged, and of two users of one name the first mapped counts', async () => {
  const { directory, domain, map, user, address } = aDirectory()
  domain('SD1', 'office.example')
  domain('SD2', 'other.example')
  for (const [list, name, password] of [
    ['CL1', 'alice', 'one'],
    ['CL1', 'bob', 'one'],
    ['CL2', 'alice', 'two'],
    ['CL2', 'carol', 'two'],
    ['CL3', 'dave', 'three'],
  ] as const)
    user(list, name, password)
  address('AL1', '203.0.113.7', 32)
  address('AL2', '2001:db8::', 32)
  address('AL3', '198.51.100.0', 24)
  map('SD1', 'call-credentials', 'CL2')
  map('SD1', 'call-credentials', 'CL1')
  map('SD1', 'registration-credentials', 'CL3')
  map('SD1', 'call-addresses', 'AL1')
  map('SD1', 'call-addresses', 'AL2')
  map('SD2', 'call-credentials', 'CL3')
  const found = await directory.domain('office.example')
  assert.deepEqual([...found!.callers!.keys()].sort(), ['alice', 'bob', 'carol'])
  assert.deepEqual(found?.callers?.get('alice'), { username: 'alice', hashes: { md5: 'md5 two', sha256: 'sha two' } })
  assert.deepEqual([...found!.registrants!.keys()], ['dave'])
  assert.deepEqual(found?.addresses, ['203.0.113.7/32', '2001:db8::/32'])
  const other = await directory.domain('other.example')
  assert.deepEqual([[...other!.callers!.keys()], other?.registrants, other?.addresses], [['dave'], null, null])
})

test('names are found in any case, and what is not there is null', async () => {
  const { directory, domain } = aDirectory()
  domain('SD1', 'office.example')
  assert.equal((await directory.domain('Office.EXAMPLE'))?.sid, 'SD1')
  assert.equal(await directory.domain('example'), null)
  assert.equal(await directory.domain(''), null)
})

test('the only domain is there while it is the only one', async () => {
  const { directory, domain } = aDirectory()
  assert.equal(await directory.onlyDomain(), null)
  domain('SD1', 'office.example')
  directory.changed()
  assert.equal((await directory.onlyDomain())?.sid, 'SD1')
  domain('SD2', 'other.example')
  directory.changed()
  assert.equal(await directory.onlyDomain(), null)
})

test('whose a number is', async () => {
  const { directory, number, remove } = aDirectory()
  number('PN1', '+15550123456')
  assert.deepEqual([await directory.ownerOf('+15550123456'), await directory.ownerOf('+15550123457')], [ACCOUNT, null])
  remove('number', 'PN1')
  assert.equal(await directory.ownerOf('+15550123456'), null)
})

test('the store is read once; a write is seen at once, another node’s after ten seconds', async () => {
  const { directory, domain, user, map, reads, pass, remove } = aDirectory()
  domain('SD1', 'office.example')
  user('CL1', 'alice')
  map('SD1', 'call-credentials', 'CL1')
  const first = await directory.domain('office.example')
  const once = reads()
  assert.equal(await directory.domain('office.example'), first)
  await directory.trunks()
  assert.equal(reads(), once)

  user('CL1', 'bob')
  directory.changed()
  assert.equal((await directory.domain('office.example'))?.callers?.size, 2)

  remove('sip-credential', 'CL1/bob')
  pass(9_999)
  assert.equal((await directory.domain('office.example'))?.callers?.size, 2)
  pass(1)
  assert.equal((await directory.domain('office.example'))?.callers?.size, 1)
})

test('what was asked while a write was under way is not kept', async () => {
  const { directory, domain } = aDirectory()
  const early = directory.domain('office.example')
  domain('SD1', 'office.example')
  directory.changed()
  const late = directory.domain('office.example')
  await early
  assert.equal((await late)?.sid, 'SD1')
  assert.equal((await directory.domain('office.example'))?.sid, 'SD1')
})

test('a store that fails is asked again', async () => {
  let fails = true
  const store = {
    resources: async () => {
      if (fails) throw new Error('closed')
      return []
    },
  }
  const logger = {} as Logger
  const directory = new StoredSipDirectory({ store, vault, clock: { now: () => AT }, logger })
  await assert.rejects(directory.trunks(), /closed/)
  fails = false
  assert.deepEqual(await directory.trunks(), [])
})

test('trunks come in the order of their names, with their passwords', async () => {
  const { directory, trunk } = aDirectory()
  trunk('b')
  trunk('a', { username: 'us', sealedPassword: vault.seal('hush', 'TKa') })
  const found = await directory.trunks()
  assert.deepEqual(
    found.map(({ name, auth }) => [name, auth]),
    [
      ['a', { username: 'us', password: 'hush' }],
      ['b', null],
    ],
  )
  assert.deepEqual(Object.keys(found[0]!).includes('updatedAt'), false)
})

test('a trunk whose password is sealed with another key is there without it, and the log says so once', async () => {
  const { directory, trunk, said } = aDirectory()
  trunk('a', { username: 'us', sealedPassword: createVault('another').seal('hush', 'TKa') })
  for (let look = 0; look < 3; look++) {
    assert.deepEqual((await directory.trunks())[0]?.auth, null)
    directory.changed()
  }
  assert.deepEqual(said, ['the password of a trunk cannot be read'])
})
