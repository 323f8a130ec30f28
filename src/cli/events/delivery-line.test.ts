import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Delivery, deliveryLines } from './delivery-line.ts'
import { clockTime } from './event-line.ts'

const AT = '2026-01-02T03:04:05.678Z'
const TIME = clockTime(AT)
const CALL = 'CA06d1000000000000000000000000e2f1'
const REQUESTED = { id: 'EZ1', type: 'com.twilio.voice.twiml.call.requested', callSid: CALL }
const TEST = { id: 'AC1', type: 'com.twilio.eventstreams.test-event', callSid: null }

const DELIVERED: Delivery = {
  deliveryId: 'd',
  at: AT,
  attempt: 1,
  events: [REQUESTED],
  outcome: 'delivered',
  code: null,
  status: 200,
  durationMs: 12.4,
  why: null,
  nextAttemptAt: null,
}
const FAILED = { code: 91308, status: null, durationMs: 5000, why: 'no answer in 5 s' }

for (const [what, delivery, lines] of [
  ['an event that arrived', DELIVERED, [`${TIME}  200     12 ms  delivered       twiml.call.requested  CA06d1…e2f1`]],
  [
    'a batch',
    { ...DELIVERED, events: [REQUESTED, TEST] },
    [
      `${TIME}  200     12 ms  delivered       2 events`,
      '              twiml.call.requested  CA06d1…e2f1',
      '              com.twilio.eventstreams.test-event',
    ],
  ],
  [
    'a failure that is tried again',
    { ...DELIVERED, ...FAILED, outcome: 'retrying', attempt: 2, nextAttemptAt: '2026-01-02T03:04:15.000Z' },
    [
      `${TIME}  none  5000 ms  again in 4 s    twiml.call.requested  CA06d1…e2f1  try 2`,
      '              91308: no answer in 5 s',
    ],
  ],
  [
    'a failure that is final',
    { ...DELIVERED, outcome: 'given-up', code: 91305, status: 404, why: 'the endpoint answered 404' },
    [
      `${TIME}  404     12 ms  given up        twiml.call.requested  CA06d1…e2f1`,
      '              91305: the endpoint answered 404',
    ],
  ],
] as const satisfies readonly (readonly [string, Delivery, readonly string[]])[]) {
  test(`${what} is told with what came back and what follows`, () => {
    assert.deepEqual(deliveryLines(delivery, { columns: Number.POSITIVE_INFINITY, color: false }), lines)
  })
}

test('no line is wider than the terminal', () => {
  const why = 'x'.repeat(200)
  for (const line of deliveryLines({ ...DELIVERED, events: [REQUESTED, TEST], why }, { columns: 60, color: false }))
    assert.ok(line.length <= 60, line)
})
