/** Real sockets on loopback: how an opening can fail, what a peer may do to an open one, and how it is closed. */
import assert from 'node:assert/strict'
import { Agent as HttpAgent } from 'node:http'
import { createServer as createTlsServer, Agent as HttpsAgent } from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { CERTIFICATE, CERTIFICATE_KEY } from '../../../test/kit/certificate.ts'
import type { SocketEnd, StreamSocket } from '../../engine/ports/stream-sockets.ts'
import { createStreamSockets } from './stream-sockets.ts'

async function listen(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A server of WebSockets; what each of them does is the test's. */
async function aPeer(t: TestContext, connected: (socket: WebSocket) => void = () => {}): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  server.on('connection', connected)
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Opened {
  readonly socket: StreamSocket
  readonly messages: [string, boolean][]
  /** Resolves when it stands; rejects with the sentence when it does not. */
  readonly opened: Promise<void>
  readonly ended: Promise<SocketEnd>
}

function open(t: TestContext, url: string, { ca = null }: { readonly ca?: string | null } = {}): Opened {
  const agents = { http: new HttpAgent(), https: new HttpsAgent() }
  const messages: [string, boolean][] = []
  const opened = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<SocketEnd>()
  opened.promise.catch(() => {})
  const socket = createStreamSockets({ agents, ca }).open(
    url,
    { 'X-Test': 'yes' },
    {
      opened: () => opened.resolve(),
      message: (text, isBinary) => void messages.push([text, isBinary]),
      ended: (end) => {
        opened.reject(new Error(JSON.stringify(end)))
        ended.resolve(end)
      },
    },
  )
  t.after(() => socket.close())
  return { socket, messages, opened: opened.promise, ended: ended.promise }
}

test('wss with a certificate that is trusted: text both ways', async (t) => {
  const server = createTlsServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY })
  const sockets = new WebSocketServer({ server })
  const heard = Promise.withResolvers<string>()
  sockets.on('connection', (peer, { headers }) => {
    peer.on('message', (data) => heard.resolve(data.toString()))
    peer.send(`hello ${headers['x-test']}`)
  })
  const port = await listen(t, server)
  const { socket, messages, opened } = open(t, `wss://127.0.0.1:${port}/`, { ca: CERTIFICATE })
  await opened
  socket.send('hello back')
  assert.equal(await heard.promise, 'hello back')
  await socket.inStep()
  assert.deepEqual(messages, [['hello yes', false]])
})

for (const [what, host, ca] of [
  ['nobody vouches for', '127.0.0.1', null],
  ['is for another name', 'localhost', CERTIFICATE],
] as const)
  test(`wss with a certificate that ${what}: insecure`, async (t) => {
    const port = await listen(t, createTlsServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY }))
    const end = await open(t, `wss://${host}:${port}/`, { ca }).ended
    assert.equal(end.how, 'insecure')
  })

test('wss where nobody speaks TLS: insecure', async (t) => {
  const port = await listen(
    t,
    createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  )
  assert.equal((await open(t, `wss://127.0.0.1:${port}/`).ended).how, 'insecure')
})

for (const [what, how, answer] of [
  ['an answer of HTTP', 'refused', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['an answer that is no HTTP', 'refused', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['an upgrade with a wrong key', 'refused', upgrade('bm8=')],
  ['nothing, and hangs up', 'refused', null],
] as const)
  test(`${what}: ${how}`, async (t) => {
    const port = await listen(
      t,
      createServer((socket) => {
        socket.on('error', () => {})
        socket.once('data', () => (answer === null ? socket.destroy() : socket.write(answer)))
      }),
    )
    assert.equal((await open(t, `ws://127.0.0.1:${port}/`).ended).how, how)
  })

function upgrade(accept: string): string {
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
}

test('nobody at the port: not listening', async (t) => {
  const server = createServer()
  const port = await listen(t, server)
  await new Promise((resolve) => server.close(resolve))
  assert.equal((await open(t, `ws://127.0.0.1:${port}/`).ended).how, 'not-listening')
})

test('a handshake that trickles in is given up, however alive the connection is', async (t) => {
  const port = await listen(
    t,
    createServer((socket) => {
      socket.on('error', () => {})
      socket.write('HTTP/1.1 101 Switching Protocols\r\nX-Slow: ')
      const drip = setInterval(() => socket.write('a'), 200)
      socket.on('close', () => clearInterval(drip))
    }),
  )
  assert.deepEqual(await open(t, `ws://127.0.0.1:${port}/`).ended, {
    how: 'unanswered',
    why: 'No WebSocket within 5 seconds',
  })
})

test('closed while it is being opened: nobody is told', async (t) => {
  const port = await listen(t, createServer())
  const { socket, ended } = open(t, `ws://127.0.0.1:${port}/`)
  await Promise.all([socket.close(), socket.close()])
  const nothing = Symbol('nothing')
  assert.equal(await Promise.race([ended, Promise.resolve(nothing)]), nothing)
})

test('bytes are told from text', async (t) => {
  const url = await aPeer(t, (peer) => {
    peer.send(Buffer.from('{"event":"clear"}'))
    peer.send('text')
  })
  const { socket, messages, opened } = open(t, url)
  await opened
  await socket.inStep()
  assert.deepEqual(messages, [
    ['{"event":"clear"}', true],
    ['text', false],
  ])
})

test('a message of more than 4 MiB and a little: closed with 1009, nonsense', async (t) => {
  const code = Promise.withResolvers<number>()
  const url = await aPeer(t, (peer) => {
    peer.on('close', code.resolve)
    peer.send('x'.repeat(5 * 1024 * 1024))
  })
  const end = await open(t, url).ended
  assert.equal(end.how, 'nonsense')
  assert.equal(await code.promise, 1009)
})

test('text that is no UTF-8: closed with 1007, nonsense', async (t) => {
  const code = Promise.withResolvers<number>()
  const url = await aPeer(t, (peer) => {
    peer.on('close', code.resolve)
    peer.send(Buffer.from([0xff, 0xfe]), { binary: false })
  })
  assert.equal((await open(t, url).ended).how, 'nonsense')
  assert.equal(await code.promise, 1007)
})

test('a flood is taken whole and in order, the socket in step only then', async (t) => {
  const url = await aPeer(t, (peer) => {
    for (let count = 0; count < 5000; count++) peer.send(String(count))
  })
  const { socket, messages, opened } = open(t, url)
  await opened
  await socket.inStep()
  assert.deepEqual(
    messages.map(([text]) => text),
    Array.from({ length: 5000 }, (_, count) => String(count)),
  )
})

test('pings without end, and nobody reads the answers: the connection is cut', async (t) => {
  const url = await aPeer(t, (peer) => {
    peer.pause()
    const flood = () => {
      for (let count = 0; count < 1000 && peer.readyState === WebSocket.OPEN; count++) peer.ping()
      if (peer.readyState === WebSocket.OPEN) setImmediate(flood)
    }
    flood()
  })
  const end = await open(t, url).ended
  assert.deepEqual(end, {
    how: 'broken',
    why: 'The connection was cut: the app sends pings and does not read the answers',
  })
})

test('a peer that never reads: what is sent waits here, and closing takes a second, not longer', async (t) => {
  const url = await aPeer(t, (peer) => peer.pause())
  const { socket, opened } = open(t, url)
  await opened
  const text = 'x'.repeat(64 * 1024)
  // Loopback takes some megabytes before anything waits.
  for (let sent = 0; sent < 1000 && socket.bufferedBytes < 1024 * 1024; sent++) {
    socket.send(text)
    await new Promise(setImmediate)
  }
  assert.ok(socket.bufferedBytes >= 1024 * 1024)
  await socket.close(1008)
  const before = socket.bufferedBytes
  socket.send(text)
  assert.ok(socket.bufferedBytes <= before + text.length)
})

test('a peer that does not keep step is waited for five times, then no more until it answers', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const peers: WebSocket[] = []
  const url = await aPeer(t, (peer) => {
    peers.push(peer)
    peer.pause()
  })
  const { socket, opened } = open(t, url)
  await opened
  for (let times = 0; times < 5; times++) {
    let isOver = false
    const step = socket.inStep().then(() => {
      isOver = true
    })
    await new Promise(setImmediate)
    assert.equal(isOver, false, `time ${times + 1}`)
    t.mock.timers.tick(1000)
    await step
  }
  await socket.inStep()
  // It comes up: from then on it is waited for again.
  const answered = new Promise((resolve) => peers[0]!.once('ping', resolve))
  peers[0]!.resume()
  await answered
  for (let tries = 0; tries < 1000; tries++) await new Promise(setImmediate)
  peers[0]!.send('late')
  await socket.inStep()
})

test('whoever closes with a good code has closed; the code of ours is theirs to see', async (t) => {
  const codes: number[] = []
  const url = await aPeer(t, (peer) => {
    peer.on('close', (code) => codes.push(code))
    peer.on('message', () => peer.close(1001, 'going'))
  })
  const first = open(t, url)
  await first.opened
  first.socket.send('go')
  assert.deepEqual(await first.ended, { how: 'closed' })
  const second = open(t, url)
  await second.opened
  await second.socket.close(1008)
  assert.deepEqual(codes, [1001, 1008])
})
