import assert from 'node:assert/strict'
import type { NetworkInterfaceInfo } from 'node:os'
import { test } from 'node:test'
import { ownAddressTowards } from './own-address.ts'

const own = (cidr: string, internal = false): NetworkInterfaceInfo =>
  ({
    address: cidr.split('/')[0]!,
    cidr,
    internal,
    family: cidr.includes(':') ? 'IPv6' : 'IPv4',
  }) as NetworkInterfaceInfo

const ALL = [
  own('127.0.0.1/8', true),
  own('::1/128', true),
  own('192.168.1.7/24'),
  own('fe80::1/64'),
  own('10.0.0.2/8'),
  own('2001:db8::7/64'),
]

for (const [peer, expected] of [
  ['127.0.0.1', '127.0.0.1'],
  ['192.168.1.20', '192.168.1.7'],
  ['10.99.0.1', '10.0.0.2'],
  ['8.8.8.8', '192.168.1.7'],
  ['::1', '::1'],
  ['2001:db8::99', '2001:db8::7'],
  ['2a00::1', '2001:db8::7'],
] as const)
  test(`${peer} reaches us at ${expected}`, () => assert.equal(ownAddressTowards(peer, ALL), expected))

test('a machine without a network has loopback', () => {
  assert.equal(ownAddressTowards('8.8.8.8', []), '127.0.0.1')
  assert.equal(ownAddressTowards('2001:db8::1', []), '::1')
})
