/** The courier over real sockets: what an app sees, judged by the reference's own validator. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import twilio from 'twilio'
import { createHttpClient } from '../adapters/http-client/index.ts'
import { type AccountSid, type CallSid, newSid } from '../lib/ids.ts'
import { silentLogger } from '../lib/logger.ts'
import { RealClock } from '../lib/real-clock.ts'
import { decodeForm } from '../wire/webhook/form.ts'
import { Courier, type OutwardRequest } from './courier.ts'

const TOKEN = '0123456789abcdef0123456789abcdef'
const pem = (name: string) => readFileSync(new URL(`../../test/golden/tls/${name}.pem`, import.meta.url), 'utf8')

interface Seen {
  readonly method: string | undefined
  readonly path: string
  readonly body: string
  readonly valid: boolean
}

/** An app that validates each request as the reference's middleware does, and redirects /moved to /end. */
async function anApp(t: TestContext, scheme: 'http' | 'https') {
  const seen: Seen[] = []
  const listener = async (request: IncomingMessage, response: import('node:http').ServerResponse) => {
    const body = Buffer.concat(await request.toArray()).toString()
    const url = `${scheme}://${request.headers.host}${request.url}`
    const signature = String(request.headers['x-twilio-signature'])
    const valid = twilio.validateRequest(TOKEN, signature, url, decodeForm(body))
    seen.push({ method: request.method, path: request.url ?? '', body, valid })
    if (request.url?.startsWith('/moved')) response.writeHead(302, { location: '/end?a=b%20c' }).end()
    else response.writeHead(200, { 'content-type': 'text/xml' }).end('<Response/>')
  }
  const server =
    scheme === 'http'
      ? createServer(listener)
      : createTlsServer({ key: pem('test-key'), cert: pem('localhost') }, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.closeAllConnections())
  t.after(() => server.close())
  return { seen, base: `${scheme}://localhost:${(server.address() as AddressInfo).port}` }
}

function aCourier(t: TestContext): Courier {
  const transport = createHttpClient({
    egress: { mode: 'local', allow: [] },
    ca: pem('ca'),
    logger: silentLogger,
    lookup: async () => ['127.0.0.1'],
  })
  t.after(() => transport.close())
  const journal = { append: async () => {} }
  return new Courier({ journal, transport, clock: new RealClock(), authTokenOf: () => TOKEN, logger: silentLogger })
}

const aRequest = (change: Partial<OutwardRequest>): OutwardRequest => ({
  accountSid: newSid('AC') as AccountSid,
  callSid: newSid('CA') as CallSid,
  purpose: 'twiml',
  verb: 'Voice',
  asked: false,
  method: 'POST',
  url: '',
  parameters: { CallSid: 'CA1', To: '+1555', SpeechResult: "it's Grüße & more", Empty: '', Digits: ['2', '1', '2'] },
  nextPlace: () => 0,
  bodyBytesMax: 65_536,
  keepBody: true,
  signed: true,
  ...change,
})

for (const scheme of ['http', 'https'] as const)
  for (const method of ['POST', 'GET'] as const)
    for (const path of ['/voice', '/voice?x=1&y=%7e', "/it's/a(b)?q=O'Hara", '', '/moved'])
      test(`the reference's validator accepts a ${method} to ${scheme}://…${path}`, async (t) => {
        const { seen, base } = await anApp(t, scheme)
        const { exchange, finalUrl } = await aCourier(t).request(aRequest({ method, url: base + path }))
        assert.deepEqual([exchange.response?.code, exchange.error], [200, null])
        assert.ok(seen.length > 0 && seen.every(({ valid }) => valid), JSON.stringify(seen))
        assert.equal(seen[0]?.method, method)
        if (path !== '/moved') return
        assert.deepEqual(seen[1], { method: 'GET', path: '/end?a=b%20c', body: '', valid: true })
        assert.equal(finalUrl, `${base}/end?a=b%20c`)
      })

test('an app that nobody runs is tried twice and then reported', async (t) => {
  const { base } = await anApp(t, 'http')
  const { exchange } = await aCourier(t).request(aRequest({ url: base.replace(/\d+$/, '1') }))
  assert.deepEqual([exchange.error?.code, exchange.attempt, exchange.response], [11202, 2, null])
})
