/** Redirects, cookies and credentials of one attempt, against a scripted web. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHttpUrl } from '../wire/webhook/http-url.ts'
import { DEFAULT_OVERRIDES } from '../wire/webhook/overrides.ts'
import { signRequest } from '../wire/webhook/signature.ts'
import { makeAttempt, type Plan, REDIRECTS_MAX } from './courier-attempt.ts'
import { CallCookies, COOKIE_BYTES_MAX, COOKIES_MAX } from './courier-cookies.ts'
import type { HttpRequest, HttpResult } from './http-transport.ts'

const TOKEN = 'auth-token'

const aPlan = (url: string, change: Partial<Plan> = {}): Plan => ({
  method: 'POST',
  givenUrl: url,
  url: parseHttpUrl(url),
  headers: { Accept: '*/*', 'X-Twilio-Signature': 'first', 'Content-Type': 'form' },
  body: 'Digits=1',
  authToken: TOKEN,
  overrides: DEFAULT_OVERRIDES,
  bodyBytesMax: 1000,
  cookies: undefined,
  cache: true,
  stop: undefined,
  ...change,
})

type Page = { readonly status?: number; readonly headers?: Record<string, string | string[]> }

/** A web of pages by URL; an array answers one after another. Unknown URLs are 200. */
function aWeb(pages: Record<string, Page | Page[]>) {
  const sent: HttpRequest[] = []
  const send = async (request: HttpRequest): Promise<HttpResult> => {
    const times = sent.filter(({ url }) => url === request.url).length
    sent.push(request)
    const page = pages[request.url] ?? {}
    const { status = 200, headers = {} } = Array.isArray(page) ? page[Math.min(times, page.length - 1)]! : page
    return { ok: true, status, headers, body: Buffer.from('ok'), truncated: false, durationMs: 10 }
  }
  return { sent, transport: { send, close: async () => {} } }
}
const moved = (location: string, status = 302): Page => ({ status, headers: { location } })
const always = () => 1000

for (const status of [301, 302, 303, 307, 308])
  test(`a POST redirected with ${status} goes on as a GET without parameters, signed for the new URL`, async () => {
    const { sent, transport } = aWeb({ 'https://a.example/x': moved('/y?z=1', status) })
    const outcome = await makeAttempt(transport, aPlan('https://a.example/x'), always)
    assert.deepEqual(
      sent.map(({ method, url, body }) => [method, url, body]),
      [
        ['POST', 'https://a.example/x', 'Digits=1'],
        ['GET', 'https://a.example/y?z=1', undefined],
      ],
    )
    assert.deepEqual(sent[1]?.headers, {
      Accept: '*/*',
      'X-Twilio-Signature': signRequest(TOKEN, 'https://a.example/y?z=1'),
    })
    assert.deepEqual(outcome.hops, ['https://a.example/y?z=1'])
    assert.deepEqual([outcome.finalUrl, outcome.durationMs, outcome.error], ['https://a.example/y?z=1', 20, null])
  })

test('each redirect is resolved against the one before', async () => {
  const { transport } = aWeb({
    'https://a.example/x/1': moved('2'),
    'https://a.example/x/2': moved('//b.example/3/'),
    'https://b.example/3/': moved('http://C.example:8080/%7e?a=b'),
  })
  const outcome = await makeAttempt(transport, aPlan('https://a.example/x/1'), always)
  assert.deepEqual(outcome.hops, ['https://a.example/x/2', 'https://b.example/3/', 'http://C.example:8080/%7e?a=b'])
})

test('ten redirects are followed, the eleventh is an error beside its answer', async () => {
  const chain = (length: number) =>
    aWeb(
      Object.fromEntries(Array.from({ length }, (_, index) => [`https://a.example/${index}`, moved(`/${index + 1}`)])),
    )
  const ten = await makeAttempt(chain(10).transport, aPlan('https://a.example/0'), always)
  assert.deepEqual([ten.error, ten.hops.length, ten.result.ok && ten.result.status], [null, REDIRECTS_MAX, 200])
  const endless = await makeAttempt(chain(20).transport, aPlan('https://a.example/0'), always)
  assert.deepEqual(
    [endless.error?.code, endless.hops.length, endless.result.ok && endless.result.status],
    [11215, 10, 302],
  )
})

for (const [what, location] of [
  ['raw', Buffer.from('/grüße').toString('latin1')],
  ['escaped', '/gr%C3%BC%C3%9Fe'],
] as const)
  test(`a Location with ${what} UTF-8 leads to the same place`, async () => {
    const { sent, transport } = aWeb({ 'https://a.example/x': moved(location) })
    await makeAttempt(transport, aPlan('https://a.example/x'), always)
    assert.equal(sent[1]?.url, 'https://a.example/gr%C3%BC%C3%9Fe')
  })

for (const location of ['', 'mailto:a@b', 'http://', undefined])
  test(`a redirect to ${JSON.stringify(location)} is invalid`, async () => {
    const { transport } = aWeb({
      'https://a.example/x': { status: 302, headers: location === undefined ? {} : { location } },
    })
    const outcome = await makeAttempt(transport, aPlan('https://a.example/x'), always)
    assert.deepEqual([outcome.error?.code, outcome.result.ok && outcome.result.status], [11216, 302])
  })

for (const status of [300, 304, 305])
  test(`an answer ${status} is no redirect`, async () => {
    const { sent, transport } = aWeb({ 'https://a.example/x': moved('/y', status) })
    await makeAttempt(transport, aPlan('https://a.example/x'), always)
    assert.equal(sent.length, 1)
  })

test('the time left shrinks from hop to hop', async () => {
  const { sent, transport } = aWeb({ 'https://a.example/x': moved('/y') })
  const left = [900, 400]
  await makeAttempt(transport, aPlan('https://a.example/x'), () => left.shift()!)
  assert.deepEqual(
    sent.map(({ totalTimeoutMs }) => totalTimeoutMs),
    [900, 400],
  )
})

test('only the GETs of a plan that allows it may be answered from the cache', async () => {
  for (const cache of [true, false]) {
    const { sent, transport } = aWeb({ 'https://a.example/x': moved('/y') })
    await makeAttempt(transport, aPlan('https://a.example/x', { cache }), always)
    assert.deepEqual(
      sent.map((request) => request.cache),
      [false, cache],
    )
  }
})

test('an unsigned request stays unsigned when redirected', async () => {
  const { sent, transport } = aWeb({ 'https://a.example/x': moved('/y') })
  const plan = aPlan('https://a.example/x', {
    method: 'GET',
    headers: { Accept: '*/*' },
    body: undefined,
    authToken: null,
  })
  await makeAttempt(transport, plan, always)
  assert.deepEqual(
    sent.map(({ headers }) => headers),
    [{ Accept: '*/*' }, { Accept: '*/*' }],
  )
})

test('the configured spelling of the host is sent as Host', async () => {
  const { sent, transport } = aWeb({})
  await makeAttempt(transport, aPlan('https://App.example/x'), always)
  assert.deepEqual([sent[0]?.url, sent[0]?.headers.Host], ['https://app.example/x', 'App.example'])
})

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const authorizations = (sent: readonly HttpRequest[]) => sent.map(({ headers }) => headers.Authorization)

test('credentials go out at once, stay on their origin, and come back for relative URLs', async () => {
  const { sent, transport } = aWeb({
    'https://a.example/x': moved('/y'),
    'https://a.example/y': moved('https://b.example/z'),
    'https://b.example/z': moved('https://a.example/w'),
    'https://a.example/w': moved('https://v:q@c.example/last'),
  })
  const outcome = await makeAttempt(transport, aPlan('https://u:p%40@a.example/x'), always)
  assert.deepEqual(authorizations(sent), [basic('u:p@'), basic('u:p@'), undefined, undefined, basic('v:q')])
  assert.deepEqual(outcome.hops.at(-1), 'https://c.example/last')
  assert.equal(outcome.finalUrl, 'https://v:q@c.example/last')
  const same = await makeAttempt(transport, aPlan('https://u:p%40@b.example/z2'), always)
  assert.equal(same.finalUrl, 'https://u:p%40@b.example/z2')
  const web = aWeb({ 'https://d.example/x': moved('https://d.example/y') })
  assert.equal(
    (await makeAttempt(web.transport, aPlan('https://u:p@d.example/x'), always)).finalUrl,
    'https://u:p@d.example/y',
  )
})

const CHALLENGE = 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256'
const challenge: Page = { status: 401, headers: { 'www-authenticate': ['Basic realm="r"', CHALLENGE] } }

test('a Digest challenge is answered in the same exchange, body included, and counts on over redirects', async () => {
  const { sent, transport } = aWeb({ 'https://a.example/x': [challenge, moved('/y')] })
  const outcome = await makeAttempt(transport, aPlan('https://u:p@a.example/x'), always)
  const [first, second, third] = authorizations(sent)
  assert.equal(first, basic('u:p'))
  assert.match(second ?? '', /^Digest username="u".* uri="\/x", .*nc=00000001/)
  assert.match(third ?? '', /^Digest username="u".* uri="\/y", .*nc=00000002/)
  assert.deepEqual(
    sent.map(({ body }) => body),
    ['Digits=1', 'Digits=1', undefined],
  )
  assert.deepEqual([outcome.result.ok && outcome.result.status, outcome.hops.length, outcome.durationMs], [200, 1, 30])
})

for (const [what, url, pages, requests] of [
  ['wrong credentials', 'https://u:p@a.example/x', [challenge], 2],
  ['no credentials', 'https://a.example/x', [challenge], 1],
  [
    'a challenge we cannot answer',
    'https://u:p@a.example/x',
    [{ status: 401, headers: { 'www-authenticate': 'Negotiate' } }],
    1,
  ],
] as const)
  test(`with ${what} a 401 is the answer`, async () => {
    const { sent, transport } = aWeb({ 'https://a.example/x': pages as unknown as Page[] })
    const outcome = await makeAttempt(transport, aPlan(url), always)
    assert.deepEqual([sent.length, outcome.result.ok && outcome.result.status], [requests, 401])
  })

test('cookies come back on later hops and requests of the call, by the rules of browsers', async () => {
  const cookies = new CallCookies()
  const { sent, transport } = aWeb({
    'https://a.example/x': {
      status: 302,
      headers: { location: '/y', 'set-cookie': ['s=1; Path=/', 'only=x; Path=/x', 'bad=1; Domain=other.example'] },
    },
    'https://a.example/y': moved('https://b.example/'),
    'https://a.example/out': { headers: { 'set-cookie': 's=; Max-Age=0; Path=/' } },
  })
  await makeAttempt(transport, aPlan('https://a.example/x', { cookies }), always)
  await makeAttempt(transport, aPlan('https://a.example/x', { cookies }), always)
  await makeAttempt(transport, aPlan('https://a.example/out', { cookies }), always)
  await makeAttempt(transport, aPlan('https://a.example/end', { cookies }), always)
  const sentCookies = sent.map(({ headers }) => headers.Cookie)
  assert.deepEqual(sentCookies, [undefined, 's=1', undefined, 'only=x; s=1', 's=1', undefined, 's=1', undefined])
})

test('a call keeps a bounded number of cookies of bounded size', async () => {
  const cookies = new CallCookies()
  await cookies.take('https://a.example/', `long=${'x'.repeat(COOKIE_BYTES_MAX)}`)
  assert.equal(cookies.headerFor('https://a.example/'), undefined)
  await cookies.take(
    'https://a.example/',
    Array.from({ length: 200 }, (_, index) => `c${index}=1`),
  )
  assert.equal(cookies.headerFor('https://a.example/')?.split('; ').length, COOKIES_MAX)
})

test('a cookie outside of ASCII comes back byte for byte', async () => {
  const cookies = new CallCookies()
  const asBytes = Buffer.from('name=Grüße').toString('latin1')
  await cookies.take('https://a.example/', `${asBytes}; Path=/`)
  assert.equal(cookies.headerFor('https://a.example/x'), asBytes)
})
