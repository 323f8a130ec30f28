/** Who may call and register. */
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { AccountSid, Instant } from '../lib/ids.ts'
import { DIGEST_ALGORITHMS, parseChallenge } from '../wire/sip/digest.ts'
import { NONCE_LIFE_MS, Nonces } from '../wire/sip/nonces.ts'
import type { Hop } from '../wire/sip/transport.ts'
import { Admission, type AdmissionOptions, type Admitted, type Refused } from './admission.ts'
import type { SipDomain, SipTrunk } from './ports.ts'
import {
  ACCOUNT,
  aDirectory,
  aDomain,
  answerTo,
  aRequest,
  aTrunk,
  hop,
  OTHER_ACCOUNT,
  REALM,
  users,
} from './test-people.ts'

const ALICE = { username: 'alice', password: 'Secret-1234567' }
const CALLERS = users([ALICE.username, ALICE.password], ['bob', 'Another-1234567'])
const OFFICE = ['198.51.100.0/24']
const OURS = '203.0.113.1'

let now = 0
beforeEach(() => {
  now = Date.UTC(2030, 0, 1)
})

interface Has {
  domains?: SipDomain[]
  /** All at one address. */
  trunks?: SipTrunk[]
  numbers?: Readonly<Record<string, AccountSid>>
  more?: Partial<AdmissionOptions>
}

function anAdmission({ domains = [], trunks = [], numbers = {}, more = {} }: Has = {}) {
  return new Admission({
    directory: aDirectory({ domains, numbers }),
    nonces: new Nonces('secret', () => now as Instant),
    realm: REALM,
    algorithms: DIGEST_ALGORITHMS,
    isOpen: false,
    isOurs: (host) => host === OURS,
    trunkAt: async (address, accountSid = undefined) =>
      trunks.find((one) => address === '192.0.2.10' && (accountSid ?? one.accountSid) === one.accountSid) ?? null,
    ...more,
  })
}

const outcome = (result: Admitted | Refused) =>
  'challenge' in result
    ? 'challenge'
    : 'refused' in result
      ? result.refused
      : result.to === 'domain'
        ? `${result.domain.name} ${result.username ?? '-'}`
        : `number ${result.trunk?.name ?? result.domain?.name ?? '-'}`

const DOMAIN = 'sip:support@acme.example.com'
const NUMBER = 'sip:+15550123456@203.0.113.1'
const FAR = hop('203.0.113.99')

for (const [what, domain, from, isOpen, expected] of [
  ['without lists', aDomain(), FAR, false, 403],
  ['without lists, where all is open', aDomain(), FAR, true, 'acme.example.com -'],
  ['for an address list, from elsewhere', aDomain({ addresses: OFFICE }), FAR, false, 403],
  ['for an address list, from elsewhere, where all is open', aDomain({ addresses: OFFICE }), FAR, true, 403],
  ['for an address list, from there', aDomain({ addresses: OFFICE }), hop('198.51.100.7'), false, 'acme.example.com -'],
  ['for an empty address list', aDomain({ addresses: [] }), hop('198.51.100.7'), false, 403],
  ['for users', aDomain({ callers: CALLERS }), FAR, false, 'challenge'],
  ['for users, where all is open', aDomain({ callers: CALLERS }), FAR, true, 'challenge'],
  ['for both, from elsewhere', aDomain({ callers: CALLERS, addresses: OFFICE }), FAR, false, 403],
  ['for both, from there', aDomain({ callers: CALLERS, addresses: OFFICE }), hop('198.51.100.7'), false, 'challenge'],
  ['of secure calls, by UDP', aDomain({ addresses: OFFICE, secure: true }), hop('198.51.100.7'), false, 403],
  ['of secure calls, by TCP', aDomain({ addresses: OFFICE, secure: true }), hop('198.51.100.7', 'tcp'), false, 403],
  ['of secure calls, by TLS', aDomain({ addresses: OFFICE, secure: true }), hop('198.51.100.7', 'tls'), false, 'acme.example.com -'], // biome-ignore format: a table
  ['of secure calls, by WSS', aDomain({ addresses: OFFICE, secure: true }), hop('198.51.100.7', 'wss'), false, 'acme.example.com -'], // biome-ignore format: a table
] as const satisfies readonly (readonly [string, SipDomain, Hop, boolean, string | number])[])
  test(`a call to a domain ${what}: ${expected}`, async () => {
    const admission = anAdmission({ domains: [domain], more: { isOpen } })
    assert.equal(outcome(await admission.call(aRequest('INVITE', DOMAIN), from)), expected)
  })

const ONE = [aDomain({ addresses: ['198.51.100.7/32'] })]
const TWO = [...ONE, aDomain({ name: 'other.example.com', addresses: ['198.51.100.7/32'] })]
const PHONE = hop('198.51.100.7')
const TRUNK = hop('192.0.2.10')

for (const [what, uri, domains, from, isOpen, expected] of [
  ['a number, by a trunk', NUMBER, [], TRUNK, false, 'number carrier'],
  ['a number, by a trunk, beside a domain', NUMBER, ONE, TRUNK, false, 'number carrier'],
  ['a name at our address, by a trunk, beside a domain', `sip:bob@${OURS}`, ONE, TRUNK, false, 403],
  ['a name at our address, by a trunk', `sip:bob@${OURS}`, [], TRUNK, false, 'number carrier'],
  ['the domain, from a trunk', DOMAIN, ONE, TRUNK, false, 403],
  ['a number, by a stranger', NUMBER, [], FAR, false, 403],
  ['a number, by a stranger, where all is open', NUMBER, [], FAR, true, 'number -'],
  ['a number at our address, by a phone of the only domain', NUMBER, ONE, PHONE, false, 'acme.example.com -'],
  ['a name at our address, by a phone of the only domain', `sip:bob@${OURS}`, ONE, PHONE, false, 'acme.example.com -'],
  ['our address without a user, by a phone of the only domain', `sip:${OURS}`, ONE, PHONE, false, 'acme.example.com -'],
  ['our address, with two domains', `sip:bob@${OURS}`, TWO, PHONE, false, 403],
  ['one of two domains', DOMAIN, TWO, PHONE, false, 'acme.example.com -'],
  ['a domain in capitals', 'sip:support@ACME.example.com', ONE, PHONE, false, 'acme.example.com -'],
  ['a domain with a port', 'sips:support@acme.example.com:5061;transport=tls', ONE, PHONE, false, 'acme.example.com -'],
  ['a domain that is none of ours', 'sip:support@example.org', ONE, PHONE, false, 403],
  ['a telephone number without a host, by a trunk', 'tel:+15550123456', ONE, TRUNK, false, 'number carrier'],
  ['a telephone number without a host, by a stranger', 'tel:+15550123456', ONE, FAR, false, 403],
] as const satisfies readonly (readonly [string, string, SipDomain[], Hop, boolean, string | number])[])
  test(`who calls ${what}: ${expected}`, async () => {
    const admission = anAdmission({ domains, trunks: [aTrunk()], more: { isOpen } })
    assert.equal(outcome(await admission.call(aRequest('INVITE', uri), from)), expected)
  })

const USERS = [aDomain({ callers: CALLERS })]
const LISTLESS = [aDomain()]

for (const [what, owner, domains, from, isOpen, expected] of [
  ['a phone of the domain', ACCOUNT, ONE, PHONE, false, 'number acme.example.com'],
  ['a phone of the domain, where all is open', ACCOUNT, ONE, PHONE, true, 'number -'],
  ['a phone of the domain, of another account', OTHER_ACCOUNT, ONE, PHONE, false, 'acme.example.com -'],
  ['a phone of the domain, of another account, where all is open', OTHER_ACCOUNT, ONE, PHONE, true, 'number -'],
  ['a stranger, beside a domain with users', ACCOUNT, USERS, FAR, false, 'challenge'],
  ['a stranger, of another account, beside a domain with users', OTHER_ACCOUNT, USERS, FAR, false, 'challenge'],
  ['a stranger, beside a domain with users, where all is open', ACCOUNT, USERS, FAR, true, 'number -'],
  ['a stranger, beside a domain with addresses', ACCOUNT, ONE, FAR, false, 403],
  ['a stranger, beside a domain without lists', ACCOUNT, LISTLESS, FAR, false, 403],
  ['a stranger, beside two domains', ACCOUNT, TWO, FAR, false, 403],
  ['a trunk, beside a domain', ACCOUNT, ONE, TRUNK, false, 'number carrier'],
] as const satisfies readonly (readonly [string, AccountSid, SipDomain[], Hop, boolean, string | number])[])
  test(`who calls a number of ours at our address: ${what}: ${expected}`, async () => {
    const numbers = { '+15550123456': owner }
    const admission = anAdmission({ domains, numbers, trunks: [aTrunk()], more: { isOpen } })
    assert.equal(outcome(await admission.call(aRequest('INVITE', NUMBER), from)), expected)
  })

test('a number of ours at our address: the password of the domain, which is asked for, lets in', async () => {
  const admission = anAdmission({ domains: USERS, numbers: { '+15550123456': ACCOUNT } })
  const answer = answerTo(await challenged(admission, NUMBER), ALICE, { method: 'INVITE', uri: NUMBER })
  const admitted = await admission.call(aRequest('INVITE', NUMBER, answer), FAR)
  assert.equal(outcome(admitted), 'number acme.example.com')
  assert.equal('username' in admitted && admitted.username, ALICE.username)
})

test('a number of ours at the name of a domain is an address of the domain', async () => {
  const admission = anAdmission({ domains: ONE, numbers: { '+15550123456': ACCOUNT } })
  const invite = aRequest('INVITE', 'sip:+15550123456@acme.example.com')
  assert.equal(outcome(await admission.call(invite, PHONE)), 'acme.example.com -')
})

for (const [whose, owner, expected] of [
  ['of the first', ACCOUNT, 'number carrier'],
  ['of the second', OTHER_ACCOUNT, 'number wholesale'],
  ['of neither', 'AC00000000000000000000000000000003' as AccountSid, 'number carrier'],
  ['of nobody', null, 'number carrier'],
] as const)
  test(`two trunks at one address, and a number of the account ${whose}: ${expected}`, async () => {
    const trunks = [aTrunk(), aTrunk({ name: 'wholesale', accountSid: OTHER_ACCOUNT })]
    const admission = anAdmission({ trunks, numbers: owner ? { '+15550123456': owner } : {} })
    assert.equal(outcome(await admission.call(aRequest('INVITE', NUMBER), TRUNK)), expected)
  })

async function challenged(admission: Admission, uri = DOMAIN) {
  const result = await admission.call(aRequest('INVITE', uri), FAR)
  assert.ok('challenge' in result)
  return result.challenge
}

test('who is asked gets every algorithm that is set, best first', async () => {
  const domains = [aDomain({ callers: CALLERS })]
  const both = (await challenged(anAdmission({ domains }))).map(([name, value]) => [name, parseChallenge(value)])
  assert.deepEqual(
    both.map(([name, challenge]) => [name, typeof challenge === 'object' && challenge?.algorithm]),
    [
      ['WWW-Authenticate', 'SHA-256'],
      ['WWW-Authenticate', 'MD5'],
    ],
  )
  const one = await challenged(anAdmission({ domains, more: { algorithms: ['MD5'] } }))
  assert.deepEqual(
    one.map(([, value]) => parseChallenge(value)?.algorithm),
    ['MD5'],
  )
})

for (const algorithms of [['SHA-256'], ['MD5']] as const)
  test(`who answers rightly by ${algorithms} may call, once`, async () => {
    const admission = anAdmission({ domains: [aDomain({ callers: CALLERS })], more: { algorithms } })
    const answer = answerTo(await challenged(admission), ALICE, { method: 'INVITE', uri: DOMAIN })
    const call = () => admission.call(aRequest('INVITE', DOMAIN, answer), FAR)
    assert.equal(outcome(await call()), 'acme.example.com alice')
    const again = await call()
    assert.ok('challenge' in again)
    assert.equal(parseChallenge(again.challenge[0]![1])?.stale, true)
  })

test('a nonce is good for several requests, each with its own count', async () => {
  const admission = anAdmission({ domains: [aDomain({ callers: CALLERS })] })
  const challenge = await challenged(admission)
  const call = async (count: number) => {
    const answer = answerTo(challenge, ALICE, { method: 'INVITE', uri: DOMAIN, count })
    return outcome(await admission.call(aRequest('INVITE', DOMAIN, answer), FAR))
  }
  assert.deepEqual(
    [await call(1), await call(2), await call(2), await call(9), await call(3)],
    ['acme.example.com alice', 'acme.example.com alice', 'challenge', 'acme.example.com alice', 'challenge'],
  )
})

test('a nonce that is too old is answered anew, without asking a person', async () => {
  const admission = anAdmission({ domains: [aDomain({ callers: CALLERS })] })
  const answer = answerTo(await challenged(admission), ALICE, { method: 'INVITE', uri: DOMAIN })
  now += NONCE_LIFE_MS + 1
  const result = await admission.call(aRequest('INVITE', DOMAIN, answer), FAR)
  assert.ok('challenge' in result)
  assert.equal(parseChallenge(result.challenge[0]![1])?.stale, true)
})

test('a nonce of somebody else is none', async () => {
  const domains = [aDomain({ callers: CALLERS })]
  const other = anAdmission({ domains, more: { nonces: new Nonces('other', () => now as Instant) } })
  const answer = answerTo(await challenged(other), ALICE, { method: 'INVITE', uri: DOMAIN })
  const result = await anAdmission({ domains }).call(aRequest('INVITE', DOMAIN, answer), FAR)
  assert.ok('challenge' in result)
  assert.equal(parseChallenge(result.challenge[0]![1])?.stale, false)
})

for (const [what, user, about, expected] of [
  ['a wrong password', { ...ALICE, password: 'x' }, {}, 403],
  ['a user that is not there', { ...ALICE, username: 'carol' }, {}, 403],
  ['the password of another user', { username: 'bob', password: ALICE.password }, {}, 403],
  ['credentials of another method', ALICE, { method: 'REGISTER' }, 403],
  ['credentials for another host', ALICE, { uri: 'sip:support@example.org' }, 400],
  ['credentials for another user of the host', ALICE, { uri: 'sip:acme.example.com' }, 'acme.example.com alice'],
] as const)
  test(`${what}: ${expected}`, async () => {
    const admission = anAdmission({ domains: [aDomain({ callers: CALLERS })] })
    const answer = answerTo(await challenged(admission), user, { method: 'INVITE', uri: DOMAIN, ...about })
    assert.equal(outcome(await admission.call(aRequest('INVITE', DOMAIN, answer), FAR)), expected)
  })

test('credentials of another realm are passed over, those of ours are found behind them', async () => {
  const admission = anAdmission({ domains: [aDomain({ callers: CALLERS })] })
  const challenge = await challenged(admission)
  const theirs = challenge.map(([name, value]) => [name, value.replace(`"${REALM}"`, '"elsewhere"')] as const)
  const foreign = answerTo(theirs, ALICE, { method: 'INVITE', uri: DOMAIN })
  const own = answerTo(challenge, ALICE, { method: 'INVITE', uri: DOMAIN })
  assert.equal(outcome(await admission.call(aRequest('INVITE', DOMAIN, foreign), FAR)), 'challenge')
  const both = aRequest('INVITE', DOMAIN, foreign, ['Authorization', 'Basic abc'], own)
  assert.equal(outcome(await admission.call(both, FAR)), 'acme.example.com alice')
})

test('each domain has its own users', async () => {
  const other = aDomain({ name: 'other.example.com', callers: users(['carol', 'Third-12345678']) })
  const admission = anAdmission({ domains: [aDomain({ callers: CALLERS }), other] })
  const uri = 'sip:support@other.example.com'
  const answer = answerTo(await challenged(admission, uri), ALICE, { method: 'INVITE', uri })
  assert.equal(outcome(await admission.call(aRequest('INVITE', uri, answer), FAR)), 403)
})

const registered = (result: Awaited<ReturnType<Admission['registration']>>) =>
  'challenge' in result
    ? 'challenge'
    : 'refused' in result
      ? result.refused
      : `${result.domain.name} ${result.username}`

for (const [what, domain, uri, from, expected] of [
  ['at a domain', aDomain({ registrants: CALLERS }), 'sip:acme.example.com', FAR, 'challenge'],
  ['at our address', aDomain({ registrants: CALLERS }), `sip:${OURS}`, FAR, 'challenge'],
  ['at a domain that is none of ours', aDomain({ registrants: CALLERS }), 'sip:example.org', FAR, 404],
  ['where none may', aDomain({ registrants: CALLERS, registration: false }), 'sip:acme.example.com', FAR, 403],
  ['where callers are known only', aDomain({ callers: CALLERS }), 'sip:acme.example.com', FAR, 403],
  ['by UDP where all is secure', aDomain({ registrants: CALLERS, secure: true }), 'sip:acme.example.com', FAR, 403],
  ['by TLS where all is secure', aDomain({ registrants: CALLERS, secure: true }), 'sip:acme.example.com', hop('203.0.113.99', 'tls'), 'challenge'], // biome-ignore format: a table
] as const satisfies readonly (readonly [string, SipDomain, string, Hop, string | number])[])
  test(`who registers ${what}: ${expected}`, async () => {
    const admission = anAdmission({ domains: [domain] })
    assert.equal(registered(await admission.registration(aRequest('REGISTER', uri), from)), expected)
  })

test('who registers and knows the password is known', async () => {
  const admission = anAdmission({ domains: [aDomain({ registrants: CALLERS })] })
  const uri = 'sip:acme.example.com'
  const asked = await admission.registration(aRequest('REGISTER', uri), FAR)
  assert.ok('challenge' in asked)
  const answer = answerTo(asked.challenge, ALICE, { method: 'REGISTER', uri })
  assert.equal(
    registered(await admission.registration(aRequest('REGISTER', uri, answer), FAR)),
    'acme.example.com alice',
  )
})
