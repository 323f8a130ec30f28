import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toSnakeCase, toSnakeCaseParameters } from './parameter-names.ts'

for (const [name, snake] of [
  ['MachineDetectionTimeout', 'machine_detection_timeout'],
  ['AddOns', 'add_ons'],
  ['SipHeader_X-Foo', 'sip_header_x_foo'],
  ['STIRVerstat', 'stir_verstat'],
  ['CallSid', 'call_sid'],
  ['FromZip', 'from_zip'],
  ['bodySHA256', 'body_sha256'],
  ['SipHeader_X--Foo__Bar', 'sip_header_x_foo_bar'],
  ['already_snake', 'already_snake'],
  ['Öffnung', 'öffnung'],
  ['', ''],
] as const)
  test(`${name || 'nothing'} is spelt ${snake || 'the same'}`, () => {
    assert.equal(toSnakeCase(name), snake)
    assert.equal(toSnakeCase(name), snake)
  })

test('names that collide are numbered in order', () => {
  assert.deepEqual(toSnakeCaseParameters({ FooBar: 1, foo_bar: 2, 'foo-bar': 3, foo_bar_2: 4 }), {
    foo_bar: 1,
    foo_bar_2: 2,
    foo_bar_3: 3,
    foo_bar_2_2: 4,
  })
})

test('thousands of invented names are renamed right while the memory of them stays bounded', () => {
  for (let index = 0; index < 3000; index++) assert.equal(toSnakeCase(`CustomName${index}`), `custom_name${index}`)
})
