import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../lib/ids.ts'
import { BODY_BYTES_RECORDED_MAX, faultOf, toRecordedResponse } from './courier-record.ts'
import type { ExchangeError, Purpose } from './entry.ts'
import type { HttpResult } from './http-transport.ts'

const NOW = 0 as Instant

const answered = (
  status: number,
  body: string | Uint8Array = '<Response/>',
  contentType: string | null = 'text/xml',
  truncated = false,
) => ({
  ok: true as const,
  status,
  headers: contentType === null ? {} : { 'content-type': contentType },
  body: Buffer.from(body),
  truncated,
  durationMs: 2,
})
const outcomeOf = (result: HttpResult, error: ExchangeError | null = null) => ({
  result,
  error,
  hops: [],
  finalUrl: '',
  durationMs: 0,
})

const endless = 'x'.repeat(65_536)
for (const [what, result, purpose, code] of [
  ['a document', answered(200), 'twiml', null],
  ['status 404', answered(404), 'twiml', 11200],
  ['status 503 without a body', answered(503, ''), 'status-callback', 11200],
  ['status 304', answered(304, ''), 'twiml', 11200],
  ['an empty document', answered(200, ''), 'twiml', 11770],
  ['no content for a document', answered(204, ''), 'wait', 11770],
  ['no content for a callback', answered(204, ''), 'status-callback', null],
  ['an empty file', answered(200, ''), 'media', null],
  ['an endless document', answered(200, endless, 'text/xml', true), 'hold', 11750],
  ['an endless answer to a callback', answered(200, endless, 'text/xml', true), 'recording', null],
  ['long audio in place of a document', answered(200, endless, 'Audio/mpeg', true), 'announce', null],
] as const satisfies readonly (readonly [string, HttpResult, Purpose, number | null])[])
  test(`${what} (${purpose}) is ${code ?? 'fine'}`, () => {
    const fault = faultOf(outcomeOf(result), purpose, 15_000)
    assert.equal(fault?.code ?? null, code)
    if (code === 11200) assert.ok(fault?.message.includes(`status ${result.status}`), fault?.message)
  })

test('a redirect that cannot be followed is the fault, not the status of its answer', () => {
  const error = { code: 11215, message: 'More than 10 redirects.' }
  assert.deepEqual(faultOf(outcomeOf(answered(302, ''), error), 'twiml', 15_000), error)
})

for (const [totalTimeoutMs, code] of [
  [15_000, 11200],
  [14_999, 11203],
] as const)
  test(`silence to a total limit of ${totalTimeoutMs} ms is ${code}`, () => {
    const silence = { ok: false, kind: 'no-response', code: 11203, message: 'Silence.', durationMs: 1 } as const
    assert.deepEqual(faultOf(outcomeOf(silence), 'twiml', totalTimeoutMs), { code, message: 'Silence.' })
  })

const justCut = `${'x'.repeat(BODY_BYTES_RECORDED_MAX - 1)}ü and more`
for (const [what, bytes, body, bodyEncoding, truncated] of [
  ['nothing', '', '', 'utf8', false],
  ['text', 'Grüße', 'Grüße', 'utf8', false],
  ['bytes that are no text', Buffer.from([0xff, 0xfe]), '//4=', 'base64', false],
  ['text with a zero byte', 'a\0b', 'YQBi', 'base64', false],
  ['long text, cut within a character', justCut, 'x'.repeat(BODY_BYTES_RECORDED_MAX - 1), 'utf8', true],
  ['text as long as may be', 'x'.repeat(BODY_BYTES_RECORDED_MAX), 'x'.repeat(BODY_BYTES_RECORDED_MAX), 'utf8', false],
] as const)
  test(`${what} is recorded as ${bodyEncoding}`, () => {
    const response = toRecordedResponse(answered(200, bytes), NOW, true)
    assert.deepEqual([response.body, response.bodyEncoding, response.truncated], [body, bodyEncoding, truncated])
  })

test('a view into a larger buffer is recorded as the view', () => {
  const view = Buffer.from('before text after').subarray(7, 11)
  assert.equal(toRecordedResponse({ ...answered(200), body: view }, NOW, true).body, 'text')
})

test('the content type is recorded verbatim, "" when there is none', () => {
  assert.equal(
    toRecordedResponse(answered(200, '', 'Text/XML; charset=x'), NOW, true).contentType,
    'Text/XML; charset=x',
  )
  assert.equal(toRecordedResponse(answered(200, '', null), NOW, true).contentType, '')
})

test('a body that is not to be kept leaves only the fact that there was one', () => {
  const [some, none] = [answered(200, 'sound'), answered(200, '')].map((answer) =>
    toRecordedResponse(answer, NOW, false),
  )
  assert.deepEqual([some?.body, some?.truncated, none?.truncated], ['', true, false])
})
