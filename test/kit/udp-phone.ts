/** A phone that is a UDP socket: it sends the messages that a test writes, and gives those that come, one after the other. */
import { randomUUID } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { TestContext } from 'node:test'

export interface UdpPhone {
  /** `127.0.0.1:port`. */
  readonly at: string
  /** An offer or answer: PCMU, at a port that takes nothing. */
  readonly sdp: string
  /** A request; Via, Max-Forwards, Contact and Content-Length are added. An ACK to a refusal has the branch of its INVITE. */
  request(
    server: string,
    line: string,
    headers: readonly string[],
    more?: { readonly body?: string; readonly branch?: string },
  ): void
  /** A response to what came. */
  respond(request: string, status: string, body?: string): void
  /** The next message whose first line begins so; what comes before it is passed over. */
  next(begins: string): Promise<string>
}

const MESSAGES_MAX = 200

export async function startUdpPhone(t: TestContext): Promise<UdpPhone> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.after(() => socket.close())
  const { port } = socket.address()
  const at = `127.0.0.1:${port}`
  const came: string[] = []
  const servers = new Map<string, readonly [address: string, port: number]>()
  let told = () => {}
  socket.on('message', (bytes, from) => {
    const message = bytes.toString()
    if (came.length === MESSAGES_MAX) throw new Error('a test takes so many messages?')
    servers.set(message, [from.address, from.port])
    came.push(message)
    told()
  })
  const write = (lines: readonly string[], body: string): Buffer =>
    Buffer.from(
      [
        ...lines,
        `Contact: <sip:phone@${at}>`,
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    )
  return {
    at,
    sdp: [
      ...['v=0', 'o=phone 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
      ...['m=audio 9 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000', ''],
    ].join('\r\n'),
    request(server, line, headers, { body = '', branch = randomUUID() } = {}) {
      const via = `Via: SIP/2.0/UDP ${at};branch=z9hG4bK${branch};rport`
      const [address, to] = server.split(':')
      socket.send(write([`${line} SIP/2.0`, via, 'Max-Forwards: 70', ...headers], body), Number(to), address)
    },
    respond(request, status, body = '') {
      const copied = [...request.matchAll(/^(?:Via|From|Call-ID|CSeq):.*$/gim)].map(([line]) => line)
      const party = headerOf(request, 'To')
      const to = party.includes(';tag=') ? party : `${party};tag=phone`
      const [address, port] = servers.get(request)!
      socket.send(write([`SIP/2.0 ${status}`, ...copied, `To: ${to}`], body), port, address)
    },
    async next(begins) {
      for (;;) {
        const message = came.shift()
        if (message === undefined)
          await new Promise<void>((resolve) => {
            told = resolve
          })
        else if (message.startsWith(begins)) return message
      }
    },
  }
}

/** The value of a header field; "" when there is none. */
export const headerOf = (message: string, name: string): string =>
  new RegExp(`^${name}: *(.*?)\\r$`, 'im').exec(message)?.[1] ?? ''
