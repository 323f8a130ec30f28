import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import twilio from 'twilio'
import { startRingback } from '../../src/testing/index.ts'
import { startApp } from '../kit/customer-app.ts'
import { officialClient } from '../kit/journey.ts'

const TLS = join(import.meta.dirname, '../golden/tls')

for (const scheme of ['http', 'https'] as const) {
  test(`the official client accepts every signature over ${scheme}`, async (t) => {
    const tls =
      scheme === 'https'
        ? {
            key: readFileSync(join(TLS, 'test-key.pem'), 'utf8'),
            cert: readFileSync(join(TLS, 'localhost.pem'), 'utf8'),
          }
        : undefined
    const app = await startApp(
      {
        '/voice': () => '<Gather numDigits="1" action="/action?a=1&amp;b=x%20y" method="GET"><Say>Press</Say></Gather>',
        '/action': () => '<Redirect>/last</Redirect>',
        '/last': () => ({ status: 302, headers: { location: '/moved?to=here' } }),
        '/moved': () => '<Say>Done</Say>',
        '/status': () => ({ status: 204 }),
      },
      tls,
    )
    const ringback = await startRingback({ settings: tls ? { caFile: join(TLS, 'ca.pem') } : {} })
    t.after(async () => {
      await ringback.stop()
      await app.close()
    })
    const client = officialClient(ringback)
    await ringback.phone('+15551230001', { script: [{ hear: 'press' }, { press: '1' }] })
    const withUser = app.url.replace('://', '://user:pass@')
    const { sid } = await client.calls.create({
      to: '+15551230001',
      from: ringback.number,
      url: `${withUser}/voice?x=%C3%A9&empty=#rc=2`,
      statusCallback: `${app.url}/status`,
      statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
    })
    await ringback.over(sid)
    assert.equal(app.requests.length, 8)
    for (const request of app.requests) {
      const signature = request.headers['x-twilio-signature']
      assert.equal(typeof signature, 'string')
      const parameters = request.method === 'POST' ? request.parameters : {}
      const url = app.url + request.target
      assert.ok(
        twilio.validateRequest(ringback.authToken, signature as string, url, parameters),
        `${request.method} ${url}`,
      )
      assert.equal(twilio.validateRequest('not the token', signature as string, url, parameters), false)
    }
  })
}
