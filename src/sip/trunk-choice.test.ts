import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../lib/ids.ts'
import { ACCOUNT, aTarget, aTrunk, OTHER_ACCOUNT } from './test-people.ts'
import { dialledUser, orderTargets, TrunkLoads, trunksFor } from './trunk-choice.ts'

const TRUNKS = [
  aTrunk({ name: 'all', prefixes: ['+'] }),
  aTrunk({ name: 'berlin', prefixes: ['+4930', '+1'] }),
  aTrunk({ name: 'germany', prefixes: ['+49'] }),
  aTrunk({ name: 'inbound', prefixes: [] }),
  aTrunk({ name: 'more', prefixes: ['+49'] }),
  aTrunk({ name: 'theirs', prefixes: ['+'], accountSid: OTHER_ACCOUNT }),
]

for (const [number, names] of [
  ['+4930123456', ['berlin', 'germany', 'more', 'all']],
  ['+4989123456', ['germany', 'more', 'all']],
  ['+15550123456', ['berlin', 'all']],
  ['+33123456789', ['all']],
] as const)
  test(`${number} goes by ${names.join(', ')}`, () => {
    assert.deepEqual(
      trunksFor(number, ACCOUNT, TRUNKS).map(({ name }) => name),
      names,
    )
  })

for (const [format, user] of [
  ['e164', '+4930123456'],
  ['no-plus', '4930123456'],
  [{ plusBecomes: '00' }, '004930123456'],
  [{ plusBecomes: '' }, '4930123456'],
] as const)
  test(`dialled ${JSON.stringify(format)} it is ${user}`, () => {
    assert.equal(dialledUser('+4930123456', format), user)
  })

test('targets are tried by priority', () => {
  const targets = [2, 0, 1].map((priority) => aTarget({ priority, host: `h${priority}` }))
  assert.deepEqual(
    orderTargets(targets, () => 0).map(({ host }) => host),
    ['h0', 'h1', 'h2'],
  )
  assert.deepEqual(
    orderTargets([], () => 0),
    [],
  )
})

test('among equals heavier ones come first more often, and those without weight now and then', () => {
  const targets = [
    aTarget({ host: 'heavy', weight: 29 }),
    aTarget({ host: 'light', weight: 9 }),
    aTarget({ host: 'none' }),
  ]
  const first = new Map<string, number>()
  for (let drawn = 0; drawn < 41; drawn++) {
    const [one, ...others] = orderTargets(targets, (end) => drawn % end)
    assert.equal(others.length, 2)
    first.set(one!.host, (first.get(one!.host) ?? 0) + 1)
  }
  assert.deepEqual([...first], [['heavy', 30], ['light', 10], ['none', 1]]) // biome-ignore format: a table
})

test('a trunk has so many calls at a time', () => {
  const loads = new TrunkLoads({ now: () => 0 as Instant })
  const trunk = aTrunk({ maxCalls: 2 })
  const first = loads.take(trunk)
  assert.ok(first && loads.take(trunk))
  assert.equal(loads.take(trunk), null)
  assert.ok(loads.take(aTrunk({ sid: 'TK2', maxCalls: 2 })))
  first()
  first()
  assert.ok(loads.take(trunk))
  assert.equal(loads.take(trunk), null)
})

test('a trunk takes so many calls a second', () => {
  let now = 0
  const loads = new TrunkLoads({ now: () => now as Instant })
  const trunk = aTrunk({ maxCallsPerSecond: 2 })
  const take = () => loads.take(trunk)?.()
  const taken = () => loads.take(trunk) !== null
  take()
  assert.equal(taken(), true)
  assert.equal(taken(), false)
  now = 999
  assert.equal(taken(), false)
  now = 1000
  assert.deepEqual([taken(), taken(), taken()], [true, true, false])
})
