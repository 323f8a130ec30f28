/** Subscriptions change at a place in the journal: what lies before is as it was. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountSid, Instant } from '../../lib/ids.ts'
import { goldenEvent } from './golden.ts'
import { compileSubscriptions } from './match.ts'
import type { SinkSid, SubscriptionDraft, SubscriptionRow, SubscriptionSid } from './ports.ts'
import {
  addType,
  changeFilter,
  changeVersion,
  removeType,
  subscribedTypes,
  withoutPassedRanges,
} from './subscription.ts'

const EVENT = goldenEvent('twiml.dial.finished')
const { type, accountSid } = EVENT

const row = (more: Partial<SubscriptionRow> = {}): SubscriptionRow => ({
  sid: 'DF1' as SubscriptionSid,
  accountSid,
  sinkSid: 'DG1' as SinkSid,
  description: 'test',
  filter: null,
  ranges: [{ type, schemaVersion: 1, filter: null, from: 10, to: null }],
  createdAt: 0 as Instant,
  updatedAt: 0 as Instant,
  version: 1,
  ...more,
})

/** What a store does: `now` becomes the place of the commit. */
const savedAt = (seq: number, draft: SubscriptionDraft): SubscriptionRow => ({
  ...draft,
  ranges: draft.ranges.map((range) => ({
    ...range,
    from: range.from === 'now' ? seq : range.from,
    to: range.to === 'now' ? seq : range.to,
  })),
})

const versionsAt = (seq: number, ...rows: readonly SubscriptionRow[]) =>
  compileSubscriptions(rows)
    .match(seq, [EVENT])
    .map(({ written }) => written.event.dataschema?.slice(-1))

for (const [what, change, before, after] of [
  ['a type that is removed', (subscription: SubscriptionRow) => removeType(subscription, type), ['1'], []],
  [
    'a type that changes its version',
    (subscription: SubscriptionRow) => changeVersion(subscription, { type, schemaVersion: 2 }),
    ['1'],
    ['2'],
  ],
  [
    'a filter that is set',
    (subscription: SubscriptionRow) => changeFilter(subscription, "DialCallStatus = 'busy'"),
    ['1'],
    [],
  ],
  [
    'a filter that lets it pass',
    (subscription: SubscriptionRow) => changeFilter(subscription, "DialCallStatus = 'completed'"),
    ['1'],
    ['1'],
  ],
  [
    'a type that comes twice',
    (subscription: SubscriptionRow) => changeVersion(subscription, { type, schemaVersion: 1 }),
    ['1'],
    ['1'],
  ],
] as const) {
  test(`${what} counts from its place in the journal on, also for a sink that lags`, () => {
    const changed = savedAt(20, change(row()))
    assert.deepEqual(versionsAt(9, changed), [])
    assert.deepEqual(versionsAt(10, changed), ['1'])
    assert.deepEqual(versionsAt(19, changed), before)
    assert.deepEqual(versionsAt(20, changed), after)
  })
}

test('a type that is added begins where it was added, under the filter in force', () => {
  const filtered = savedAt(20, changeFilter(row({ ranges: [] }), "DialCallStatus = 'completed'"))
  const added = savedAt(30, addType(filtered, { type, schemaVersion: 2 }))
  assert.deepEqual(versionsAt(29, added), [])
  assert.deepEqual(versionsAt(30, added), ['2'])
  assert.equal(added.ranges[0]!.filter, "DialCallStatus = 'completed'")
})

test('removing and adding again leaves a gap', () => {
  const back = savedAt(30, addType(savedAt(20, removeType(row(), type)), { type, schemaVersion: 1 }))
  assert.deepEqual(
    [19, 20, 29, 30].map((seq) => versionsAt(seq, back).length),
    [1, 0, 0, 1],
  )
  assert.deepEqual(
    subscribedTypes(back).map(({ from }) => from),
    [30],
  )
})

test('changing nothing begins nothing', () => {
  const subscription = row()
  assert.deepEqual(changeFilter(subscription, null).ranges, subscription.ranges)
  assert.deepEqual(changeVersion(subscription, { type, schemaVersion: 1 }).ranges, subscription.ranges)
})

test('ranges that every cursor has passed are dropped, others stay', () => {
  const changed = savedAt(20, changeVersion(row(), { type, schemaVersion: 2 }))
  assert.equal(withoutPassedRanges(changed, 18), changed)
  assert.deepEqual(withoutPassedRanges(changed, 19).ranges, [changed.ranges[1]])
})

test('one event goes to every sink that wants it, and is written once for all', () => {
  const rows = ['DG1', 'DG2', 'DG3'].map((sid) => row({ sinkSid: sid as SinkSid }))
  const matches = compileSubscriptions(rows).match(10, [EVENT])
  assert.deepEqual(
    matches.map(({ sinkSid }) => sinkSid),
    ['DG1', 'DG2', 'DG3'],
  )
  assert.equal(new Set(matches.map(({ written }) => written)).size, 1)
})

test('a subscription sees its own account only', () => {
  assert.deepEqual(versionsAt(10, row({ accountSid: 'AC9' as AccountSid })), [])
})

test('an event nobody wants is not even written', () => {
  const untouched = { ...EVENT, written: () => assert.fail('written') }
  const other = row({ ranges: [{ type: 'other', schemaVersion: 1, filter: null, from: 0, to: null }] })
  assert.deepEqual(compileSubscriptions([other]).match(10, [untouched]), [])
})
