import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../lib/ids.ts'
import { VirtualClock } from '../lib/virtual-clock.ts'
import { parseMessage } from '../wire/sip/parse-message.ts'
import { HOP, step, traced, type Written, wireBytes } from './test-wire.ts'
import { SETTLE_MS, TRACE_BYTES_MAX, TRACE_MESSAGES_MAX, type Trace } from './trace.ts'
import type { KeepMessages } from './trace-story.ts'
import { Traces, UNCLAIMED_MAX } from './traces.ts'

const START = Date.UTC(2030, 0, 1) as Instant

function aWire(keepMessages: KeepMessages = 'failed') {
  const clock = new VirtualClock({ startAt: START, settleMs: 0, mode: 'held' })
  const traces = new Traces({ clock, keepMessages, us: () => '192.0.2.1:5060' })
  return {
    clock,
    traces,
    receive(line: string, written: Written = {}) {
      const bytes = wireBytes(line, written)
      const parsed = parseMessage(bytes)
      assert.ok(parsed.ok, parsed.ok ? '' : parsed.why)
      traces.received(parsed.message, bytes, HOP)
    },
    send: (line: string, written: Written = {}) => traces.sent(HOP, wireBytes(line, written)),
  }
}

const INVITE = 'INVITE sip:b@example.com SIP/2.0'
const ACK = 'ACK sip:b@example.com SIP/2.0'
const aTrace = (keepMessages: KeepMessages = 'none') => aWire(keepMessages).traces.begin()
const lines = (trace: Trace) => trace.story()?.messages.map(({ direction, line }) => `${direction} ${line}`) ?? []

test('of a call from outside everything is there, from the INVITE that was challenged on', async () => {
  const { traces, clock, receive, send } = aWire()
  receive(INVITE)
  send('SIP/2.0 401 Unauthorized', { to: 'x', cseq: '1 INVITE' })
  receive(ACK, { to: 'x' })
  await clock.advance(20)
  receive(INVITE, { cseq: '2 INVITE' })
  const trace = traces.claim('c1')
  await clock.advance(5)
  send('SIP/2.0 486 Busy Here', { to: 'y', cseq: '2 INVITE' })
  const over = trace.over(false)
  receive(ACK, { to: 'y', cseq: '2 ACK' })
  const story = await over
  assert.equal(story?.beganAt, START)
  assert.deepEqual(story.callIds, ['c1'])
  assert.deepEqual(story.hops, [{ transport: 'udp', us: '192.0.2.1:5060', peer: '192.0.2.7:5062' }])
  assert.deepEqual(
    story.messages.map(({ atMs, direction, cseq }) => [atMs, direction, cseq]),
    [
      [0, 'received', '1 INVITE'],
      [0, 'sent', '1 INVITE'],
      [0, 'received', '1 ACK'],
      [20, 'received', '2 INVITE'],
      [25, 'sent', '2 INVITE'],
      [25, 'received', '2 ACK'],
    ],
  )
  assert.equal(traces.size, 0)
  receive(ACK, { to: 'y' })
  assert.equal(traces.size, 0)
})

test('a call of ours that is tried at two places has one record', () => {
  const { traces, receive, send } = aWire()
  const trace = traces.begin()
  for (const callId of ['one', 'two']) {
    traces.follow(callId, trace)
    assert.ok(send(INVITE, { callId }))
  }
  receive('SIP/2.0 503 Full', { callId: 'one', to: 'x', cseq: '1 INVITE' })
  receive('SIP/2.0 180 Ringing', { callId: 'other', to: 'x', cseq: '1 INVITE' })
  assert.equal(send(INVITE, { callId: 'other' }), null)
  assert.deepEqual(lines(trace), [`sent ${INVITE}`, `sent ${INVITE}`, 'received SIP/2.0 503 Full'])
  assert.deepEqual(trace.story()?.callIds, ['one', 'two'])
})

test('a call of ours that is led back to us is in both records', async () => {
  const { traces, receive, send } = aWire()
  const ours = traces.begin()
  traces.follow('c1', ours)
  send(INVITE)
  receive(INVITE)
  const theirs = traces.claim('c1')
  send('SIP/2.0 180 Ringing', { to: 'x', cseq: '1 INVITE' })
  assert.deepEqual(lines(ours), lines(theirs))
  assert.equal(lines(theirs).length, 3)
})

test('callers that get no leg are forgotten, the oldest first', async () => {
  const { traces, clock, receive } = aWire()
  for (let at = 0; at < UNCLAIMED_MAX + 50; at++) receive(INVITE, { callId: `c${at}` })
  assert.equal(traces.size, UNCLAIMED_MAX)
  assert.deepEqual(lines(traces.claim('c0')), [])
  assert.equal(lines(traces.claim('c100')).length, 1)
  await clock.advance(10_000)
  receive(INVITE, { callId: 'late' })
  // Those two have legs.
  assert.equal(traces.size, 3)
})

test('of a caller without a leg only so much is kept', () => {
  const { traces, receive } = aWire()
  for (let at = 0; at < 50; at++) receive(INVITE)
  assert.equal(lines(traces.claim('c1')).length, 10)
  receive(INVITE, { callId: 'big', more: [`X-Big: ${'x'.repeat(7000)}`, `X-Bigger: ${'x'.repeat(7000)}`] })
  receive(INVITE, { callId: 'big', more: [`X-Big: ${'x'.repeat(7000)}`] })
  assert.equal(lines(traces.claim('big')).length, 1)
})

test('of more messages than fit the first and the last are there, and how many are not', async () => {
  const trace = aTrace()
  for (let at = 0; at < 1000; at++) trace.add(step(`> INFO ${at}`))
  const { messages } = trace.story()!
  assert.equal(messages.length, TRACE_MESSAGES_MAX)
  assert.deepEqual(
    messages.flatMap(({ cseq, omittedBefore }, index) => (omittedBefore ? [[index, cseq, omittedBefore]] : [])),
    [[150, '950 INFO', 800]],
  )
  assert.equal(messages[149]?.cseq, '149 INFO')
  assert.equal(messages.at(-1)?.cseq, '999 INFO')
})

test('of more bytes than fit as well', () => {
  const trace = aTrace()
  const big = (cseq: number) => traced('sent', wireBytes(INVITE, { cseq: `${cseq} INVITE`, body: 'x'.repeat(60_000) }))
  for (let at = 0; at < 20; at++) trace.add(big(at))
  const { messages } = trace.story()!
  assert.deepEqual(
    messages.map(({ cseq, omittedBefore = 0 }) => [cseq, omittedBefore]),
    [
      ['0 INVITE', 0],
      ['1 INVITE', 0],
      ['2 INVITE', 0],
      ['19 INVITE', 16],
    ],
  )
  const kept = trace.messages.reduce((sum, { bytes }) => sum + bytes.length, 0)
  assert.ok(kept <= TRACE_BYTES_MAX)
})

test('repeats and what did not go out are told', () => {
  const { traces, send } = aWire()
  const trace = traces.begin()
  traces.follow('c1', trace)
  send(INVITE)
  send(INVITE)!.notSent = 'Nobody listens'
  assert.deepEqual(
    trace.story()!.messages.map(({ repeats, notSent }) => [repeats, notSent]),
    [
      [undefined, undefined],
      [true, 'Nobody listens'],
    ],
  )
})

const UP = ['> INVITE', '< 200 1 INVITE', '> ACK 1']
const ENDED = [...UP, '> BYE 2 a b', '< 200 2 BYE']
for (const [what, keep, steps, isFault, expected] of [
  ['a call that went well', 'failed', ENDED, false, false],
  ['one that ended by a fault', 'failed', ENDED, true, true],
  ['one that was declined', 'failed', ['> INVITE', '< 603 1 INVITE', '> ACK 1'], false, false],
  ['one that was not found', 'failed', ['> INVITE', '< 404 1 INVITE', '> ACK 1'], false, true],
  ['one whose BYE was not answered', 'failed', [...UP, '> BYE 2 a b'], false, true],
  ['one that went well, where all are kept', 'all', ENDED, false, true],
  ['one that failed, where none are', 'none', ['> INVITE', '< 404 1 INVITE', '> ACK 1'], true, false],
] as const)
  test(`${what}: its bytes are ${expected ? '' : 'not '}kept`, async () => {
    const { traces, clock } = aWire(keep)
    const trace = traces.begin()
    for (const one of steps) trace.add(step(one))
    const over = trace.over(isFault)
    await clock.advance(SETTLE_MS)
    const story = await over
    assert.equal(story?.messages.length, steps.length)
    assert.equal(
      story.messages.every(({ bytes }) => bytes !== undefined),
      expected,
    )
  })

test('the end waits for the last answer, but not for ever', async () => {
  const { traces, clock } = aWire()
  const trace = traces.begin()
  for (const one of UP) trace.add(step(one))
  let isOver = false
  const over = trace.over(false).then((story) => {
    isOver = true
    return story
  })
  await clock.advance(SETTLE_MS - 1)
  assert.equal(isOver, false)
  await clock.advance(1)
  assert.equal((await over)?.messages.length, 3)
  traces.follow('late', trace)
  assert.equal(traces.size, 0)
})

test('a leg that nothing was sent for has no story', async () => {
  assert.equal(await aTrace('all').over(true), null)
})
