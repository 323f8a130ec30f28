import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpRequest, HttpResult } from '../../journal/http-transport.ts'
import { ResponseCache } from './response-cache.ts'

const aRequest = (change: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url: 'https://e.com/a.mp3',
  headers: { Accept: '*/*' },
  connectTimeoutMs: 1000,
  readTimeoutMs: 1000,
  totalTimeoutMs: 1000,
  bodyBytesMax: 1000,
  cache: true,
  ...change,
})
const anAnswer = (headers: Record<string, string | string[]>, change: object = {}): HttpResult => ({
  ok: true,
  status: 200,
  headers: { 'content-type': 'audio/mpeg', ...headers },
  body: Buffer.from('sound'),
  truncated: false,
  durationMs: 7,
  ...change,
})
const aCache = (bytesMax = 10_000) => {
  const time = { ms: 0 }
  return { time, cache: new ResponseCache({ bytesMax, nowMs: () => time.ms }) }
}

for (const [what, change, applies] of [
  ['a GET that asks for it', {}, true],
  ['a GET that does not', { cache: false }, false],
  ['a POST', { method: 'POST' }, false],
  ['a GET with credentials', { headers: { Authorization: 'Basic eA==' } }, false],
  ['a GET with cookies', { headers: { Cookie: 'a=1' } }, false],
] as const)
  test(`${what} ${applies ? 'may be' : 'is never'} answered from the cache`, () => {
    assert.equal(ResponseCache.applies(aRequest(change)), applies)
  })

for (const [headers, freshMs] of [
  [{ 'cache-control': 'max-age=60' }, 60_000],
  [{ 'cache-control': 'public, Max-Age="60", s-maxage=10' }, 10_000],
  [{ 'cache-control': 'max-age=60', age: '20' }, 40_000],
  [{ expires: 'Thu, 01 Jan 2026 00:01:00 GMT', date: 'Thu, 01 Jan 2026 00:00:00 GMT' }, 60_000],
  [{ 'cache-control': 'max-age=60', vary: 'Accept-Encoding' }, 60_000],
  [{ 'cache-control': 'max-age=60, no-cache', etag: '"1"' }, 0],
  [{ etag: '"1"' }, 0],
  [{ 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' }, 0],
  [{ 'cache-control': 'max-age=60, no-store' }, 0],
  [{ 'cache-control': 'max-age=60, private' }, 0],
  [{ 'cache-control': 'max-age=60', vary: 'X-Twilio-Signature' }, 0],
  [{ 'cache-control': 'max-age=60', 'set-cookie': ['a=1'] }, 0],
  [{ 'cache-control': 'max-age=soon' }, 0],
  [{}, 0],
] as const)
  test(`${JSON.stringify(headers)} is fresh for ${freshMs} ms`, () => {
    const { cache, time } = aCache()
    cache.settle(aRequest(), anAnswer(headers as Record<string, string>))
    time.ms = Math.max(0, freshMs - 1)
    const fresh = cache.fresh(aRequest())
    assert.equal(fresh?.ok && Buffer.from(fresh.body).toString(), freshMs > 0 ? 'sound' : undefined)
    time.ms = freshMs
    assert.equal(cache.fresh(aRequest()), null)
  })

test('a stale answer is asked for by its validators and reused when it still holds', () => {
  const { cache, time } = aCache()
  cache.settle(aRequest(), anAnswer({ etag: '"1"', 'last-modified': 'yesterday', 'cache-control': 'max-age=1' }))
  time.ms = 5000
  const again = cache.conditional(aRequest())
  assert.deepEqual(again.headers, { Accept: '*/*', 'If-None-Match': '"1"', 'If-Modified-Since': 'yesterday' })
  const answer = cache.settle(
    aRequest(),
    anAnswer({ 'cache-control': 'max-age=9' }, { status: 304, body: Buffer.alloc(0) }),
  )
  assert.ok(answer.ok)
  assert.deepEqual(
    [answer.status, Buffer.from(answer.body).toString(), answer.headers['content-type']],
    [200, 'sound', 'audio/mpeg'],
  )
  time.ms = 13_999
  assert.ok(cache.fresh(aRequest()))
})

test('a new answer replaces the stale one, also when it may not be kept', () => {
  const { cache } = aCache()
  cache.settle(aRequest(), anAnswer({ etag: '"1"' }))
  cache.settle(aRequest(), anAnswer({ 'cache-control': 'no-store' }))
  assert.deepEqual(cache.conditional(aRequest()).headers, { Accept: '*/*' })
})

test('errors and cut answers are not kept', () => {
  const { cache } = aCache()
  cache.settle(aRequest(), anAnswer({ etag: '"1"' }, { status: 500 }))
  cache.settle(aRequest(), anAnswer({ etag: '"1"' }, { truncated: true }))
  assert.deepEqual(cache.conditional(aRequest()).headers, { Accept: '*/*' })
})

test('an answer longer than this caller takes is not reused for it', () => {
  const { cache } = aCache()
  cache.settle(aRequest(), anAnswer({ 'cache-control': 'max-age=60' }))
  assert.equal(cache.fresh(aRequest({ bodyBytesMax: 4 })), null)
})

test('memory stays within its limit: what was unused for longest goes, giants are not kept at all', () => {
  const { cache } = aCache(1600)
  const url = (index: number) => `https://e.com/${index}`
  const body = Buffer.alloc(180)
  for (let index = 0; index < 9; index++) {
    cache.settle(aRequest({ url: url(index) }), anAnswer({ 'cache-control': 'max-age=60' }, { body }))
    cache.fresh(aRequest({ url: url(0) }))
  }
  const kept = Array.from({ length: 9 }, (_, index) => cache.fresh(aRequest({ url: url(index) })) !== null)
  assert.deepEqual(kept, [true, false, true, true, true, true, true, true, true])
  cache.settle(aRequest({ url: url(10) }), anAnswer({ 'cache-control': 'max-age=60' }, { body: Buffer.alloc(300) }))
  assert.equal(cache.fresh(aRequest({ url: url(10) })), null)
})
