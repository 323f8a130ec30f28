import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange, RecordedResponse } from '../../journal/entry.ts'
import type { ExchangeSid, Instant } from '../../lib/ids.ts'
import { type FactView, toEntryView } from './entry-view.ts'
import { ACCOUNT, aPlatform, CALL } from './test-platform.ts'

const AT = Date.UTC(2030, 0, 1) as Instant

const anExchange = (response: Partial<RecordedResponse> | null): Exchange => ({
  kind: 'exchange',
  sid: `VW${'1'.repeat(32)}` as ExchangeSid,
  accountSid: ACCOUNT,
  callSid: CALL,
  place: 3,
  at: AT,
  purpose: 'twiml',
  verb: 'Gather',
  asked: true,
  fallback: false,
  attempt: 1,
  direction: 'outward',
  hops: [],
  request: { method: 'POST', url: 'http://app.test/menu', parameters: { Digits: '1' } },
  response: response && {
    code: 200,
    contentType: 'text/xml',
    body: '<Response/>',
    bodyEncoding: 'utf8',
    truncated: false,
    at: AT,
    ...response,
  },
  error: response ? null : { code: 11205, message: 'no connection' },
  durationMs: 12,
})

test('an exchange is shown with its request, its answer and its place in the call', () => {
  assert.deepEqual(toEntryView(anExchange({})), {
    kind: 'exchange',
    sid: `VW${'1'.repeat(32)}`,
    callSid: CALL,
    direction: 'outward',
    purpose: 'twiml',
    verb: 'Gather',
    at: '2030-01-01T00:00:00.000Z',
    request: { method: 'POST', url: 'http://app.test/menu', parameters: { Digits: '1' } },
    response: { code: 200, contentType: 'text/xml', body: '<Response/>', bodyEncoding: 'utf8', truncated: false },
    error: null,
    durationMs: 12,
    asked: true,
    fallback: false,
    attempt: 1,
  })
})

test('an exchange without an answer says why', () => {
  const view = toEntryView(anExchange(null))
  assert.deepEqual(view.kind === 'exchange' && [view.response, view.error], [
    null,
    { code: 11205, message: 'no connection' },
  ])
})

for (const [chars, truncatedBefore, truncated] of [
  [4096, false, false],
  [4097, false, true],
  [10, true, true],
] as const) {
  test(`a body of ${chars} characters${truncatedBefore ? ' that was cut before' : ''} is shown ${truncated ? 'as cut' : 'whole'}`, () => {
    const view = toEntryView(anExchange({ body: 'x'.repeat(chars), truncated: truncatedBefore }))
    assert.equal(view.kind === 'exchange' && view.response?.body.length, Math.min(chars, 4096))
    assert.equal(view.kind === 'exchange' && view.response?.truncated, truncated)
  })
}

test('a fact is a flat object', () => {
  const { fact } = aPlatform()
  assert.deepEqual(toEntryView(fact({ fact: 'pressed', atMs: 400, digits: '12' })), {
    kind: 'fact',
    fact: 'pressed',
    callSid: CALL,
    at: '2030-01-01T00:00:00.000Z',
    atMs: 400,
    digits: '12',
  })
})

test('of SIP messages that are kept whole the first lines are shown', () => {
  const { fact } = aPlatform()
  const message = { atMs: 0, direction: 'sent', hop: 0, line: 'INVITE sip:b@c SIP/2.0', cseq: '1 INVITE' } as const
  const wire = { beganAt: AT, callIds: ['x'], hops: [], messages: [{ ...message, bytes: 'SU5WSVRF' }] }
  const { wire: shown } = toEntryView(fact({ fact: 'wire', wire })) as FactView
  assert.deepEqual(shown, { ...wire, messages: [message] })
})
