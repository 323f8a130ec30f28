import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEgressCheck } from './egress.ts'

const local = createEgressCheck({ mode: 'local', allow: [] })
const open = createEgressCheck({ mode: 'public', allow: [] })
const listed = createEgressCheck({
  mode: 'public',
  allow: ['10.1.0.0/16', '127.0.0.1', 'fd12::/16', '169.254.0.0/16', '::/0', '0.0.0.0/0'],
})

const [yes, no] = [true, false]
for (const [address, inLocal, inPublic, what] of [
  ['8.8.8.8', yes, yes, 'a public address'],
  ['2606:4700::1111', yes, yes, 'a public IPv6 address'],
  ['127.0.0.1', yes, no, 'loopback'],
  ['127.255.255.254', yes, no, 'loopback'],
  ['::1', yes, no, 'loopback'],
  ['0.0.0.0', yes, no, 'the unspecified address'],
  ['10.0.0.1', yes, no, 'a private address'],
  ['172.31.255.255', yes, no, 'a private address'],
  ['192.168.1.1', yes, no, 'a private address'],
  ['100.64.0.1', yes, no, 'carrier-grade NAT'],
  ['fd12:3456::1', yes, no, 'a unique local address'],
  ['169.254.169.254', no, no, 'link-local metadata'],
  ['169.254.1.1', no, no, 'link-local'],
  ['fe80::1', no, no, 'link-local'],
  ['fe80::1%eth0', no, no, 'link-local with a zone'],
  ['fd00:ec2::254', no, no, 'AWS metadata over IPv6'],
  ['100.100.100.200', no, no, 'Alibaba metadata'],
  ['224.0.0.1', no, no, 'multicast'],
  ['255.255.255.255', no, no, 'broadcast'],
  ['ff02::1', no, no, 'multicast'],
  ['240.0.0.1', no, no, 'reserved'],
  ['192.0.2.1', no, no, 'documentation'],
  ['2001:db8::1', no, no, 'documentation'],
  ['2001::1', no, no, 'Teredo'],
  ['4000::1', no, no, 'outside of global unicast'],
  ['::ffff:8.8.8.8', yes, yes, 'a mapped public address'],
  ['::ffff:127.0.0.1', yes, no, 'mapped loopback'],
  ['::ffff:a9fe:a9fe', no, no, 'mapped metadata'],
  ['64:ff9b::8.8.8.8', yes, yes, 'NAT64 to a public address'],
  ['64:ff9b::10.0.0.1', yes, no, 'NAT64 to a private address'],
  ['64:ff9b::169.254.169.254', no, no, 'NAT64 to metadata'],
  ['2002:808:808::1', yes, yes, '6to4 of a public address'],
  ['2002:7f00:1::1', yes, no, '6to4 of loopback'],
  ['2002:a9fe:a9fe::1', no, no, '6to4 of metadata'],
  ['::7f00:1', no, no, 'the old compatible form of loopback'],
  ['localhost', no, no, 'a name instead of an address'],
] as const)
  test(`${address}, ${what}, is ${inLocal ? 'reached' : 'refused'} in local and ${inPublic ? 'reached' : 'refused'} in public mode`, () => {
    assert.deepEqual([local(address) === null, open(address) === null], [inLocal, inPublic])
  })

for (const [address, reached] of [
  ['10.1.2.3', true],
  ['127.0.0.1', true],
  ['::ffff:10.1.2.3', true],
  ['fd12::1', true],
  ['169.254.169.254', false],
  ['fd00:ec2::254', false],
  ['fe80::1', false],
] as const)
  test(`with an allow-list ${address} is ${reached ? 'reached' : 'refused all the same'}`, () => {
    assert.equal(listed(address) === null, reached)
  })

test('a private address outside of the list is still refused', () => {
  const check = createEgressCheck({ mode: 'public', allow: ['10.1.0.0/16'] })
  assert.match(check('10.2.0.1') ?? '', /allow-list/)
})

test('a list entry that is no range is refused at start', () => {
  assert.throws(() => createEgressCheck({ mode: 'public', allow: ['10.1.0.0/99'] }), /10\.1\.0\.0\/99/)
})
