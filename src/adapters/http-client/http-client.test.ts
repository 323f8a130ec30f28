/** The transport against real servers on loopback: what goes over the wire, and every way in which it can fail. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { HttpRequest, HttpResult, HttpTransport } from '../../journal/http-transport.ts'
import { silentLogger } from '../../lib/logger.ts'
import { createHttpClient, type HttpClientOptions } from './http-client.ts'

const pem = (name: string) => readFileSync(new URL(`../../../test/golden/tls/${name}.pem`, import.meta.url), 'utf8')
const CA = pem('ca')

const aClient = (t: TestContext, options: Partial<HttpClientOptions> = {}): HttpTransport => {
  const client = createHttpClient({ egress: { mode: 'local', allow: [] }, logger: silentLogger, ca: CA, ...options })
  t.after(() => client.close())
  return client
}

const aRequest = (url: string, change: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  url,
  headers: {},
  connectTimeoutMs: 5000,
  readTimeoutMs: 5000,
  totalTimeoutMs: 5000,
  bodyBytesMax: 1000,
  ...change,
})

/** Starts a server on a free loopback port; it goes with the test, connections included. */
const listen = async (t: TestContext, server: Server): Promise<number> => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}
const web = async (t: TestContext, listener: RequestListener) =>
  `http://127.0.0.1:${await listen(t, createServer(listener))}/`
const tcp = async (t: TestContext, onSocket: (socket: Socket) => void) => {
  const server = createTcpServer((socket) => onSocket(socket.on('error', () => {})))
  return `http://127.0.0.1:${await listen(t, server)}/`
}
const tls = (
  t: TestContext,
  certificate: string,
  listener: RequestListener = (_request, response) => response.end('ok'),
) => listen(t, createTlsServer({ key: pem('test-key'), cert: pem(certificate) }, listener))

const failed = (result: HttpResult) => (result.ok ? `answered ${result.status}` : `${result.kind} ${result.code}`)
const bodyOf = (result: HttpResult) => (result.ok ? Buffer.from(result.body).toString() : failed(result))

test('a POST goes out with its headers as they are spelt, its body, and comes back whole', async (t) => {
  const seen: { raw: string[]; body: string; url: string | undefined }[] = []
  const url = await web(t, async (request, response) => {
    seen.push({ raw: request.rawHeaders, body: Buffer.concat(await request.toArray()).toString(), url: request.url })
    response.writeHead(201, { 'X-Answer': 'yes', 'Set-Cookie': ['a=1', 'b=2'] })
    response.write('first ')
    response.end('second')
  })
  const result = await aClient(t).send(
    aRequest(`${url}x%2f?y='`, { headers: { 'X-Twilio-Signature': 'abc=' }, body: 'A=1' }),
  )
  assert.ok(result.ok)
  assert.deepEqual([result.status, bodyOf(result), result.truncated], [201, 'first second', false])
  assert.equal(result.headers['x-answer'], 'yes')
  assert.deepEqual(result.headers['set-cookie'], ['a=1', 'b=2'])
  assert.ok(seen[0]?.raw.includes('X-Twilio-Signature'))
  assert.deepEqual([seen[0]?.body, seen[0]?.url], ['A=1', "/x%2f?y='"])
})

test('the Host header can be given another spelling', async (t) => {
  const url = await web(t, (request, response) => response.end(request.headers.host))
  const client = aClient(t)
  assert.equal(bodyOf(await client.send(aRequest(url, { headers: { Host: 'LocalHost:1' } }))), 'LocalHost:1')
  assert.equal(bodyOf(await client.send(aRequest(url))), new URL(url).host)
})

test('connections are kept and used again', async (t) => {
  const ports = new Set<number | undefined>()
  const url = await web(t, (request, response) => {
    ports.add(request.socket.remotePort)
    response.end()
  })
  const client = aClient(t)
  for (let count = 0; count < 10; count++) await client.send(aRequest(url))
  // Two take turns: a connection is free again one turn of the event loop after its answer.
  assert.ok(ports.size <= 2, `${ports.size} connections`)
})

test('slow answers do not hold up another request to the same app', async (t) => {
  const release: (() => void)[] = []
  const url = await web(t, (request, response) => {
    if (request.url === '/slow') release.push(() => response.end('slow'))
    else response.end('quick')
  })
  const client = aClient(t)
  const slow = Array.from({ length: 20 }, () => client.send(aRequest(`${url}slow`)))
  assert.equal(bodyOf(await client.send(aRequest(url))), 'quick')
  for (let count = 0; count < 20; count++) {
    while (release.length <= count) await client.send(aRequest(url))
    release[count]!()
  }
  assert.deepEqual(new Set((await Promise.all(slow)).map(bodyOf)), new Set(['slow']))
})

test('no more connections than allowed are opened; a request that finds none free says so', async (t) => {
  const url = await web(t, (request, response) => {
    if (request.url !== '/hang') response.end('ok')
  })
  const client = aClient(t, { connectionsMax: 1 })
  const stop = new AbortController()
  const hanging = client.send(aRequest(`${url}hang`, { stop: stop.signal }))
  const result = await client.send(aRequest(url, { connectTimeoutMs: 50 }))
  assert.equal(failed(result), 'connect 11201')
  assert.match(result.ok ? '' : result.message, /had no connection free within 50 ms/)
  stop.abort()
  assert.equal(failed(await hanging), 'stopped 11200')
  assert.equal(bodyOf(await client.send(aRequest(url))), 'ok')
})

test('the origin unused for longest is closed when there are too many, and opened again when needed', async (t) => {
  const urls = await Promise.all([1, 2, 3].map((name) => web(t, (_request, response) => response.end(String(name)))))
  const client = aClient(t, { originsMax: 2 })
  for (const url of [...urls, ...urls]) assert.match(bodyOf(await client.send(aRequest(url))), /^[123]$/)
})

test('a longer body is cut at the limit', async (t) => {
  const url = await web(t, (_request, response) => response.end('x'.repeat(100_000)))
  const client = aClient(t)
  const result = await client.send(aRequest(url, { bodyBytesMax: 10 }))
  assert.ok(result.ok)
  assert.deepEqual([bodyOf(result), result.truncated], ['x'.repeat(10), true])
  const exact = await client.send(aRequest(url, { bodyBytesMax: 100_000 }))
  assert.deepEqual(exact.ok && [exact.body.length, exact.truncated], [100_000, false])
})

test('an answer without body, an early hint and a body to the end of the connection are understood', async (t) => {
  const client = aClient(t)
  const hint = await tcp(t, (socket) =>
    socket.end('HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
  )
  const none = await client.send(aRequest(hint))
  assert.deepEqual(none.ok && [none.status, none.body.length], [204, 0])
  const open = await tcp(t, (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nuntil the end'))
  assert.equal(bodyOf(await client.send(aRequest(open))), 'until the end')
})

for (const [what, onSocket, outcome] of [
  ['hangs up without an answer', (socket) => socket.once('data', () => socket.end()), 'no-response 11205'],
  ['resets the connection', (socket) => socket.once('data', () => socket.resetAndDestroy()), 'no-response 11205'],
  ['speaks another protocol', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'), 'no-response 11206'],
  ['answers with a TLS alert', (socket) => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 0x46])), 'no-response 11206'],
  [
    'sends endless headers',
    (socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(99_000)}`),
    'no-response 11206',
  ],
  [
    'breaks off in the body',
    (socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')),
    'broken 11205',
  ],
  [
    'sends a bad chunk',
    (socket) => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'),
    'broken 11206',
  ],
] as const satisfies readonly (readonly [string, (socket: Socket) => void, string])[])
  test(`a server that ${what} is ${outcome}`, async (t) => {
    const url = await tcp(t, onSocket as (socket: Socket) => void)
    assert.equal(failed(await aClient(t).send(aRequest(url))), outcome)
  })

for (const [what, onSocket, limits, outcome] of [
  ['is silent', () => {}, { readTimeoutMs: 100 }, 'no-response 11200'],
  ['is silent to the total limit', () => {}, { readTimeoutMs: 5000, totalTimeoutMs: 100 }, 'no-response 11203'],
  ['is silent to both limits', () => {}, { readTimeoutMs: 100, totalTimeoutMs: 100 }, 'no-response 11200'],
  [
    'stops in the headers',
    (socket) => socket.write('HTTP/1.1 200 OK\r\n'),
    { readTimeoutMs: 100 },
    'no-response 11200',
  ],
  [
    'stops in the body',
    (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
    { readTimeoutMs: 100 },
    'broken 11200',
  ],
  ['never ends its body', drip, { readTimeoutMs: 2000, totalTimeoutMs: 150 }, 'broken 11203'],
] as const satisfies readonly (readonly [string, (socket: Socket) => void, object, string])[])
  test(`a server that ${what} is ${outcome}`, async (t) => {
    const url = await tcp(t, onSocket)
    assert.equal(failed(await aClient(t).send(aRequest(url, limits))), outcome)
  })

/** A byte of body every 10 ms, for ever. */
function drip(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
  const timer = setInterval(() => socket.write('1\r\nx\r\n'), 10)
  socket.on('close', () => clearInterval(timer))
}

test('bytes that keep coming keep the read limit from striking', async (t) => {
  const url = await tcp(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n')
    let sent = 0
    const timer = setInterval(() => {
      socket.write('x')
      if (++sent === 8) clearInterval(timer)
    }, 50)
  })
  assert.equal(bodyOf(await aClient(t).send(aRequest(url, { readTimeoutMs: 300 }))), 'xxxxxxxx')
})

test('a closed port is refused', async (t) => {
  const server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const result = await aClient(t).send(aRequest(`http://127.0.0.1:${port}/`))
  assert.equal(failed(result), 'connect 11202')
  assert.equal(result.ok ? '' : result.message, `127.0.0.1:${port} refused the connection (ECONNREFUSED).`)
})

for (const [certificate, options, path, outcome] of [
  ['localhost', {}, 'localhost', 'answered 200'],
  ['localhost', {}, '127.0.0.1', 'answered 200'],
  ['localhost', { ca: undefined }, 'localhost', 'connect 11237'],
  ['self-signed', {}, 'localhost', 'connect 11237'],
  ['other-name', {}, 'localhost', 'connect 11235'],
  ['expired', {}, 'localhost', 'connect 11236'],
] as const)
  test(`a server with the certificate ${certificate}, asked as ${path}${'ca' in options ? ' without our authority' : ''}, is ${outcome}`, async (t) => {
    const port = await tls(t, certificate)
    const client = aClient(t, { lookup: async () => ['127.0.0.1'], ...options } as Partial<HttpClientOptions>)
    for (let count = 0; count < 2; count++)
      assert.equal(failed(await client.send(aRequest(`https://${path}:${port}/`))), outcome)
  })

test('the server learns the name it is asked for, unless told not to', async (t) => {
  const port = await tls(t, 'localhost', (request, response) => {
    response.end(JSON.stringify('servername' in request.socket ? request.socket.servername : null))
  })
  const client = aClient(t, { lookup: async () => ['127.0.0.1'] })
  const url = `https://localhost:${port}/`
  assert.equal(bodyOf(await client.send(aRequest(url))), '"localhost"')
  assert.equal(bodyOf(await client.send(aRequest(url, { sni: false }))), 'false')
  assert.equal(bodyOf(await client.send(aRequest(url, { headers: { Host: 'LOCALHOST' } }))), '"localhost"')
})

test('https to a port that speaks plain http fails in the handshake', async (t) => {
  const url = await web(t, (_request, response) => response.end())
  assert.equal(failed(await aClient(t).send(aRequest(url.replace('http:', 'https:')))), 'connect 11220')
})

test('a peer that hangs up or falls silent in the handshake is a handshake failure', async (t) => {
  const hangsUp = await tcp(t, (socket) => socket.once('data', () => socket.end()))
  const silent = await tcp(t, () => {})
  const client = aClient(t)
  assert.equal(failed(await client.send(aRequest(hangsUp.replace('http:', 'https:')))), 'connect 11220')
  assert.equal(
    failed(await client.send(aRequest(silent.replace('http:', 'https:'), { connectTimeoutMs: 100 }))),
    'connect 11220',
  )
})

for (const [what, lookup, outcome] of [
  [
    'DNS does not know',
    () => Promise.reject(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' })),
    'connect 11210',
  ],
  ['has no address', async () => [], 'connect 11210'],
  ['DNS never answers for', () => new Promise<never>(() => {}), 'connect 11201'],
  ['leads to a metadata service', async () => ['169.254.169.254'], 'connect 11205'],
] as const)
  test(`a name that ${what} is ${outcome}`, async (t) => {
    const client = aClient(t, { lookup })
    assert.equal(failed(await client.send(aRequest('http://app.example/', { connectTimeoutMs: 100 }))), outcome)
  })

test('of a name with several addresses the first that answers is used', async (t) => {
  const url = await web(t, (_request, response) => response.end('here'))
  const client = aClient(t, { lookup: async () => ['169.254.1.1', '::1', '127.0.0.1'] })
  assert.equal(bodyOf(await client.send(aRequest(url.replace('127.0.0.1', 'app.example')))), 'here')
})

test('in public mode loopback is refused, by address and by name, and the allow-list lets it pass', async (t) => {
  let asked = 0
  const url = await web(t, (_request, response) => {
    asked += 1
    response.end('ok')
  })
  const lookup = async () => ['127.0.0.1']
  const client = aClient(t, { egress: { mode: 'public', allow: [] }, lookup })
  const byName = url.replace('127.0.0.1', 'app.example')
  for (const refused of [url, byName]) {
    const result = await client.send(aRequest(refused))
    assert.equal(failed(result), 'connect 11205')
    assert.match(result.ok ? '' : result.message, /^Address not allowed: .*127\.0\.0\.1.* not public/)
  }
  assert.equal(asked, 0)
  const listed = aClient(t, { egress: { mode: 'public', allow: ['127.0.0.0/8'] }, lookup })
  assert.equal(bodyOf(await listed.send(aRequest(byName))), 'ok')
})

test('many requests to one name look it up once', async (t) => {
  let lookups = 0
  const url = await web(t, (_request, response) => response.end('ok'))
  const lookup = async () => {
    lookups += 1
    return ['127.0.0.1']
  }
  const client = aClient(t, { lookup })
  const asked = url.replace('127.0.0.1', 'app.example')
  await Promise.all(Array.from({ length: 10 }, () => client.send(aRequest(asked))))
  assert.equal(lookups, 1)
})

test('a request stops when its caller does: before, while connecting, while waiting', async (t) => {
  const url = await tcp(t, () => {})
  const client = aClient(t, { lookup: () => new Promise<never>(() => {}) })
  assert.equal(failed(await client.send(aRequest(url, { stop: AbortSignal.abort() }))), 'stopped 11200')
  for (const asked of [url, 'http://app.example/']) {
    const stop = new AbortController()
    const result = client.send(aRequest(asked, { stop: stop.signal }))
    setImmediate(() => stop.abort())
    assert.equal(failed(await result), 'stopped 11200')
  }
})

test('what cannot be sent is an answer, not an exception', async (t) => {
  const client = aClient(t)
  for (const url of ['', 'ftp://e.com/', 'http://u:p@127.0.0.1/', 'http://', 'http:///', 'http://127.0.0.1/a b']) {
    assert.equal(failed(await client.send(aRequest(url))), 'connect 11100', url)
  }
  assert.equal(
    failed(await client.send(aRequest('http://127.0.0.1:1/', { headers: { 'X-A': 'a\r\nb' } }))),
    'connect 11100',
  )
})

test('closing ends what is under way, and nothing is sent afterwards', async (t) => {
  const url = await tcp(t, () => {})
  const client = aClient(t)
  const pending = client.send(aRequest(url))
  await client.close()
  assert.equal(failed(await pending), 'stopped 11205')
  assert.equal(failed(await client.send(aRequest(url))), 'stopped 11205')
})

test('a cacheable file is fetched once, then asked for conditionally', async (t) => {
  const seen: (string | undefined)[] = []
  const url = await web(t, (request, response) => {
    seen.push(request.headers['if-none-match'])
    const etag = '"1"'
    const lifetime = request.url === '/fresh' ? 'max-age=60' : 'no-cache'
    response.writeHead(request.headers['if-none-match'] === etag ? 304 : 200, { etag, 'cache-control': lifetime })
    response.end(request.headers['if-none-match'] === etag ? undefined : 'sound')
  })
  const client = aClient(t)
  const get = (path: string) => client.send(aRequest(url + path, { method: 'GET', cache: true })).then(bodyOf)
  assert.deepEqual([await get('fresh'), await get('fresh')], ['sound', 'sound'])
  assert.deepEqual(seen, [undefined])
  assert.deepEqual([await get('stale'), await get('stale')], ['sound', 'sound'])
  assert.deepEqual(seen, [undefined, undefined, '"1"'])
})
