/** Bindings, by RFC 3261 section 10.3. */
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { Instant } from '../lib/ids.ts'
import { ADDRESSES_MAX, BINDINGS_MAX, Registrar } from './registrar.ts'
import { headersOf, hop } from './test-people.ts'

const ALICE = 'sip:alice@acme.example.com'

let now = 0
let registrar: Registrar
let cseq = 0
beforeEach(() => {
  now = 1_000_000
  cseq = 0
  registrar = new Registrar({ now: () => now as Instant })
})

type Field = readonly [name: string, value: string]

const contact = (value: string): Field => ['Contact', value]

function register(fields: readonly Field[], from = hop('198.51.100.1'), address = ALICE) {
  cseq += 1
  const own = fields.some(([name]) => name === 'CSeq') ? [] : ([['CSeq', `${cseq} REGISTER`]] as const)
  const named = fields.some(([name]) => name === 'Call-ID') ? [] : ([['Call-ID', 'c1']] as const)
  return registrar.register(address, headersOf(...named, ...own, ...fields), from)
}

const contacts = (address = ALICE) => registrar.bindings(address).map((binding) => binding.contact)
const told = ({ headers }: { headers: readonly Field[] }) => headers.map(([, value]) => value)

test('a phone is bound for as long as it asks, an hour at most and unless it says', () => {
  assert.deepEqual(register([contact('<sip:a@10.0.0.1>;expires=600')]), {
    status: 200,
    headers: [['Contact', '<sip:a@10.0.0.1>;expires=600']],
  })
  now += 1000
  const all = told(register([contact('<sip:b@10.0.0.2>;expires=86400'), contact('<sip:c@10.0.0.3>')]))
  assert.deepEqual(all, [
    '<sip:c@10.0.0.3>;expires=3600',
    '<sip:b@10.0.0.2>;expires=3600',
    '<sip:a@10.0.0.1>;expires=599',
  ])
  now += 599_000
  assert.deepEqual(contacts(), ['sip:c@10.0.0.3', 'sip:b@10.0.0.2'])
  now += 3_001_000
  assert.deepEqual(contacts(), [])
  assert.deepEqual([...registrar.addresses()], [])
})

test('what a binding has besides', () => {
  const from = hop('198.51.100.9', 'tcp', { connection: 'n1', port: 40_000 })
  register([contact('<sip:a@10.0.0.1>'), ['Path', '<sip:p1;lr>'], ['Path', '<sip:p2;lr>'], ['User-Agent', 'p']], from)
  const [binding] = registrar.bindings(ALICE)
  assert.deepEqual(
    { ...binding },
    {
      contact: 'sip:a@10.0.0.1',
      hop: from,
      path: ['<sip:p1;lr>', '<sip:p2;lr>'],
      userAgent: 'p',
      instance: null,
      callId: 'c1',
      cseq: 1,
      expiresAt: 1_000_000 + 3_600_000,
    },
  )
  assert.deepEqual(
    [...registrar.addresses()].map(([address]) => address),
    [ALICE],
  )
})

test('Expires counts where a contact says nothing', () => {
  const answer = register([contact('<sip:a@10.0.0.1>'), contact('<sip:b@10.0.0.1>;expires=90'), ['Expires', '120']])
  assert.deepEqual(told(answer), ['<sip:b@10.0.0.1>;expires=90', '<sip:a@10.0.0.1>;expires=120'])
})

test('without a contact it is a question', () => {
  register([contact('<sip:a@10.0.0.1>')])
  assert.deepEqual(told(register([])), ['<sip:a@10.0.0.1>;expires=3600'])
  assert.deepEqual(register([], undefined, 'sip:bob@acme.example.com'), { status: 200, headers: [] })
})

test('the same contact again is the same binding, renewed', () => {
  register([contact('<sip:a@10.0.0.1:5060;transport=UDP>;expires=100')])
  now += 50_000
  const from = hop('198.51.100.2')
  assert.deepEqual(told(register([contact('"A" <sip:a@10.0.0.1:5060;transport=udp>;expires=100')], from)), [
    '<sip:a@10.0.0.1:5060;transport=udp>;expires=100',
  ])
  assert.deepEqual(registrar.bindings(ALICE)[0]?.hop, from)
})

test('a phone that has moved takes the place of itself', () => {
  const instance = '+sip.instance="<urn:uuid:1>"'
  register([contact(`<sip:a@10.0.0.1:1>;${instance};reg-id=1`)])
  register([contact(`<sip:a@10.0.0.1:2>;${instance};reg-id=1`)])
  register([contact(`<sip:a@10.0.0.1:3>;${instance};reg-id=2`)])
  register([contact('<sip:a@10.0.0.1:4>;+sip.instance="<urn:uuid:2>"')])
  assert.deepEqual(contacts(), ['sip:a@10.0.0.1:4', 'sip:a@10.0.0.1:3', 'sip:a@10.0.0.1:2'])
})

test('expires=0 takes one away, an asterisk all', () => {
  register([contact('<sip:a@10.0.0.1>'), contact('<sip:b@10.0.0.1>'), contact('<sip:c@10.0.0.1>')])
  assert.equal(told(register([contact('<sip:b@10.0.0.1>;expires=0')])).length, 2)
  assert.deepEqual(register([contact('*'), ['Expires', '0']]), { status: 200, headers: [] })
  assert.deepEqual(contacts(), [])
  assert.deepEqual(register([contact('<sip:b@10.0.0.1>;expires=0')]), { status: 200, headers: [] })
})

for (const [what, fields, status] of [
  ['an asterisk without Expires', [contact('*')], 400],
  ['an asterisk that would stay', [contact('*'), ['Expires', '600']], 400],
  ['an asterisk among others', [contact('*'), contact('<sip:b@10.0.0.1>'), ['Expires', '0']], 400],
  ['a contact that cannot be read', [contact('<<')], 400],
  ['a contact that is no URI', [contact('<nonsense>')], 400],
  ['a number as contact', [contact('<tel:+4930123456>')], 400],
  ['a mail address as contact', [contact('<mailto:a@b>')], 400],
  ['an asterisk out of order', [contact('*'), ['Expires', '0'], ['CSeq', '1 REGISTER']], 500],
  ['a renewal out of order', [contact('<sip:a@10.0.0.1>'), ['CSeq', '1 REGISTER']], 500],
  ['the same number again', [contact('<sip:a@10.0.0.1>;expires=0'), ['CSeq', '5 REGISTER']], 500],
] as const satisfies readonly (readonly [string, readonly Field[], number])[])
  test(`${what} is ${status} and changes nothing`, () => {
    register([contact('<sip:a@10.0.0.1>'), ['CSeq', '5 REGISTER']])
    cseq = 10
    assert.deepEqual(register([contact('<sip:new@10.0.0.9>'), ...fields]).status === 200, false)
    assert.equal(register(fields).status, status)
    assert.deepEqual(contacts(), ['sip:a@10.0.0.1'])
  })

test('another Call-ID has numbers of its own: the phone was started anew', () => {
  register([contact('<sip:a@10.0.0.1>'), ['CSeq', '50 REGISTER']])
  const fields = [contact('<sip:a@10.0.0.1>'), ['Call-ID', 'c2'], ['CSeq', '1 REGISTER']] as const
  assert.equal(register(fields).status, 200)
})

test('one of several that is out of order takes the others with it', () => {
  register([contact('<sip:a@10.0.0.1>'), ['CSeq', '5 REGISTER']])
  const fields = [contact('<sip:b@10.0.0.1>'), contact('<sip:a@10.0.0.1>'), ['CSeq', '4 REGISTER']] as const
  assert.equal(register(fields).status, 500)
  assert.deepEqual(contacts(), ['sip:a@10.0.0.1'])
})

for (const [asked, status] of [
  ['1', 423],
  ['59', 423],
  ['60', 200],
  ['0', 200],
  ['x', 200],
  ['99999999999', 200],
] as const)
  test(`${asked} seconds are ${status}`, () => {
    const answer = register([contact(`<sip:a@10.0.0.1>;expires=${asked}`)])
    assert.equal(answer.status, status)
    if (status === 423) assert.deepEqual(answer.headers, [['Min-Expires', '60']])
  })

test(`an address has ${BINDINGS_MAX} phones; a further one is refused, until one of them is gone`, () => {
  for (let index = 0; index < BINDINGS_MAX; index++)
    assert.equal(register([contact(`<sip:a@10.0.0.1:${1000 + index}>`)]).status, 200)
  assert.deepEqual(register([contact('<sip:a@10.0.0.1:2000>')]), { status: 503, headers: [['Retry-After', '60']] })
  assert.equal(register([contact('<sip:a@10.0.0.1:1003>')]).status, 200)
  assert.equal(contacts().length, BINDINGS_MAX)
  register([contact('<sip:a@10.0.0.1:1003>;expires=0')])
  assert.equal(register([contact('<sip:a@10.0.0.1:2000>')]).status, 200)
})

test('phones behind a connection that is gone are gone', () => {
  const on = (connection: string) => hop('198.51.100.1', 'tcp', { connection })
  register([contact('<sip:a@10.0.0.1>')], on('n1'))
  register([contact('<sip:b@10.0.0.1>')], on('n2'))
  register([contact('<sip:c@10.0.0.1>')])
  register([contact('<sip:d@10.0.0.1>')], on('n1'), 'sip:bob@acme.example.com')
  register([contact('<sip:e@10.0.0.1>')], on('n1'))
  registrar.forget('n1')
  registrar.forget('n1')
  assert.deepEqual(contacts(), ['sip:c@10.0.0.1', 'sip:b@10.0.0.1'])
  assert.deepEqual(contacts('sip:bob@acme.example.com'), [])
})

test('a phone that has come back on another connection outlives its first', () => {
  register([contact('<sip:a@10.0.0.1>')], hop('198.51.100.1', 'tcp', { connection: 'n1' }))
  register([contact('<sip:a@10.0.0.1>')], hop('198.51.100.1', 'tcp', { connection: 'n2' }))
  registrar.forget('n1')
  assert.deepEqual(contacts(), ['sip:a@10.0.0.1'])
  registrar.forget('n2')
  assert.deepEqual([contacts(), registrar.hasPhoneAt('198.51.100.1')], [[], false])
})

test('it is known from where phones have registered, while they are', () => {
  const at = (address: string) => registrar.hasPhoneAt(address)
  register([contact('<sip:a@10.0.0.1>')], hop('198.51.100.1'))
  register([contact('<sip:b@10.0.0.1>;expires=60')], hop('198.51.100.2'), 'sip:bob@acme.example.com')
  register([contact('<sip:c@10.0.0.1>;expires=60')], hop('198.51.100.1'))
  assert.deepEqual([at('198.51.100.1'), at('198.51.100.2'), at('198.51.100.3')], [true, true, false])
  now += 61_000
  // Whoever registers next sweeps.
  register([contact('<sip:a@10.0.0.1>')], hop('198.51.100.3'))
  assert.deepEqual([at('198.51.100.1'), at('198.51.100.2'), at('198.51.100.3')], [false, false, true])
  register([contact('*'), ['Expires', '0']])
  assert.equal(at('198.51.100.3'), false)
})

test('addresses whose phones have all gone without a word make room', () => {
  for (let index = 0; index < ADDRESSES_MAX; index++) {
    const headers = headersOf(['Call-ID', 'c'], ['CSeq', '1 REGISTER'], contact('<sip:a@10.0.0.1>;expires=60'))
    registrar.register(`sip:${index}@acme.example.com`, headers, hop('198.51.100.1'))
  }
  assert.equal(register([contact('<sip:a@10.0.0.1>')]).status, 503)
  now += 61_000
  assert.equal(register([contact('<sip:a@10.0.0.1>')]).status, 200)
})
