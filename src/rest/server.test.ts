import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { ACCOUNT, authorization, fakePlatform } from './api-2010/fakes.ts'
import { createRestServer, type Mount } from './server.ts'

async function listening(t: TestContext): Promise<number> {
  const { deps } = await fakePlatform()
  const app = createRestServer(deps)
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => app.close())
  return (app.server.address() as AddressInfo).port
}

/** Sends bytes as they are; the whole of what comes back. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text
  })
  socket.write(bytes)
  await once(socket, 'close')
  return answer
}

for (const [what, bytes, status, code] of [
  ['bytes that are not HTTP', 'hello\r\n\r\n', 400, 20400],
  ['headers over 16 KiB', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 20431],
] as const) {
  test(`${what} are answered ${status} in the shape of every error`, async (t) => {
    const [head = '', body = ''] = (await raw(await listening(t), bytes)).split('\r\n\r\n')
    assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `))
    assert.match(head, new RegExp(`Content-Length: ${Buffer.byteLength(body)}\\b`))
    const error = JSON.parse(body)
    assert.deepEqual([error.code, error.status], [code, status])
  })
}

test('the reference answers JSON with a request id and without a charset', async () => {
  const { deps } = await fakePlatform()
  const response = await createRestServer(deps).inject({
    url: `/2010-04-01/Accounts/${ACCOUNT}/Calls.json`,
    headers: { authorization: authorization() },
  })
  assert.equal(response.statusCode, 200)
  assert.equal(response.headers['content-type'], 'application/json')
  assert.match(String(response.headers['twilio-request-id']), /^RQ[0-9a-f]{32}$/)
})

test('a path without .json is the same resource, and its addresses have the suffix', async () => {
  const { deps } = await fakePlatform()
  const response = await createRestServer(deps).inject({
    url: `/2010-04-01/Accounts/${ACCOUNT}/Calls?PageSize=3`,
    headers: { authorization: authorization() },
  })
  assert.equal(response.json().uri, `/2010-04-01/Accounts/${ACCOUNT}/Calls.json?PageSize=3&Page=0`)
})

test('another API is mounted beside, with the same credentials, form bodies and error shape', async () => {
  const { deps } = await fakePlatform()
  const mount: Mount = (app, authenticate) => {
    app.post('/other/echo', { onRequest: authenticate }, async (request) => ({
      account: request.principal?.accountSid,
      body: request.body,
    }))
  }
  const app = createRestServer(deps, [mount])
  const refused = await app.inject({ method: 'POST', url: '/other/echo' })
  assert.equal(refused.json().code, 20003)
  const form = { authorization: authorization(), 'content-type': 'application/x-www-form-urlencoded' }
  const accepted = await app.inject({ method: 'POST', url: '/other/echo', headers: form, payload: 'a=1&b=2&a=3' })
  assert.deepEqual(accepted.json(), { account: ACCOUNT, body: { a: ['1', '3'], b: '2' } })
  const json = await app.inject({
    method: 'POST',
    url: '/other/echo',
    headers: { authorization: authorization() },
    payload: { a: 1 },
  })
  assert.deepEqual(json.json().body, { a: 1 })
  const unknown = await app.inject({ url: '/other/nothing' })
  assert.equal(unknown.json().code, 20404)
})
