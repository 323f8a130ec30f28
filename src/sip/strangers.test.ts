/** What strangers, scanners and floods are told, and from when on nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SipHeaders } from '../wire/sip/headers.ts'
import type { SipRequest, SipResponse } from '../wire/sip/message.ts'
import type { Party } from '../wire/sip/session/test-parties.ts'
import { newCallId } from '../wire/sip/transaction/tokens.ts'
import { CHALLENGES_PER_MINUTE, REFUSALS_PER_MINUTE } from './source-limits.ts'
import { Bed, RINGBACK, sound } from './test-bed.ts'
import { aDomain, answerTo, aTarget, aTrunk, users } from './test-people.ts'

const ALICE = { username: 'alice', password: 'Secret-1234567' }
const DOMAIN = aDomain({ registrants: users([ALICE.username, ALICE.password]) })

/** Sends a request outside of any dialog. @returns its final answer; null: none came in the time */
async function ask(bed: Bed, party: Party, method: string, uri: string, ...fields: [string, string][]) {
  const headers = new SipHeaders()
    .append('From', `<sip:${party.name}@${party.own.address}>;tag=${newCallId().slice(0, 8)}`)
    .append('To', `<${uri}>`)
    .append('Call-ID', newCallId())
    .append('CSeq', `1 ${method}`)
  for (const [name, value] of fields) headers.set(name, value)
  const request: SipRequest = { kind: 'request', method, uri, headers, body: new Uint8Array(0) }
  let answer = null as SipResponse | null
  party.core.request(request, RINGBACK, {
    onResponse: (response) => {
      answer = response
    },
    onNoAnswer() {},
  })
  await bed.settle()
  return answer
}

async function register(bed: Bed, phone: Party, password = ALICE.password, uri = 'sip:acme.example.com') {
  const fields: [string, string][] = [
    ['To', `<sip:alice@acme.example.com>`],
    ['Contact', `<sip:alice@${phone.own.address}>;expires=120`],
  ]
  const asked = await ask(bed, phone, 'REGISTER', uri, ...fields)
  if (asked?.status !== 401) return asked
  const challenge = ['WWW-Authenticate', asked.headers.get('WWW-Authenticate')!] as const
  const [name, value] = answerTo([challenge], { ...ALICE, password }, { method: 'REGISTER', uri })
  return ask(bed, phone, 'REGISTER', uri, ...fields, [name, value])
}

test('a phone registers, is called, and is forgotten with its connection or in time', async () => {
  const bed = new Bed({ domains: [DOMAIN] })
  const phone = bed.party('phone')
  const answer = await register(bed, phone)
  assert.deepEqual([answer?.status, answer?.headers.get('Contact')], [200, '<sip:alice@phone.example.com>;expires=120'])
  assert.deepEqual(
    [...bed.network.registrar.addresses()].map(([address]) => address),
    ['sip:alice@acme.example.com'],
  )
  phone.onCall = (invite) => invite.answer(sound())
  const call = bed.dial('sip:alice@acme.example.com')
  await bed.settle()
  assert.deepEqual(call.news(), ['rang', 'answered'])
  assert.equal(phone.calls[0]!.request.uri, 'sip:alice@phone.example.com')
  call.leg!.hangUp()
  await bed.pass(121_000)
  const late = bed.dial('sip:alice@acme.example.com')
  await bed.settle()
  assert.deepEqual(late.news(), ['unanswered 480'])
  assert.deepEqual(await bed.leftovers(), [])
})

for (const [what, password, uri, status] of [
  ['with a wrong password', 'wrong', 'sip:acme.example.com', 403],
  ['at a domain that is not there', ALICE.password, 'sip:example.org', 404],
] as const)
  test(`who registers ${what}: ${status}`, async () => {
    const bed = new Bed({ domains: [DOMAIN] })
    assert.equal((await register(bed, bed.party('phone'), password, uri))?.status, status)
    assert.deepEqual([...bed.network.registrar.addresses()], [])
  })

test('nobody registers for somebody else', async () => {
  const bed = new Bed({ domains: [DOMAIN] })
  const phone = bed.party('phone')
  const fields: [string, string][] = [
    ['To', '<sip:bob@acme.example.com>'],
    ['Contact', '<sip:bob@phone.example.com>'],
  ]
  const uri = 'sip:acme.example.com'
  const asked = await ask(bed, phone, 'REGISTER', uri, ...fields)
  const challenge = ['WWW-Authenticate', asked!.headers.get('WWW-Authenticate')!] as const
  const credentials = answerTo([challenge], ALICE, { method: 'REGISTER', uri })
  assert.equal((await ask(bed, phone, 'REGISTER', uri, ...fields, [...credentials]))?.status, 403)
})

test('who tries passwords is not answered any more, is logged once, and a minute later may again', async () => {
  const bed = new Bed({ domains: [DOMAIN] })
  const scanner = bed.party('scanner')
  for (let time = 0; time < REFUSALS_PER_MINUTE; time++)
    assert.equal((await register(bed, scanner, `wrong ${time}`))?.status, 403)
  assert.equal(await register(bed, scanner, 'wrong'), null)
  assert.equal(await ask(bed, scanner, 'OPTIONS', 'sip:acme.example.com'), null)
  bed.call(scanner)
  await bed.settle()
  assert.equal(scanner.outcome, null)
  assert.equal(bed.logged.length, 1)
  // Others are.
  assert.equal((await register(bed, bed.party('phone')))?.status, 200)
  await bed.pass(61_000)
  assert.equal((await register(bed, scanner))?.status, 200)
  for (let time = 0; time < REFUSALS_PER_MINUTE + 5; time++) await register(bed, scanner, 'wrong')
  // Where a phone is there may be many.
  assert.equal((await register(bed, scanner))?.status, 200)
  assert.equal(bed.logged.length, 1)
})

test('an office that always knows its passwords is never muted', async () => {
  const bed = new Bed({
    domains: [aDomain({ callers: users([ALICE.username, ALICE.password]) })],
    more: { callsPerSecondPerSource: 10_000 },
  })
  bed.answerer = async () => null
  const office = bed.party('office', ALICE)
  for (let time = 0; time <= CHALLENGES_PER_MINUTE; time++) {
    office.outcome = null
    bed.call(office, 'sip:support@acme.example.com')
    await bed.settle()
    const outcome = office.outcome as { kind: string; response?: SipResponse } | null
    assert.equal(outcome?.response?.status, 404, `call ${time}`)
  }
})

test('who calls strangers is refused, and then not heard', async () => {
  const bed = new Bed({ more: { isOpen: false } })
  const scanner = bed.party('scanner')
  for (let time = 0; time < REFUSALS_PER_MINUTE; time++) {
    scanner.outcome = null
    bed.call(scanner)
    await bed.settle()
    assert.ok((scanner.outcome as { kind: string } | null)?.kind === 'refused')
  }
  scanner.outcome = null
  bed.lines()
  bed.call(scanner)
  await bed.pass(5000)
  assert.deepEqual([scanner.outcome, new Set(bed.lines())], [null, new Set(['INVITE'])])
  assert.deepEqual(bed.incoming, [])
})

test('who gives up before it is found out that it may not call is counted all the same', async () => {
  const bed = new Bed({ more: { isOpen: false } })
  const scanner = bed.party('scanner')
  const known = Promise.withResolvers<readonly []>()
  Object.assign(bed.directory, { trunks: () => known.promise })
  for (let time = 0; time < REFUSALS_PER_MINUTE; time++) {
    bed.call(scanner, undefined, { headers: [['Expires', '0']] })
    await bed.settle()
    assert.ok(scanner.outcome?.kind === 'refused')
    assert.equal(scanner.outcome.response.status, 487)
  }
  known.resolve([])
  await bed.settle()
  scanner.outcome = null
  bed.call(scanner)
  await bed.pass(5000)
  assert.equal(scanner.outcome, null)
})

test('who asks what we are is told, unless it asks and asks', async () => {
  const bed = new Bed({
    domains: [DOMAIN],
    trunks: [aTrunk({ targets: [aTarget({ host: 'trunk.example.com' })] })],
  })
  const [scanner, phone, trunk] = ['scanner', 'phone', 'trunk'].map((name) => bed.party(name))
  const answer = await ask(bed, scanner!, 'OPTIONS', 'sip:ringback.example.com')
  assert.equal(answer?.status, 200)
  assert.match(answer.headers.all('Allow').join(), /INVITE.*REFER/)
  assert.equal((await register(bed, phone!))?.status, 200)
  for (let time = 0; time < 2 * REFUSALS_PER_MINUTE; time++)
    for (const party of [scanner, phone, trunk]) await ask(bed, party!, 'OPTIONS', 'sip:ringback.example.com')
  const answers = []
  for (const party of [scanner, phone, trunk])
    answers.push((await ask(bed, party!, 'OPTIONS', 'sip:ringback.example.com'))?.status)
  assert.deepEqual(answers, [undefined, 200, 200])
})

test('a call that is up goes on, whatever else comes from there', async () => {
  const bed = new Bed()
  const bob = bed.party('bob')
  bed.call(bob)
  await bed.settle()
  const leg = bed.incoming[0]!
  leg.leg!.answer()
  await bed.settle()
  for (let time = 0; time <= REFUSALS_PER_MINUTE; time++) await ask(bed, bob, 'OPTIONS', 'sip:ringback.example.com')
  assert.equal(await ask(bed, bob, 'OPTIONS', 'sip:ringback.example.com'), null)
  bob.session.bye()
  await bed.settle()
  assert.deepEqual(leg.news(), ['hung-up'])
})

test('a stranger who pretends to be in a call is muted as well', async () => {
  const bed = new Bed()
  const scanner = bed.party('scanner')
  const pretend = () => ask(bed, scanner, 'INFO', 'sip:ringback.example.com', ['To', '<sip:us@us>;tag=abc'])
  assert.equal((await pretend())?.status, 481)
  for (let time = 0; time <= REFUSALS_PER_MINUTE; time++) await ask(bed, scanner, 'OPTIONS', 'sip:ringback.example.com')
  assert.equal(await pretend(), null)
})

test('what cannot be read is answered, but not for ever', async () => {
  const bed = new Bed()
  const from = { transport: 'udp', address: '203.0.113.99', port: 5060 } as const
  const answers: string[] = []
  const { events } = bed.network
  bed.wire.attach(from, (message) => {
    if (message.kind === 'response') answers.push(`${message.status} ${message.reason}`)
  })
  const bad = (text: string) => events.received(Buffer.from(text), from)
  const request = (branch: number, ...fields: string[]) =>
    [
      'OPTIONS sip:us SIP/2.0',
      `Via: SIP/2.0/UDP 203.0.113.99;branch=z9hG4bK${branch}`,
      'From: <sip:a@b>;tag=1',
      'To: <sip:us@us>',
      'Call-ID: c',
      'CSeq: 1 OPTIONS',
      ...fields,
      '\r\n',
    ].join('\r\n')
  bad('\r\n\r\n')
  bad('hello')
  bad(request(0, 'Content-Length: 999'))
  await bed.settle()
  assert.deepEqual(answers, ['400 Body shorter than Content-Length'])
  for (let time = 1; time < 3 * REFUSALS_PER_MINUTE; time++) bad(request(time, 'Content-Length: 999'))
  await bed.settle()
  assert.equal(answers.length, REFUSALS_PER_MINUTE)
})

test('methods that are not served', async () => {
  const bed = new Bed()
  const bob = bed.party('bob')
  const answers = []
  for (const method of ['MESSAGE', 'SUBSCRIBE', 'PUBLISH', 'NOTIFY', 'BYE', 'INFO', 'TELEPORT'])
    answers.push((await ask(bed, bob, method, 'sip:ringback.example.com'))?.status)
  assert.deepEqual(answers, [405, 405, 405, 481, 481, 481, 501])
})

test('in a flood of calls so many are taken, as many are told to come again, and the rest is silence', async () => {
  const bed = new Bed({ more: { callsPerSecondPerSource: 5 } })
  bed.answerer = async () => null
  const caller = bed.party('caller')
  const statuses: (number | undefined)[] = []
  for (let time = 0; time < 15; time++) {
    caller.outcome = null
    bed.call(caller)
    await bed.settle()
    const outcome = caller.outcome as { kind: string; response?: SipResponse } | null
    statuses.push(outcome?.response?.status)
  }
  assert.deepEqual(statuses.toSorted(), [...Array(5).fill(404), ...Array(5).fill(503), ...Array(5).fill(undefined)])
  await bed.pass(1000)
  bed.call(caller)
  await bed.settle()
  assert.equal(bed.network.size, 0)
})
