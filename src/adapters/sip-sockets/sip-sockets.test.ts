import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { Hop, TransportName } from '../../wire/sip/transport.ts'
import { CONNECTIONS_OF_ADDRESS_MAX } from './connections.ts'
import { openSipSockets, type SipSocketsOptions } from './sip-sockets.ts'

const certificates = join(import.meta.dirname, '../../../test/golden/tls')
const pem = (name: string) => readFileSync(join(certificates, `${name}.pem`), 'utf8')

const MESSAGE = Buffer.from('OPTIONS sip:x SIP/2.0\r\nContent-Length: 2\r\n\r\nhi')

/** Sockets on every transport asked for, and what came in. */
async function sockets(t: TestContext, transports: readonly TransportName[], more: Partial<SipSocketsOptions> = {}) {
  const received: { text: string; hop: Hop }[] = []
  const closed: string[] = []
  const opened = await openSipSockets({
    listen: transports.map((transport) => ({ transport, host: '127.0.0.1', port: 0 })),
    publicHost: null,
    tls: null,
    events: {
      received: (bytes, hop) => void received.push({ text: Buffer.from(bytes).toString(), hop }),
      closed: (connection) => void closed.push(connection),
    },
    ...more,
  })
  t.after(() => opened.close())
  const port = (transport: TransportName) => opened.listeners.find((one) => one.transport === transport)!.port
  return { opened, received, closed, port }
}

/** Until `isSo`, at most five seconds. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isSo(); tries++) await sleep(10)
  assert.ok(isSo())
}

const failed = (why: string) => assert.fail(why)

for (const transport of ['udp', 'tcp', 'tls'] as const)
  test(`messages go and come back over ${transport}`, async (t) => {
    const tls = { cert: pem('localhost'), key: pem('test-key') }
    const ca = pem('ca')
    const one = await sockets(t, [transport], { tls, ca })
    const other = await sockets(t, [transport], { tls, ca })
    const hop: Hop = {
      transport,
      address: '127.0.0.1',
      port: other.port(transport),
      ...(transport === 'tls' && { serverName: 'localhost' }),
    }
    one.opened.send(hop, MESSAGE, failed)
    one.opened.send(hop, MESSAGE, failed)
    await until(() => other.received.length === 2)
    assert.equal(other.received[0]!.text, MESSAGE.toString())
    other.opened.send(other.received[0]!.hop, MESSAGE, failed)
    await until(() => one.received.length === 1)
    if (transport === 'udp') assert.equal(other.received[0]!.hop.port, one.port('udp'))
    else assert.equal(other.received[0]!.hop.connection, other.received[1]!.hop.connection)
  })

test('a WebSocket carries a message in each of its own', async (t) => {
  const { opened, received, closed, port } = await sockets(t, ['ws'])
  const browser = new WebSocket(`ws://127.0.0.1:${port('ws')}`, 'sip')
  const answers: string[] = []
  browser.on('message', (data) => void answers.push(String(data)))
  await new Promise((resolve) => browser.once('open', resolve))
  assert.equal(browser.protocol, 'sip')
  browser.send(MESSAGE.toString())
  browser.send('\r\n\r\n')
  await until(() => received.length === 1)
  opened.send(received[0]!.hop, MESSAGE, failed)
  await until(() => answers.length === 2)
  assert.deepEqual(answers.toSorted(), ['\r\n', MESSAGE.toString()])
  browser.close()
  await until(() => closed.length === 1)
  let why = ''
  opened.send(received[0]!.hop, MESSAGE, (told) => {
    why = told
  })
  await until(() => why !== '')
  assert.match(why, /nobody can be called over ws/)
})

test('a stream is cut into messages, pings are answered, and nonsense ends the connection', async (t) => {
  const { received, closed, port } = await sockets(t, ['tcp'])
  const phone = connect(port('tcp'), '127.0.0.1')
  let answered = ''
  phone.on('data', (data) => {
    answered += String(data)
  })
  phone.write(MESSAGE.subarray(0, 10))
  await sleep(20)
  phone.write(Buffer.concat([MESSAGE.subarray(10), MESSAGE, Buffer.from('\r\n\r\n')]))
  await until(() => received.length === 2 && answered === '\r\n')
  phone.write('GET / HTTP/1.1\r\n\r\n')
  await until(() => closed.length === 1)
  assert.equal(received.length, 3)
})

test('who cannot be reached is told, once and later', async (t) => {
  const { opened } = await sockets(t, ['udp', 'tcp'])
  const why: string[] = []
  opened.send({ transport: 'tcp', address: '127.0.0.1', port: 1 }, MESSAGE, (told) => void why.push(told))
  assert.equal(why.length, 0)
  await until(() => why.length === 1)
  opened.send({ transport: 'udp', address: '::1', port: 9 }, MESSAGE, (told) => void why.push(told))
  await until(() => why.length === 2)
  await sleep(50)
  assert.equal(why.length, 2)
})

test('a certificate that nobody vouches for, or of another name, is not talked to', async (t) => {
  const tls = { cert: pem('localhost'), key: pem('test-key') }
  const server = await sockets(t, ['tls'], { tls })
  for (const [ca, serverName] of [
    [undefined, 'localhost'],
    [pem('ca'), 'other.example.com'],
  ] as const) {
    const client = await sockets(t, ['tcp'], { ...(ca && { ca }) })
    let why = ''
    client.opened.send(
      { transport: 'tls', address: '127.0.0.1', port: server.port('tls'), serverName },
      MESSAGE,
      (told) => {
        why = told
      },
    )
    await until(() => why !== '')
  }
  assert.equal(server.received.length, 0)
})

test('one address has only so many connections', async (t) => {
  const { received, port } = await sockets(t, ['tcp'])
  const phones = Array.from({ length: CONNECTIONS_OF_ADDRESS_MAX + 5 }, () => connect(port('tcp'), '127.0.0.1'))
  t.after(() => {
    for (const phone of phones) phone.destroy()
  })
  let ended = 0
  for (const phone of phones) {
    phone.on('error', () => {})
    phone.once('close', () => void ended++)
  }
  await until(() => ended === 5)
  phones.find((phone) => !phone.destroyed)!.write(MESSAGE)
  await until(() => received.length === 1)
})

test('an address that is taken is named, and nothing else is kept', async (t) => {
  const first = await sockets(t, ['tcp'])
  const listen = [
    { transport: 'udp', host: '127.0.0.1', port: 0 },
    { transport: 'tcp', host: '127.0.0.1', port: first.port('tcp') },
  ] as const
  await assert.rejects(sockets(t, [], { listen }), /SIP cannot listen on tcp:127\.0\.0\.1:\d+: it is in use/)
  await assert.rejects(
    sockets(t, [], { listen: [{ transport: 'tls', host: '127.0.0.1', port: 0 }] }),
    /it needs a certificate/,
  )
})
