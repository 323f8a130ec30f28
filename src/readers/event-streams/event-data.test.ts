/** The limits on bodies and parameters of an event. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BODY_BYTES_MAX, eventData, PARAMETERS_BYTES_MAX } from './event-data.ts'
import { golden, goldenEvent } from './golden.ts'

const exchange = golden('twiml.call.requested')
const withBody = (body: string, bodyEncoding: 'utf8' | 'base64' = 'utf8', truncated = false) => ({
  ...exchange,
  response: { ...exchange.response!, body, bodyEncoding, truncated },
})
const withParameters = (parameters: Record<string, string | string[]>) => ({
  ...exchange,
  request: { ...exchange.request, parameters },
})
const decoded = (responseBody: string | undefined) => Buffer.from(responseBody!, 'base64')

for (const [what, change, bytes, truncated] of [
  ['an empty body', withBody(''), 0, false],
  ['a body of 32 KiB', withBody('x'.repeat(BODY_BYTES_MAX)), BODY_BYTES_MAX, false],
  ['a body one byte larger', withBody('x'.repeat(BODY_BYTES_MAX + 1)), BODY_BYTES_MAX, true],
  ['a body whose last character does not fit', withBody(`${'x'.repeat(BODY_BYTES_MAX - 1)}ü`), BODY_BYTES_MAX, true],
  ['bytes that are no text', withBody('/wD+', 'base64'), 3, false],
  ['a body that was cut when it was recorded', withBody('<Resp', 'utf8', true), 5, true],
] as const) {
  test(`${what} is sent as ${bytes} bytes${truncated ? ', marked truncated' : ''}`, () => {
    const { data, truncated: marked } = eventData(change, 'CA1')
    assert.equal(decoded(data.response?.responseBody).length, bytes)
    assert.equal(marked, truncated)
  })
}

test('bytes that are no text arrive as they were', () => {
  const { data } = eventData(withBody('/wD+', 'base64'), 'CA1')
  assert.deepEqual([...decoded(data.response?.responseBody)], [0xff, 0x00, 0xfe])
})

test('parameters of up to 16 KiB are left alone', () => {
  const parameters = { CallSid: 'CA1', Long: 'x'.repeat(15_000), Names: ['a', 'b'] }
  const { data, truncated } = eventData(withParameters(parameters), 'CA1')
  assert.equal(data.request.parameters, parameters)
  assert.equal(truncated, false)
})

test('longer ones lose the ends of their long values first', () => {
  const { data, truncated } = eventData(
    withParameters({ CallSid: 'CA1', Long: 'x'.repeat(20_000), Many: ['y'.repeat(5000), 'z'] }),
    'CA1',
  )
  assert.deepEqual(data.request.parameters, { CallSid: 'CA1', Long: 'x'.repeat(1024), Many: ['y'.repeat(1024), 'z'] })
  assert.equal(truncated, true)
})

test('and then the parameters that do not fit', () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, place) => [`P${place}`, 'x'.repeat(1000)]))
  const { data } = eventData(withParameters({ CallSid: 'CA1', ...many, Last: 'kept' }), 'CA1')
  assert.equal(data.request.parameters.CallSid, 'CA1')
  assert.ok(Buffer.byteLength(JSON.stringify(data.request.parameters)) <= PARAMETERS_BYTES_MAX)
  assert.equal(Object.keys(data.request.parameters).length, 17)
})

test('no character is cut in two', () => {
  const { data } = eventData(withParameters({ Long: `${'x'.repeat(1023)}😀${'x'.repeat(20_000)}` }), 'CA1')
  assert.equal(data.request.parameters.Long, 'x'.repeat(1023))
})

test('an event at both limits stays under 64 KiB, and says that it was cut', () => {
  const big = {
    ...withBody('x'.repeat(64 * 1024)),
    request: { ...exchange.request, parameters: { Twiml: '"'.repeat(30_000) } },
  }
  const { event, bytes } = goldenEvent('twiml.call.requested', big).written(2)
  assert.deepEqual(event.extensions, { truncated: true })
  assert.ok(bytes < 64 * 1024, `${bytes}`)
})
