import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../lib/ids.ts'
import { aDirectory, aLocator, aTarget, aTrunk, OTHER_ACCOUNT } from './test-people.ts'
import { FRESH_MS, TrunkAddresses } from './trunk-addresses.ts'

const NAMED = aTrunk({ name: 'named', targets: [aTarget({ host: 'sip.example.com', weight: 5 })] })
const SPREAD = aTrunk({
  name: 'spread',
  targets: [
    aTarget({ host: '192.0.2.30', priority: 1 }),
    aTarget({ host: '192.0.2.31' }),
    aTarget({ host: 'sip.example.com', transport: 'tls', weight: 3 }),
  ],
  from: ['198.51.100.0/24'],
})

function addresses(names: Record<string, string[]> = { 'sip.example.com': ['192.0.2.1', '192.0.2.2'] }) {
  const clock = { at: 0, now: () => clock.at as Instant }
  const locator = aLocator(names)
  const directory = aDirectory({ trunks: [NAMED, SPREAD] })
  return { names, clock, locator, directory, trunks: new TrunkAddresses(clock, locator, directory) }
}

test('the hops of a trunk, best first', async () => {
  const hops = await addresses().trunks.hops(SPREAD)
  assert.deepEqual(
    hops.map(({ transport, address, port }) => `${transport} ${address}:${port}`),
    ['tls 192.0.2.1:5061', 'tls 192.0.2.2:5061', 'udp 192.0.2.31:5060', 'udp 192.0.2.30:5060'],
  )
})

for (const [address, name] of [
  ['192.0.2.1', 'named'],
  ['192.0.2.2', 'named'],
  ['192.0.2.30', 'spread'],
  ['198.51.100.9', 'spread'],
  ['::ffff:198.51.100.9', 'spread'],
  ['192.0.2.99', undefined],
  ['nonsense', undefined],
] as const)
  test(`from ${address} calls ${name}`, async () => {
    assert.equal((await addresses().trunks.trunkAt(address))?.name, name)
  })

test('of two trunks at one address the first is meant, unless an account is named', async () => {
  const other = aTrunk({ name: 'other', accountSid: OTHER_ACCOUNT, from: ['192.0.2.1/32'] })
  const { directory, trunks } = addresses()
  directory.has.trunks.push(other)
  assert.equal((await trunks.trunkAt('192.0.2.1'))?.name, 'named')
  assert.equal((await trunks.trunkAt('192.0.2.1', OTHER_ACCOUNT))?.name, 'other')
  assert.equal(await trunks.trunkAt('192.0.2.30', OTHER_ACCOUNT), null)
})

test('names are asked for once a minute, however many ask', async () => {
  const { names, clock, locator, trunks } = addresses()
  await Promise.all(Array.from({ length: 20 }, () => trunks.trunkAt('192.0.2.99')))
  assert.equal(locator.asked.length, 4)
  names['sip.example.com'] = ['192.0.2.99']
  clock.at = FRESH_MS - 1
  assert.equal(await trunks.trunkAt('192.0.2.99'), null)
  clock.at = FRESH_MS
  assert.equal((await trunks.trunkAt('192.0.2.99'))?.name, 'named')
})

test('a trunk whose servers have changed is another one', async () => {
  const { directory, trunks } = addresses()
  assert.equal(await trunks.trunkAt('192.0.2.77'), null)
  directory.has.trunks.splice(0, 2, aTrunk({ name: 'changed', targets: [aTarget({ host: '192.0.2.77' })] }))
  assert.equal((await trunks.trunkAt('192.0.2.77'))?.name, 'changed')
})
