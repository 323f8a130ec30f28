/** The courier with a journal in memory and a scripted world: order of records, wire form, retries, what is recorded. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AccountSid, type CallSid, type Instant, newSid } from '../lib/ids.ts'
import { silentLogger } from '../lib/logger.ts'
import { VirtualClock } from '../lib/virtual-clock.ts'
import { decodeForm } from '../wire/webhook/form.ts'
import { signRequest } from '../wire/webhook/signature.ts'
import { Courier, type CourierOptions, type OutwardRequest } from './courier.ts'
import type { Exchange, Fact, Intent } from './entry.ts'
import type { HttpRequest, HttpResult } from './http-transport.ts'
import type { Write } from './store.ts'

const TOKEN = 'auth-token'
const ACCOUNT = newSid('AC') as AccountSid
const CALL = newSid('CA') as CallSid
const NOW = Date.UTC(2030, 0, 1) as Instant

const answered = (status: number, body: string | Uint8Array = '<Response/>', headers: object = {}): HttpResult => ({
  ok: true,
  status,
  headers: { 'content-type': 'text/xml', ...headers },
  body: Buffer.from(body),
  truncated: false,
  durationMs: 2.4,
})
const failed = (kind: 'connect' | 'no-response' | 'broken' | 'stopped', code: number): HttpResult => ({
  ok: false,
  kind,
  code,
  message: 'The world said no.',
  durationMs: 1,
})
const movedTo = (location: string, status = 302) => answered(status, '', { location })

/** A courier whose world answers one result after another, the last for ever. Everything that happens is in `story`. */
function aCourier(results: readonly HttpResult[], options: Partial<CourierOptions> = {}) {
  const clock = new VirtualClock({ startAt: NOW, settleMs: 0, mode: 'held' })
  const story: string[] = []
  const groups: Write[][] = []
  const sent: HttpRequest[] = []
  const courier = new Courier({
    journal: {
      append: async (group) => {
        groups.push([...group])
        story.push(`write ${group.map(({ kind }) => kind).join('+')}`)
      },
    },
    transport: {
      send: async (request) => {
        story.push(`send ${request.method}`)
        sent.push(request)
        return results[Math.min(sent.length, results.length) - 1]!
      },
      close: async () => {},
    },
    clock,
    authTokenOf: () => TOKEN,
    logger: silentLogger,
    realMs: () => 0,
    ...options,
  })
  const written = <Kind extends Write['kind']>(kind: Kind) =>
    groups.flat().filter((write): write is Extract<Write, { kind: Kind }> => write.kind === kind)
  return { courier, clock, story, groups, sent, written }
}

let place = 0
const aRequest = (change: Partial<OutwardRequest> = {}): OutwardRequest => ({
  accountSid: ACCOUNT,
  callSid: CALL,
  purpose: 'twiml',
  verb: 'Voice',
  asked: true,
  method: 'POST',
  url: 'https://app.example/voice',
  parameters: { CallSid: 'CA1', To: '+1 555' },
  nextPlace: () => place++,
  bodyBytesMax: 64 * 1024,
  keepBody: true,
  signed: true,
  ...change,
})
const aFact = (): Fact => ({
  kind: 'fact',
  accountSid: ACCOUNT,
  callSid: CALL,
  place: place++,
  at: NOW,
  body: { fact: 'pressed', atMs: 0, digits: '1' },
})

test('the intent is on disk, with its causes, before a byte is sent, and the outcome follows', async () => {
  let commit = () => {}
  const story: string[] = []
  const { courier } = aCourier([], {
    journal: {
      append: (group) => {
        story.push(`write ${group.map(({ kind }) => kind).join('+')}`)
        return new Promise<void>((resolve) => {
          commit = resolve
        })
      },
    },
    transport: {
      send: async () => {
        story.push('send')
        return answered(200)
      },
      close: async () => {},
    },
  })
  const answer = courier.request(aRequest({ because: [aFact(), aFact()] }))
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(story, ['write fact+fact+intent'])
  commit()
  await answer
  assert.deepEqual(story, ['write fact+fact+intent', 'send', 'write exchange'])
})

test('intent and exchange are one record with one SID; the exchange knows the outcome', async () => {
  const { courier, written } = aCourier([answered(200, '<Response><Say>hi</Say></Response>')])
  const { exchange, body, finalUrl, problems } = await courier.request(aRequest({ verb: 'Gather', fallback: true }))
  const [intent] = written('intent')
  const { kind: _, resend, ...about } = intent!
  assert.deepEqual(exchange, {
    ...about,
    kind: 'exchange',
    direction: 'outward',
    hops: [],
    response: {
      code: 200,
      contentType: 'text/xml',
      body: '<Response><Say>hi</Say></Response>',
      bodyEncoding: 'utf8',
      truncated: false,
      at: NOW,
    },
    error: null,
    durationMs: 2,
  })
  assert.deepEqual(written('exchange'), [exchange])
  assert.deepEqual([about.verb, about.fallback, about.attempt, about.at], ['Gather', true, 1, NOW])
  assert.match(exchange.sid, /^VW[0-9a-f]{32}$/)
  assert.equal(resend.url, 'https://app.example/voice')
  assert.equal(Buffer.from(body).toString(), '<Response><Say>hi</Say></Response>')
  assert.deepEqual([finalUrl, problems], ['https://app.example/voice', []])
})

test('nothing is sent when the journal does not take the intent', async () => {
  const { courier, sent } = aCourier([answered(200)], {
    journal: { append: () => Promise.reject(new Error('disk full')) },
  })
  await assert.rejects(courier.request(aRequest()), /disk full/)
  assert.equal(sent.length, 0)
})

test('an exchange that cannot be written is our fault, not the call’s', async () => {
  const errors: object[] = []
  let appends = 0
  const { courier } = aCourier([answered(200)], {
    journal: { append: () => (appends++ === 0 ? Promise.resolve() : Promise.reject(new Error('disk full'))) },
    logger: { ...silentLogger, error: (fields) => errors.push(fields) },
  })
  const { exchange } = await courier.request(aRequest())
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(errors.length, 1)
  assert.equal((errors[0] as { exchange: string }).exchange, exchange.sid)
})

test('a virtual clock stands still from before the intent until the answer is there', async () => {
  const holds: number[] = []
  const { courier, clock } = aCourier([], {
    transport: {
      send: async () => {
        holds.push(clock.holds().length)
        return answered(200)
      },
      close: async () => {},
    },
  })
  const answer = courier.request(aRequest())
  holds.push(clock.holds().length)
  await answer
  holds.push(clock.holds().length)
  assert.deepEqual(holds, [1, 1, 0])
})

test('a POST has the headers and the form of the reference', async () => {
  const { courier, sent } = aCourier([answered(200)])
  await courier.request(aRequest({ url: 'https://app.example:8443/voice?x=1', idempotencyToken: 'token-1' }))
  const [request] = sent
  assert.equal(request?.url, 'https://app.example:8443/voice?x=1')
  assert.equal(request?.body, 'CallSid=CA1&To=%2B1+555')
  assert.deepEqual(request?.headers, {
    'User-Agent': 'TwilioProxy/1.1',
    Accept: '*/*',
    'Cache-Control': 'max-age=259200',
    'I-Twilio-Idempotency-Token': 'token-1',
    'X-Twilio-Signature': signRequest(TOKEN, 'https://app.example/voice?x=1', { CallSid: 'CA1', To: '+1 555' }),
    'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
  })
  assert.deepEqual([request?.connectTimeoutMs, request?.readTimeoutMs, request?.totalTimeoutMs], [5000, 15_000, 15_000])
})

test('a GET has its parameters in the query, spaces as %20, and is recorded with the whole of it', async () => {
  const { courier, sent, written } = aCourier([answered(200)])
  const url = 'http://u:p@app.example/voice?x=1&apiToken=s#ct=300'
  const { exchange, finalUrl } = await courier.request(aRequest({ method: 'GET', url }))
  assert.equal(sent[0]?.url, 'http://app.example/voice?x=1&apiToken=s&CallSid=CA1&To=%2B1%20555')
  assert.equal(sent[0]?.body, undefined)
  assert.equal(sent[0]?.headers['Content-Type'], undefined)
  assert.equal(sent[0]?.connectTimeoutMs, 300)
  assert.deepEqual(exchange.request, {
    method: 'GET',
    url: 'http://app.example/voice?x=1&apiToken=***&CallSid=CA1&To=%2B1%20555',
    parameters: { x: '1', apiToken: '***', CallSid: 'CA1', To: '+1 555' },
  })
  assert.equal(
    written('intent')[0]?.resend.url,
    'http://u:p@app.example/voice?x=1&apiToken=s&CallSid=CA1&To=%2B1%20555#ct=300',
  )
  assert.equal(finalUrl, url)
})

test('a media fetch is a plain GET, and its body is handed back but not recorded', async () => {
  const { courier, sent } = aCourier([answered(200, 'sound', { 'content-type': 'audio/mpeg' })])
  const media = {
    purpose: 'media',
    verb: 'Play',
    method: 'GET',
    parameters: {},
    signed: false,
    keepBody: false,
  } as const
  const { exchange, body } = await courier.request(aRequest(media))
  assert.deepEqual(Object.keys(sent[0]?.headers ?? {}), ['User-Agent', 'Accept', 'Cache-Control'])
  assert.deepEqual([sent[0]?.url, sent[0]?.cache], ['https://app.example/voice', true])
  assert.deepEqual([exchange.response?.body, exchange.response?.truncated], ['', true])
  assert.equal(Buffer.from(body).toString(), 'sound')
})

test('secrets do not reach the record', async () => {
  const { courier, groups } = aCourier([movedTo('https://v:hunter2@b.example/?secret=hunter2'), answered(200)])
  const parameters = { CallSid: 'CA1', SipAuthPassword: 'hunter2', ErrorUrl: 'https://u:hunter2@a.example/' }
  const { exchange } = await courier.request(
    aRequest({ url: 'https://u:hunter2@a.example/?password=hunter2#tt=900', parameters }),
  )
  assert.ok(!JSON.stringify(groups.flat().filter(({ kind }) => kind === 'exchange')).includes('hunter2'))
  assert.equal(exchange.request.url, 'https://a.example/?password=***')
  assert.deepEqual(exchange.hops, ['https://b.example/?secret=***'])
})

const [ct, rt, broken, stopped] = [
  failed('connect', 11202),
  failed('no-response', 11200),
  failed('broken', 11200),
  failed('stopped', 11200),
]
const [ok, notFound, unavailable] = [answered(200), answered(404), answered(503)]
for (const [fragment, results, attempts] of [
  ['', [ok], 1],
  ['', [ct, ok], 2],
  ['', [ct, ct, ok], 2],
  ['', [rt, ok], 1],
  ['', [notFound, ok], 1],
  ['', [unavailable, ok], 1],
  ['', [stopped, ok], 1],
  ['#rc=0', [ct, ok], 1],
  ['#rc=5', [ct, ct, ct, ct, ct, ct, ok], 6],
  ['#rc=3&rp=5xx', [unavailable, unavailable, ok], 3],
  ['#rc=3&rp=5xx', [notFound, ok], 1],
  ['#rc=3&rp=5xx', [ct, ok], 1],
  ['#rc=1&rp=4xx', [notFound, ok], 2],
  ['#rc=3&rp=rt', [rt, rt, ok], 3],
  ['#rc=5&rp=all', [ct, rt, notFound, unavailable, ok], 5],
  ['#rc=5&rp=all', [broken, ok], 1],
  ['#rc=5&rp=all', [ok], 1],
] as const)
  test(`with overrides "${fragment}" and a world of ${results.length} answers there are ${attempts} attempts`, async () => {
    const { courier, story, sent, written } = aCourier(results)
    const { exchange } = await courier.request(
      aRequest({ url: `https://app.example/voice${fragment}`, because: [aFact()] }),
    )
    assert.equal(sent.length, attempts)
    const again = Array.from({ length: attempts - 1 }, () => ['write intent', 'send POST', 'write exchange'])
    assert.deepEqual(story, ['write fact+intent', 'send POST', 'write exchange', ...again.flat()])
    assert.deepEqual(written('exchange').at(-1), exchange)

    // Each attempt is an exchange of its own; the token tells the app that they are one.
    const all = written('exchange')
    assert.deepEqual(
      all.map(({ attempt }) => attempt),
      Array.from({ length: attempts }, (_, index) => index + 1),
    )
    assert.equal(new Set(all.map(({ sid }) => sid)).size, attempts)
    assert.equal(new Set(all.map((one) => one.place)).size, attempts)
    assert.equal(new Set(sent.map(({ headers }) => headers['I-Twilio-Idempotency-Token'])).size, 1)
    assert.equal(new Set(sent.map(({ headers }) => headers['X-Twilio-Signature'])).size, 1)
  })

for (const [fragment, stepMs, totals, outcome] of [
  ['#rc=5', 4000, [15_000, 11_000, 7000, 3000], 11202],
  ['#rc=5&tt=5000', 4000, [5000, 1000], 11202],
  ['', 20_000, [15_000], 11202],
] as const)
  test(`all tries together keep to the limit of "${fragment}" in steps of ${stepMs} ms`, async () => {
    let nowMs = 0
    const limits: number[] = []
    const { courier } = aCourier([], {
      realMs: () => nowMs,
      transport: {
        send: async ({ totalTimeoutMs }) => {
          limits.push(totalTimeoutMs)
          nowMs += stepMs
          return ct
        },
        close: async () => {},
      },
    })
    const { exchange } = await courier.request(aRequest({ url: `https://app.example/voice${fragment}` }))
    assert.deepEqual(limits, totals)
    assert.equal(exchange.error?.code, outcome)
  })

test('running out of a total time that the URL asked for is 11203, of the platform’s own 11200', async () => {
  const outOfTime = failed('no-response', 11203)
  const { exchange: own } = await aCourier([outOfTime]).courier.request(
    aRequest({ url: 'https://app.example/#rt=900' }),
  )
  const { exchange: asked } = await aCourier([outOfTime]).courier.request(
    aRequest({ url: 'https://app.example/#tt=900' }),
  )
  assert.deepEqual([own.error?.code, asked.error?.code, asked.response], [11200, 11203, null])
})

for (const [url, purpose, code] of [
  ['/relative', 'twiml', 11100],
  ['ftp://u:hunter2@e.com/', 'twiml', 11100],
  ['http://my_app/status', 'status-callback', 11100],
  ['http://my_app/voice', 'twiml', null],
] as const)
  test(`${url} as ${purpose} is ${code === null ? 'asked' : 'not asked, but recorded'}`, async () => {
    const { courier, sent, story } = aCourier([answered(200)])
    const { exchange } = await courier.request(aRequest({ url, purpose }))
    assert.equal(exchange.error?.code ?? null, code)
    assert.equal(sent.length, code === null ? 1 : 0)
    assert.deepEqual([story[0], story.at(-1)], ['write intent', 'write exchange'])
    assert.ok(!JSON.stringify(exchange).includes('hunter2'))
  })

test('overrides that are not understood are reported, and the request is made', async () => {
  const { courier, sent } = aCourier([answered(200)])
  const { problems } = await courier.request(aRequest({ url: 'https://app.example/#ct=1&e=moon' }))
  assert.deepEqual(
    problems.map(({ code }) => code),
    [11243, 11241],
  )
  assert.equal(sent[0]?.connectTimeoutMs, 5000)
})

test('a token may be looked up meanwhile; without one nothing is sent and the record says so', async () => {
  const later = aCourier([answered(200)], { authTokenOf: async () => TOKEN })
  await later.courier.request(aRequest())
  assert.ok(later.sent[0]?.headers['X-Twilio-Signature'])
  for (const authTokenOf of [() => Promise.reject(new Error('gone')), () => assert.fail('gone')]) {
    const { courier, sent, written } = aCourier([answered(200)], { authTokenOf })
    const { exchange } = await courier.request(aRequest())
    assert.deepEqual([sent.length, exchange.error?.code, written('exchange').length], [0, 12400, 1])
  }
})

test('requests take their places in the order they are made, whatever is looked up meanwhile', async () => {
  const { courier, written } = aCourier([answered(200)], { authTokenOf: async () => TOKEN })
  const first = place
  const answers = [courier.request(aRequest()), courier.request(aRequest())]
  const third = place
  await Promise.all(answers)
  assert.deepEqual(
    written('intent').map((intent) => intent.place),
    [first, first + 1],
  )
  assert.equal(third, first + 2)
})

test('stop is handed on, and a stopped request is not tried again', async () => {
  const stop = new AbortController()
  const { courier, sent } = aCourier([], {
    transport: {
      send: async (request) => {
        sent.push(request)
        stop.abort()
        return ct
      },
      close: async () => {},
    },
  })
  const { exchange } = await courier.request(aRequest({ stop: stop.signal }))
  assert.equal(sent[0]?.stop, stop.signal)
  assert.deepEqual([sent.length, exchange.error?.code], [1, 11202])
})

for (const method of ['POST', 'GET'] as const)
  test(`after a crash an open ${method} is made again as it was, under its own SID, once`, async () => {
    const before = aCourier([answered(200)])
    await before.courier.request(
      aRequest({ method, purpose: 'status-callback', url: 'https://u:p@app.example/s?x=1#rc=5' }),
    )
    const intent = JSON.parse(JSON.stringify(before.written('intent')[0])) as Intent
    const after = aCourier([ct])
    const { exchange } = await after.courier.resend(intent)

    assert.deepEqual(after.story, [`send ${method}`, 'write exchange'])
    const [was, is] = [before.sent[0], after.sent[0]]
    assert.deepEqual([is?.url, is?.body, is?.headers], [was?.url, was?.body, was?.headers])
    assert.deepEqual(
      [exchange.sid, exchange.place, exchange.at, exchange.request],
      [intent.sid, intent.place, intent.at, intent.request],
    )
    assert.equal('resend' in exchange, false)
  })

test('arrays are sent and recorded as arrays', async () => {
  const { courier, sent } = aCourier([answered(200)])
  const { exchange } = await courier.request(aRequest({ parameters: { Digits: ['1', '2'] } }))
  assert.equal(sent[0]?.body, 'Digits=1&Digits=2')
  assert.deepEqual(exchange.request.parameters, decodeForm('Digits=1&Digits=2'))
})

test('a conference’s request carries the conference and may have no call', async () => {
  const { courier } = aCourier([answered(200)])
  const conferenceSid = newSid('CF')
  const { exchange }: { exchange: Exchange } = await courier.request(aRequest({ callSid: null, conferenceSid }))
  assert.deepEqual([exchange.callSid, exchange.conferenceSid], [null, conferenceSid])
})
