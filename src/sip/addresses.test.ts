import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callerOf, contactsOf, fromHeader, numberOf, plainAddress } from './addresses.ts'
import { headersOf } from './test-people.ts'

for (const [user, number] of [
  ['+4930123456', '+4930123456'],
  ['4930123456', '+4930123456'],
  ['+49-30-123456', '+4930123456'],
  ['+1 (555) 012.3456', '+15550123456'],
  ['+4930123456;phone-context=example.com', '+4930123456'],
  ['15550', '+15550'],
  ['+155501234567890', '+155501234567890'],
  ['+1555012345678901', null],
  ['1555', null],
  ['030123456', null],
  ['+030123456', null],
  ['++4930123456', null],
  ['alice', null],
  ['+4930x123456', null],
  ['', null],
  [null, null],
] as const)
  test(`the number of ${user} is ${number}`, () => {
    assert.equal(numberOf(user), number)
  })

for (const [from, byNumber, address, name] of [
  ['"Alice" <sip:alice@Acme.Example.com>;tag=1', false, 'sip:alice@acme.example.com', 'Alice'],
  ['<sip:alice@acme.example.com:5070;transport=tcp>;tag=1', false, 'sip:alice@acme.example.com', null],
  ['"" <sip:alice@acme.example.com>', false, 'sip:alice@acme.example.com', null],
  ['<sip:+4930123456@carrier.example>', true, '+4930123456', null],
  ['<sip:+4930123456@acme.example.com>', false, 'sip:+4930123456@acme.example.com', null],
  ['"Bob" <sip:4930123456@carrier.example>', true, '+4930123456', 'Bob'],
  ['<tel:+4930123456>', false, '+4930123456', null],
  ['tel:+49-30-123456;tag=1', false, '+4930123456', null],
  ['<sip:bob@carrier.example>', true, 'sip:bob@carrier.example', null],
  ['<sips:alice@acme.example.com>', false, 'sips:alice@acme.example.com', null],
  ['"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1', true, 'anonymous', null],
  ['"Anonymous" <sip:4711@anonymous.invalid>;tag=1', false, 'anonymous', null],
  ['<sip:Anonymous@203.0.113.7>;tag=1', true, 'anonymous', null],
  ['<mailto:alice@acme.example.com>', false, 'anonymous', null],
  ['?', true, 'anonymous', null],
  [undefined, true, 'anonymous', null],
] as const)
  test(`the caller of ${from}${byNumber ? ', by a trunk,' : ''} is ${address}`, () => {
    assert.deepEqual(callerOf(from, byNumber), { address, name })
  })

for (const [address, name, from] of [
  ['+4930123456', null, '<sip:+4930123456@203.0.113.1>'],
  ['client:alice', null, '<sip:alice@203.0.113.1>'],
  ['sip:alice@acme.example.com', null, '<sip:alice@203.0.113.1>'],
  ['sip:acme.example.com', null, '<sip:anonymous@203.0.113.1>'],
  ['client:', null, '<sip:anonymous@203.0.113.1>'],
  ['Front desk', null, '<sip:Front%20desk@203.0.113.1>'],
  ['a>b\r\nX: y', null, '<sip:a%3Eb%0D%0AX%3A%20y@203.0.113.1>'],
  ['+4930123456', 'Acme "Inc"', '"Acme \\"Inc\\"" <sip:+4930123456@203.0.113.1>'],
] as const)
  test(`From of ${JSON.stringify(address)} is ${from}`, () => {
    assert.equal(fromHeader({ address, name }, '203.0.113.1'), from)
  })

test('an address says nothing of the way to it', () => {
  assert.equal(plainAddress({ scheme: 'sip', user: 'a b', host: '[2001:DB8::1]' }), 'sip:a%20b@[2001:db8::1]')
  assert.equal(plainAddress({ scheme: 'sip', user: null, host: 'example.com' }), 'sip:example.com')
})

test('contacts of a redirection come by their rank; what is no contact is left out', () => {
  const headers = headersOf(
    ['Contact', '<sip:third@example.com>;q=0.2'],
    ['Contact', '<sip:first@example.com>'],
    ['Contact', '<<'],
    ['Contact', 'sip:second@example.com;q=0.7'],
    ['Contact', '<sip:last@example.com>;q=x'],
  )
  assert.deepEqual(contactsOf(headers), [
    'sip:first@example.com',
    'sip:second@example.com',
    'sip:third@example.com',
    'sip:last@example.com',
  ])
})
