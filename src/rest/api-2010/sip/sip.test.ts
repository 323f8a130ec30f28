// SIP domains, lists and mappings through the reference's own client, over a socket; and what is refused.
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import twilio from 'twilio'
import type { ResourceType } from '../../../journal/store.ts'
import { type AccountSid, newSid } from '../../../lib/ids.ts'
import { userHash } from '../../../wire/sip/digest.ts'
import { createRestServer } from '../../server.ts'
import { ACCOUNT, authorization, fakePlatform, NOW, STRANGER, SUBACCOUNT, TOKEN } from '../fakes.ts'

const base = `/2010-04-01/Accounts/${ACCOUNT}/SIP`
const REALM = 'phones'
const PASSWORD = 'CorrectHorse9Battery'
const NO_DOMAIN = `SD${'0'.repeat(32)}`
const NO_LIST = `CL${'0'.repeat(32)}`

async function listening(t: TestContext) {
  const fake = await fakePlatform()
  let changes = 0
  const sip = { realm: REALM, changed: () => void changes++ }
  const app = createRestServer({ ...fake.deps, sip })
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => app.close())
  const client = twilio(ACCOUNT, TOKEN)
  client.api.baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  return {
    ...fake,
    app,
    client,
    sip: client.api.v2010.accounts(ACCOUNT).sip,
    changes: () => changes,
    get: async (path: string) =>
      (await app.inject({ url: `${base}${path}`, headers: { authorization: authorization() } })).json(),
  }
}

const refusal = (code: number, status: number) => (error: { code?: number; status?: number }) =>
  error.code === code && error.status === status

const DATES = { date_created: 'Tue, 11 Aug 2020 17:44:08 +0000', date_updated: 'Tue, 11 Aug 2020 17:44:08 +0000' }

test('a domain is made, opened to users and addresses, and taken away again', async (t) => {
  const { client, get, store, changes } = await listening(t)
  const { sip } = client
  const domain = await sip.domains.create({
    domainName: 'Office.Example.com',
    voiceUrl: 'https://app.example/voice',
    voiceStatusCallbackUrl: 'https://app.example/status',
    voiceStatusCallbackMethod: 'GET',
    sipRegistration: true,
  })
  assert.deepEqual(
    [domain.domainName, domain.friendlyName, domain.authType],
    [...Array(2).fill('office.example.com'), ''],
  )

  const users = await sip.credentialLists.create({ friendlyName: 'desk phones' })
  const alice = await sip.credentialLists(users.sid).credentials.create({ username: 'alice', password: PASSWORD })
  const offices = await sip.ipAccessControlLists.create({ friendlyName: 'offices' })
  const addresses = sip.ipAccessControlLists(offices.sid).ipAddresses
  const one = await addresses.create({ friendlyName: 'Berlin', ipAddress: '203.0.113.7' })
  const range = await addresses.create({ friendlyName: 'Ulm', ipAddress: '198.51.100.0', cidrPrefixLength: 24 })
  assert.deepEqual([one.cidrPrefixLength, range.cidrPrefixLength], [32, 24])

  const { calls, registrations } = sip.domains(domain.sid).auth
  const mapped = await calls.credentialListMappings.create({ credentialListSid: users.sid })
  assert.deepEqual([mapped.sid, mapped.friendlyName, mapped.accountSid], [users.sid, 'desk phones', ACCOUNT])
  await registrations.credentialListMappings.create({ credentialListSid: users.sid })
  await calls.ipAccessControlListMappings.create({ ipAccessControlListSid: offices.sid })
  assert.equal((await sip.domains(domain.sid).fetch()).authType, 'IP_ACL,CREDENTIAL_LIST')
  assert.deepEqual(
    (await registrations.credentialListMappings.list()).map(({ sid }) => sid),
    [users.sid],
  )
  // The older paths are those for calls.
  const older = await sip.domains(domain.sid).credentialListMappings(users.sid).fetch()
  assert.deepEqual([older.domainSid, older.friendlyName], [domain.sid, 'desk phones'])
  assert.equal((await sip.domains(domain.sid).ipAccessControlListMappings.list()).length, 1)

  const domainUri = `${base}/Domains/${domain.sid}`
  const listUri = `${base}/CredentialLists/${users.sid}`
  const addressesUri = `${base}/IpAccessControlLists/${offices.sid}`
  for (const [path, shown] of [
    [
      `/Domains/${domain.sid}.json`,
      {
        account_sid: ACCOUNT,
        api_version: '2010-04-01',
        auth_type: 'IP_ACL,CREDENTIAL_LIST',
        byoc_trunk_sid: null,
        ...DATES,
        domain_name: 'office.example.com',
        emergency_caller_sid: null,
        emergency_calling_enabled: false,
        friendly_name: 'office.example.com',
        secure: false,
        sid: domain.sid,
        sip_registration: true,
        subresource_uris: {
          credential_list_mappings: `${domainUri}/CredentialListMappings.json`,
          ip_access_control_list_mappings: `${domainUri}/IpAccessControlListMappings.json`,
        },
        uri: `${domainUri}.json`,
        voice_fallback_method: 'POST',
        voice_fallback_url: null,
        voice_method: 'POST',
        voice_status_callback_method: 'GET',
        voice_status_callback_url: 'https://app.example/status',
        voice_url: 'https://app.example/voice',
      },
    ],
    [
      `/CredentialLists/${users.sid}.json`,
      {
        account_sid: ACCOUNT,
        ...DATES,
        friendly_name: 'desk phones',
        sid: users.sid,
        subresource_uris: { credentials: `${listUri}/Credentials.json` },
        uri: `${listUri}.json`,
      },
    ],
    [
      `/CredentialLists/${users.sid}/Credentials/${alice.sid}.json`,
      {
        account_sid: ACCOUNT,
        credential_list_sid: users.sid,
        ...DATES,
        sid: alice.sid,
        uri: `${listUri}/Credentials/${alice.sid}.json`,
        username: 'alice',
      },
    ],
    [
      `/IpAccessControlLists/${offices.sid}.json`,
      {
        account_sid: ACCOUNT,
        ...DATES,
        friendly_name: 'offices',
        sid: offices.sid,
        subresource_uris: { ip_addresses: `${addressesUri}/IpAddresses.json` },
        uri: `${addressesUri}.json`,
      },
    ],
    [
      `/IpAccessControlLists/${offices.sid}/IpAddresses/${range.sid}.json`,
      {
        account_sid: ACCOUNT,
        cidr_prefix_length: 24,
        ...DATES,
        friendly_name: 'Ulm',
        ip_access_control_list_sid: offices.sid,
        ip_address: '198.51.100.0',
        sid: range.sid,
        uri: `${addressesUri}/IpAddresses/${range.sid}.json`,
      },
    ],
    [
      `/Domains/${domain.sid}/Auth/Calls/CredentialListMappings/${users.sid}.json`,
      { account_sid: ACCOUNT, ...DATES, friendly_name: 'desk phones', sid: users.sid },
    ],
    [
      `/Domains/${domain.sid}/CredentialListMappings/${users.sid}.json`,
      {
        account_sid: ACCOUNT,
        ...DATES,
        domain_sid: domain.sid,
        friendly_name: 'desk phones',
        sid: users.sid,
        uri: `${domainUri}/CredentialListMappings/${users.sid}.json`,
      },
    ],
  ] as const)
    assert.deepEqual(await get(path), shown, path)

  // A list that is in use stays.
  await assert.rejects(sip.credentialLists(users.sid).remove(), refusal(21241, 400))
  await assert.rejects(sip.ipAccessControlLists(offices.sid).remove(), refusal(21236, 400))
  assert.equal(await calls.credentialListMappings(users.sid).remove(), true)
  assert.equal((await sip.domains(domain.sid).fetch()).authType, 'IP_ACL')
  await assert.rejects(sip.credentialLists(users.sid).remove(), refusal(21241, 400))

  const before = changes()
  assert.equal(await sip.domains(domain.sid).remove(), true)
  assert.ok(changes() > before)
  assert.equal(await sip.credentialLists(users.sid).remove(), true)
  assert.equal(await sip.ipAccessControlLists(offices.sid).remove(), true)
  const types: ResourceType[] = [
    'sip-domain',
    'sip-credential-list',
    'sip-credential',
    'sip-ip-list',
    'sip-ip-address',
    'sip-mapping',
  ]
  for (const type of types) assert.deepEqual(await store.resources(type), [], `${type} left over`)
})

test('a password is nowhere: not in the store, not in an answer, not in an error', async (t) => {
  const { app, sip, store } = await listening(t)
  const { sid } = await sip.credentialLists.create({ friendlyName: 'phones' })
  const post = (form: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url: `${base}/CredentialLists/${sid}/Credentials.json`,
      headers: { authorization: authorization(), 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    })
  const answers = [
    await post({ Username: 'alice', Password: PASSWORD }),
    await post({ Username: 'alice', Password: PASSWORD }),
    await post({ Username: 'bob', Password: 'secret-hush' }),
    await post({ Username: 'b b', Password: PASSWORD }),
  ]
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [201, 400, 400, 400],
  )
  const [row] = await store.resources('sip-credential')
  assert.deepEqual((row!.row as { hashes: unknown }).hashes, {
    md5: userHash('MD5', 'alice', REALM, PASSWORD),
    sha256: userHash('SHA-256', 'alice', REALM, PASSWORD),
  })
  const everything = [...answers.map(({ body }) => body), JSON.stringify([row, store.exchanges, store.facts])].join()
  assert.doesNotMatch(everything, new RegExp(`${PASSWORD}|secret-hush`))
})

test('a new password is another hash; nothing said is nothing changed', async (t) => {
  const { sip, store } = await listening(t)
  const { sid } = await sip.credentialLists.create({ friendlyName: 'phones' })
  const credentials = sip.credentialLists(sid).credentials
  const alice = await credentials.create({ username: 'alice', password: PASSWORD })
  const md5 = async () => ((await store.resources('sip-credential'))[0]!.row as { hashes: { md5: string } }).hashes.md5
  await credentials(alice.sid).update({})
  assert.equal(await md5(), userHash('MD5', 'alice', REALM, PASSWORD))
  await credentials(alice.sid).update({ password: `${PASSWORD}2` })
  assert.equal(await md5(), userHash('MD5', 'alice', REALM, `${PASSWORD}2`))
})

test('a domain keeps what an update does not name, and may get another name', async (t) => {
  const { sip } = await listening(t)
  const { sid } = await sip.domains.create({
    domainName: 'one.example',
    friendlyName: 'One',
    voiceUrl: 'http://a.example/',
  })
  const changed = await sip.domains(sid).update({ secure: true, voiceMethod: 'GET', domainName: 'uno.example' })
  assert.deepEqual(
    [changed.secure, changed.voiceMethod, changed.voiceUrl, changed.friendlyName, changed.domainName],
    [true, 'GET', 'http://a.example/', 'One', 'uno.example'],
  )
  // The old name is free, its own is no other's.
  await sip.domains.create({ domainName: 'one.example' })
  await sip.domains(sid).update({ domainName: 'uno.example', friendlyName: '' })
  assert.equal((await sip.domains(sid).fetch()).friendlyName, 'uno.example')
  await assert.rejects(sip.domains(sid).update({ domainName: 'one.example' }), refusal(21231, 400))
})

test('another address is a whole one again, unless its range is given with it', async (t) => {
  const { sip } = await listening(t)
  const { sid } = await sip.ipAccessControlLists.create({ friendlyName: 'offices' })
  const addresses = sip.ipAccessControlLists(sid).ipAddresses
  const made = await addresses.create({ friendlyName: 'Ulm', ipAddress: '198.51.100.0', cidrPrefixLength: 24 })
  const steps = [
    [{ friendlyName: 'Ulm 2' }, '198.51.100.0', 24],
    [{ cidrPrefixLength: 25 }, '198.51.100.0', 25],
    [{ ipAddress: '2001:db8::1' }, '2001:db8::1', 128],
    [{ ipAddress: '2001:db8::', cidrPrefixLength: 32 }, '2001:db8::', 32],
  ] as const
  for (const [update, ipAddress, bits] of steps) {
    const changed = await addresses(made.sid).update(update)
    assert.deepEqual([changed.ipAddress, changed.cidrPrefixLength], [ipAddress, bits])
  }
  assert.equal((await addresses(made.sid).fetch()).friendlyName, 'Ulm 2')
})

test('lists are in pages, oldest first, of one account', async (t) => {
  const { sip, client, get } = await listening(t)
  for (const name of ['a', 'b', 'c']) await sip.domains.create({ domainName: `${name}.example` })
  await client.api.v2010.accounts(SUBACCOUNT).sip.domains.create({ domainName: 'd.example' })
  const names = (await sip.domains.list({ pageSize: 2 })).map(({ domainName }) => domainName)
  assert.deepEqual(names, ['a.example', 'b.example', 'c.example'])
  const [domain] = await sip.domains.list()
  for (const name of ['x', 'y', 'z']) {
    const list = await sip.credentialLists.create({ friendlyName: name })
    await sip.credentialLists(list.sid).credentials.create({ username: name, password: PASSWORD })
    await sip.domains(domain!.sid).auth.calls.credentialListMappings.create({ credentialListSid: list.sid })
  }
  const mappings = await sip.domains(domain!.sid).auth.calls.credentialListMappings.list({ pageSize: 2 })
  assert.deepEqual(
    mappings.map(({ friendlyName }) => friendlyName),
    ['x', 'y', 'z'],
  )
  assert.deepEqual(
    Object.keys(await get(`/Domains/${domain!.sid}/Auth/Calls/CredentialListMappings.json`)).at(0),
    'contents',
  )
  const [x] = await sip.credentialLists.list()
  assert.deepEqual(
    (await sip.credentialLists(x!.sid).credentials.list()).map(({ username }) => username),
    ['x'],
  )
})

test('two who want one name at the same moment: one has it', async (t) => {
  const { sip } = await listening(t)
  const { sid } = await sip.credentialLists.create({ friendlyName: 'phones' })
  for (const ask of [
    () => sip.domains.create({ domainName: 'same.example' }),
    () => sip.credentialLists.create({ friendlyName: 'same' }),
    () => sip.credentialLists(sid).credentials.create({ username: 'same', password: PASSWORD }),
  ]) {
    const results = await Promise.allSettled([ask(), ask(), ask()])
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  }
})

test('there are limits', async (t) => {
  const { sip, store } = await listening(t)
  const users = await sip.credentialLists.create({ friendlyName: 'phones' })
  const offices = await sip.ipAccessControlLists.create({ friendlyName: 'offices' })
  const fill = (type: ResourceType, count: number, row: (n: number) => object) =>
    store.append(
      Array.from({ length: count }, (_, n) => ({
        kind: 'resource',
        resource: { type, sid: newSid('XX'), accountSid: ACCOUNT as AccountSid, createdAt: NOW, row: row(n) },
      })),
    )
  await fill('sip-domain', 100, (n) => ({ domainName: `d${n}.example` }))
  await fill('sip-credential', 1000, (n) => ({ credentialListSid: users.sid, username: `u${n}` }))
  await fill('sip-ip-address', 100, () => ({ addressListSid: offices.sid }))
  await assert.rejects(sip.domains.create({ domainName: 'one-more.example' }), refusal(21230, 400))
  const { credentials } = sip.credentialLists(users.sid)
  await assert.rejects(credentials.create({ username: 'one-more', password: PASSWORD }), refusal(21242, 400))
  const { ipAddresses } = sip.ipAccessControlLists(offices.sid)
  await assert.rejects(ipAddresses.create({ friendlyName: 'x', ipAddress: '203.0.113.1' }), refusal(21237, 400))
  for (let n = 1; n < 100; n++) await sip.credentialLists.create({ friendlyName: `list ${n}` })
  await assert.rejects(sip.credentialLists.create({ friendlyName: 'one more' }), refusal(21239, 400))
})

test('what is refused', async (t) => {
  const { sip, client } = await listening(t)
  const { domains, credentialLists, ipAccessControlLists } = sip
  const domain = await domains.create({ domainName: 'office.example.com' })
  const users = await credentialLists.create({ friendlyName: 'phones' })
  const offices = await ipAccessControlLists.create({ friendlyName: 'offices' })
  const { calls, registrations } = domains(domain.sid).auth
  await calls.credentialListMappings.create({ credentialListSid: users.sid })
  const { credentials } = credentialLists(users.sid)
  const alice = await credentials.create({ username: 'alice', password: PASSWORD })
  const { ipAddresses } = ipAccessControlLists(offices.sid)
  const others = await credentialLists.create({ friendlyName: 'others' })
  const stranger = client.api.v2010.accounts(STRANGER).sip
  const ip = (ipAddress: string, cidrPrefixLength?: number) =>
    ipAddresses.create({ friendlyName: 'x', ipAddress, ...(cidrPrefixLength !== undefined && { cidrPrefixLength }) })
  const user = (username: string, password = PASSWORD) => credentials.create({ username, password })
  const mapping = (credentialListSid: string) => calls.credentialListMappings.create({ credentialListSid })
  const refused: readonly [string, () => Promise<unknown>, number, number][] = [
    ['a name that is taken', () => domains.create({ domainName: 'OFFICE.example.com' }), 21231, 400],
    ['no name', () => domains.create({ domainName: '' }), 21232, 400],
    ['an address for a name', () => domains.create({ domainName: '203.0.113.7' }), 21232, 400],
    ['an underscore', () => domains.create({ domainName: 'my_office.example' }), 21232, 400],
    ['a label of 64 characters', () => domains.create({ domainName: `${'a'.repeat(64)}.example` }), 21232, 400],
    ['a URL that is none', () => domains(domain.sid).update({ voiceUrl: 'app' }), 21231, 400],
    ['a method that is none', () => domains(domain.sid).update({ voiceMethod: 'PUT' }), 21231, 400],
    ['a trunk that is none', () => domains(domain.sid).update({ byocTrunkSid: 'TK1' }), 21231, 400],
    ['a name of 65 characters', () => domains(domain.sid).update({ friendlyName: 'x'.repeat(65) }), 21231, 400],
    ['a domain that is not there', () => domains(NO_DOMAIN).fetch(), 20404, 404],
    ['a domain of a stranger', () => stranger.domains(domain.sid).fetch(), 20404, 404],

    ['a list without a name', () => credentialLists.create({ friendlyName: '' }), 21240, 400],
    ['the name of another list', () => credentialLists.create({ friendlyName: 'phones' }), 21240, 400],
    ['renaming it so', () => credentialLists(others.sid).update({ friendlyName: 'phones' }), 21240, 400],
    ['a list that is not there', () => credentialLists(NO_LIST).fetch(), 20404, 404],
    ['users of a list that is not there', () => credentialLists(NO_LIST).credentials.list(), 20404, 404],
    ['a user of another list', () => credentialLists(others.sid).credentials(alice.sid).fetch(), 20404, 404],
    ['a user twice', () => user('alice'), 21243, 400],
    ['a user without a name', () => user(''), 21243, 400],
    ['a user of 33 characters', () => user('x'.repeat(33)), 21243, 400],
    ['a colon in a user', () => user('a:b'), 21243, 400],
    ['a password of 11 characters', () => user('bob', 'Abcdefghij1'), 21243, 400],
    ['a password of 129', () => user('bob', `Aa1${'x'.repeat(126)}`), 21243, 400],
    ['a password without a digit', () => user('bob', 'CorrectHorseBattery'), 21243, 400],
    ['a password in one case', () => user('bob', 'correct9horse9battery'), 21243, 400],
    ['a control character in it', () => user('bob', `${PASSWORD}\n`), 21243, 400],
    ['a new password that is weak', () => credentials(alice.sid).update({ password: 'weak' }), 21243, 400],

    ['an address list without a name', () => ipAccessControlLists.create({ friendlyName: '' }), 21235, 400],
    ['a name of 256 characters', () => ipAccessControlLists.create({ friendlyName: 'x'.repeat(256) }), 21235, 400],
    ['a host name for an address', () => ip('office.example.com'), 21238, 400],
    ['half an address', () => ip('203.0.113'), 21238, 400],
    ['a range in the address', () => ip('203.0.113.0/24'), 21238, 400],
    ['an address of one machine', () => ip('fe80::1%eth0'), 21238, 400],
    ['an IPv4 address inside IPv6', () => ip('::ffff:203.0.113.7'), 21238, 400],
    ['everybody', () => ip('0.0.0.0', 0), 21238, 400],
    ['33 bits of 32', () => ip('203.0.113.7', 33), 21238, 400],

    ['a list that is mapped already', () => mapping(users.sid), 21231, 400],
    ['a list of no account', () => mapping(NO_LIST), 21231, 400],
    ['a list of addresses as one of users', () => mapping(offices.sid), 21231, 400],
    ['a mapping that is not there', () => calls.credentialListMappings(others.sid).fetch(), 20404, 404],
    [
      'one for calls as one for registrations',
      () => registrations.credentialListMappings(users.sid).fetch(),
      20404,
      404,
    ],
    ['mappings of no domain', () => domains(NO_DOMAIN).auth.calls.credentialListMappings.list(), 20404, 404],
  ]
  for (const [what, ask, code, status] of refused) await assert.rejects(ask(), refusal(code, status), what)
})
