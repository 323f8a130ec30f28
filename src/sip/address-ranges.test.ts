import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopback, isWithin } from './address-ranges.ts'

for (const [address, ranges, is] of [
  ['192.0.2.7', ['192.0.2.0/24'], true],
  ['192.0.2.7', ['198.51.100.0/24', '192.0.2.7/32'], true],
  ['192.0.2.8', ['192.0.2.7/32'], false],
  ['::ffff:192.0.2.7', ['192.0.2.0/24'], true],
  ['2001:db8::7', ['2001:db8::/32'], true],
  ['2001:db9::7', ['2001:db8::/32'], false],
  ['192.0.2.7', ['2001:db8::/32', '::/0'], false],
  ['192.0.2.7', ['192.0.2.7', 'nonsense', '192.0.2.0/33'], false],
  ['nonsense', ['0.0.0.0/0'], false],
  ['192.0.2.7', [], false],
] as const)
  test(`${address} is ${is ? '' : 'not '}in ${ranges.join(' ')}`, () => {
    assert.equal(isWithin(address, ranges), is)
  })

test('loopback', () => {
  const loopback = ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']
  const others = ['10.0.0.1', '128.0.0.1', '::2', '::ffff:10.0.0.1', '127.example.com', 'localhost']
  assert.deepEqual([...loopback, ...others].filter(isLoopback), loopback)
})
