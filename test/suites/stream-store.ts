/**
 * What every store of Event Streams must do: the conformance suite of StreamStore and DeliveryStore. An implementation's
 * own test calls `streamStoreSuite` with a way to make an empty place for a store.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '../../src/journal/store.ts'
import { type CallSid, type Instant, newSid, newUuid } from '../../src/lib/ids.ts'
import type {
  BegunAttempt,
  DeadLetter,
  DeliveryStore,
  WaitingRow,
} from '../../src/readers/event-streams/delivery-store.ts'
import type { SinkRow, StreamStore, SubscriptionDraft } from '../../src/readers/event-streams/ports.ts'
import { beginRange, removeType } from '../../src/readers/event-streams/subscription.ts'
import { ACCOUNT, aFact, anExchange } from './store-samples.ts'

export interface OpenStreams {
  readonly store: Store
  readonly streams: StreamStore & DeliveryStore
}
export interface StreamBed {
  open(): Promise<OpenStreams>
  remove(): Promise<void>
}

const at = (ms: number) => ms as Instant
const ABOUT = { accountSid: ACCOUNT, description: 'x', createdAt: at(1), updatedAt: at(1), version: 1 }

const aSink = (): SinkRow => ({
  ...ABOUT,
  sid: newSid('DG'),
  sink: { type: 'segment', config: { writeKey: 'MY-WRITE-KEY', endpoint: null, userId: null } },
  secrets: null,
  status: 'active',
})
const aDraft = ({ sid }: Pick<SinkRow, 'sid'>): SubscriptionDraft => ({
  ...ABOUT,
  sid: newSid('DF'),
  sinkSid: sid,
  filter: null,
  ranges: [beginRange({ type: 'a', schemaVersion: 2 }, null), beginRange({ type: 'b', schemaVersion: 1 }, null)],
})
const aWaiting = ({ sid }: SinkRow, more: Partial<WaitingRow> = {}): WaitingRow => ({
  id: newUuid(),
  sinkSid: sid,
  place: 1,
  trigger: 'retry',
  attempts: 1,
  firstAt: at(5),
  dueAt: at(9),
  lanes: ['CA1'],
  code: 91306,
  why: 'x',
  testId: null,
  events: ['{"id":"1"}', '{"id":"2"}'],
  ...more,
})
const aLetter = ({ sid }: SinkRow, more: Partial<DeadLetter> = {}): DeadLetter => ({
  sid: newSid('DL'),
  accountSid: ACCOUNT,
  sinkSid: sid,
  at: at(100),
  time: at(50),
  type: 'a',
  eventId: 'EZ1',
  callSid: null,
  code: 91305,
  why: 'x',
  attempts: 1,
  event: '{}',
  ...more,
})
const anAttempt = ({ sid }: SinkRow, id: number, more: Partial<BegunAttempt> = {}): BegunAttempt => ({
  id,
  at: at(100),
  accountSid: ACCOUNT,
  sinkSid: sid,
  deliveryId: newUuid(),
  attempt: 1,
  trigger: 'event',
  url: 'http://x/',
  testId: null,
  events: [{ id: 'EZ1', type: 'a', callSid: null }],
  ...more,
})
const END = {
  outcome: 'delivered',
  code: null,
  status: 200,
  durationMs: 3,
  why: null,
  answer: null,
  nextAt: null,
} as const

export function streamStoreSuite(name: string, newBed: () => Promise<StreamBed>): void {
  const check = (sentence: string, body: (open: OpenStreams, reopen: () => Promise<OpenStreams>) => Promise<void>) =>
    void test(`${name}: ${sentence}`, async () => {
      const bed = await newBed()
      let open = await bed.open()
      const reopen = async () => {
        await open.store.close()
        open = await bed.open()
        return open
      }
      try {
        await body(open, reopen)
      } finally {
        await open.store.close()
        await bed.remove()
      }
    })

  check(
    'a sink is there after reopening, and is saved only by who saw its last version',
    async ({ streams }, reopen) => {
      const sink = aSink()
      assert.equal(await streams.addSink(sink, 1), 'added')
      assert.equal(await streams.addSink(aSink(), 1), 'full')
      assert.equal(await streams.saveSink({ ...sink, status: 'failed' }), 'saved')
      assert.equal(await streams.saveSink({ ...sink, status: 'active' }), 'changed')
      const again = (await reopen()).streams
      assert.deepEqual(await again.sinks(ACCOUNT), [{ ...sink, status: 'failed', version: 2 }])
      assert.equal(await again.sink(newSid('AC'), sink.sid), null)
      assert.equal(await again.deleteSink(ACCOUNT, sink.sid), true)
      assert.equal(await again.deleteSink(ACCOUNT, sink.sid), false)
    },
  )

  check(
    '`now` is the place of the commit: nothing before counts, everything after does',
    async ({ store, streams }) => {
      const sink = aSink()
      await streams.addSink(sink, 9)
      const [before] = await store.append([aFact()])
      const saved = await streams.addSubscription(aDraft(sink), 9)
      assert.ok(typeof saved === 'object')
      const [after] = await store.append([aFact()])
      assert.deepEqual(
        saved.ranges.map(({ from, to }) => [from > before!, from <= after!, to]),
        [
          [true, true, null],
          [true, true, null],
        ],
      )
      const ended = await streams.saveSubscription(removeType(saved, 'a'))
      assert.ok(typeof ended === 'object')
      const [later] = await store.append([aFact()])
      const range = ended.ranges.find(({ type }) => type === 'a')
      assert.ok(range!.to! > after! && range!.to! <= later!)
      assert.equal(await streams.saveSubscription(removeType(saved, 'b')), 'changed')
    },
  )

  check('a sink has one subscription; limits are decided in the commit', async ({ streams }) => {
    const [one, two] = [aSink(), aSink()]
    for (const sink of [one, two]) await streams.addSink(sink, 9)
    const answers = await Promise.all([one, one, two].map((sink) => streams.addSubscription(aDraft(sink), 1)))
    assert.deepEqual(
      answers.map((answer) => (typeof answer === 'string' ? answer : 'added')),
      ['added', 'sink-in-use', 'full'],
    )
  })

  check(
    'a deleted subscription is gone for its owner, and ended for the reader behind it until it is forgotten',
    async ({ streams }) => {
      const sink = aSink()
      await streams.addSink(sink, 9)
      const saved = await streams.addSubscription(aDraft(sink), 9)
      assert.ok(typeof saved === 'object')
      assert.equal(await streams.deleteSubscription(ACCOUNT, saved.sid), true)
      assert.equal(await streams.subscription(ACCOUNT, saved.sid), null)
      const [delivering] = await streams.deliveringSinks()
      assert.ok(delivering!.subscriptions[0]!.ranges.every(({ to }) => to !== null))
      await streams.forgetSink(sink.sid)
      assert.deepEqual(await streams.deliveringSinks(), [])
      assert.ok(typeof (await streams.addSubscription(aDraft(sink), 9)) === 'object')
    },
  )

  check(
    'cursor, waiting deliveries and dead letters change together and survive',
    async ({ store, streams }, reopen) => {
      const sink = aSink()
      await streams.addSink(sink, 9)
      await streams.addSubscription(aDraft(sink), 9)
      const [seq] = await store.append([aFact()])
      const [first, second] = [aWaiting(sink), aWaiting(sink, { place: 0.5, lanes: [] })]
      const letter = aLetter(sink)
      await streams.commit({
        cursor: { sinkSid: sink.sid, seq: seq! },
        failing: { sinkSid: sink.sid, since: at(7) },
        waiting: [first, second],
        deadLetters: [letter],
      })
      const again = (await reopen()).streams
      const [{ state } = { state: null }] = await again.deliveringSinks()
      assert.deepEqual(state, { cursor: seq, failingSince: 7 })
      const { events, ...meta } = first
      const waiting = await again.waitingOf(sink.sid)
      assert.deepEqual(
        waiting.map(({ id }) => id),
        [second.id, first.id],
      )
      assert.deepEqual(waiting[1], meta)
      assert.deepEqual(await again.waitingEvents(first.id), events)
      assert.deepEqual(await again.deadLetter(ACCOUNT, letter.sid), letter)
      await again.commit({
        done: [second.id],
        waiting: [{ ...first, attempts: 2 }],
        cursor: { sinkSid: sink.sid, seq: 0 },
      })
      assert.deepEqual(
        (await again.waitingOf(sink.sid)).map(({ attempts }) => attempts),
        [2],
      )
      assert.equal((await again.deliveringSinks())[0]!.state!.cursor, seq)
      await again.deleteSink(ACCOUNT, sink.sid)
      await again.commit({ waiting: [first] })
      assert.equal(await again.waitingEvents(first.id), null)
      assert.equal((await again.deadLetters({ accountSid: ACCOUNT }, { before: null, max: 9 })).length, 1)
    },
  )

  check(
    'an attempt that a crash left open is of unknown outcome; the log has filters and pages',
    async ({ store, streams }, reopen) => {
      const [sink, other] = [aSink(), aSink()]
      const callSid = newSid('CA') as CallSid
      await store.append([aFact({ callSid })])
      const events = [{ id: 'EZ1', type: 'a', callSid }]
      await streams.commit({ begun: anAttempt(sink, 1, { events }) })
      await streams.commit({ ended: { id: 1, ...END }, begun: anAttempt(other, 2, { testId: 'T' }) })
      await streams.commit({ ended: { id: 2, ...END }, begun: anAttempt(sink, 3, { events }) })
      const again = (await reopen()).streams
      assert.equal(await again.recoverAttempts(), 3)
      const list = async (filter: object, max = 9, before: number | null = null) =>
        (await again.attempts({ accountSid: ACCOUNT, ...filter }, { before, max })).map(({ id, end }) => [
          id,
          end?.outcome,
        ])
      assert.deepEqual(await list({}), [
        [3, 'unknown'],
        [2, 'delivered'],
        [1, 'delivered'],
      ])
      assert.deepEqual(await list({}, 1, 3), [[2, 'delivered']])
      assert.deepEqual(await list({ sinkSid: sink.sid }), [
        [3, 'unknown'],
        [1, 'delivered'],
      ])
      assert.deepEqual(await list({ callSid }), [
        [3, 'unknown'],
        [1, 'delivered'],
      ])
      assert.deepEqual(await list({ callSid, outcome: 'delivered' }), [[1, 'delivered']])
      assert.deepEqual(await list({ outcome: 'unknown' }), [[3, 'unknown']])
      assert.equal(await again.testArrived(other.sid, 'T'), true)
      assert.equal(await again.testArrived(sink.sid, 'T'), false)
    },
  )

  check(
    'exchanges of a deleted call stay for a sink that has not read them, and for nobody else',
    async ({ store, streams }) => {
      const sink = aSink()
      await streams.addSink(sink, 9)
      await streams.addSubscription(aDraft(sink), 9)
      const callSid = newSid('CA') as CallSid
      const [seq] = await store.append([anExchange({ callSid }), aFact({ callSid })])
      await store.append([{ kind: 'delete-call', callSid }])
      const unread = await streams.entriesAfter(seq! - 1, 100)
      assert.deepEqual(
        unread.entries.map(({ seq: place, entry }) => [place, entry.kind]),
        [[seq, 'exchange']],
      )
      assert.deepEqual(await store.exchangesOfCall(callSid, -1, 9), [])
      assert.ok(
        (await store.readAfter(store.cursorAt(seq! - 1), 100)).entries.every(({ entry }) => entry.kind !== 'exchange'),
      )
      await streams.commit({ cursor: { sinkSid: sink.sid, seq: seq! } })
      await streams.tidy(at(0))
      assert.deepEqual((await streams.entriesAfter(seq! - 1, 100)).entries, [])
    },
  )

  check('dead letters are chosen for a redrive by sink, type and time', async ({ streams }) => {
    const [sink, other] = [aSink(), aSink()]
    await streams.commit({
      deadLetters: [
        aLetter(sink, { eventId: '1' }),
        aLetter(sink, { eventId: '2', type: 'b' }),
        aLetter(sink, { eventId: '3', time: at(60) }),
        aLetter(other, { eventId: '4' }),
      ],
    })
    const upTo = await streams.newestDeadLetter()
    await streams.commit({ deadLetters: [aLetter(sink, { eventId: '5' })] })
    const all = { sinkSid: sink.sid, types: null, from: null, to: null, upTo, max: 9 }
    const chosen = async (more: object) => (await streams.toRedrive({ ...all, ...more })).map(({ eventId }) => eventId)
    assert.deepEqual(await chosen({}), ['1', '2', '3'])
    assert.deepEqual(await chosen({ types: ['b'] }), ['2'])
    assert.deepEqual(await chosen({ from: at(60) }), ['3'])
    assert.deepEqual(await chosen({ to: at(60), max: 1 }), ['1'])
  })

  check('old log lines, dead letters and jobs are erased, open jobs are not', async ({ streams }) => {
    const sink = aSink()
    const job = {
      ...ABOUT,
      kind: 'redrive',
      sid: newSid('RD'),
      sinkSid: sink.sid,
      types: null,
      from: null,
      to: null,
      upTo: 0,
      events: 0,
      why: null,
    } as const
    await streams.commit({
      begun: anAttempt(sink, 1),
      deadLetters: [aLetter(sink)],
      job: { ...job, status: 'running' },
    })
    await streams.commit({ ended: { id: 1, ...END }, begun: anAttempt(sink, 2, { at: at(500) }) })
    await streams.commit({ job: { ...job, sid: newSid('RD'), status: 'completed' } })
    assert.equal(await streams.tidy(at(200)), 3)
    assert.equal(await streams.tidy(at(200)), 0)
    const left = await streams.attempts({ accountSid: ACCOUNT }, { before: null, max: 9 })
    assert.deepEqual(
      left.map(({ id }) => id),
      [2],
    )
    assert.deepEqual(
      (await streams.openJobs()).map(({ sid }) => sid),
      [job.sid],
    )
  })
}
