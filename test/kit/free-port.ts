/**
 * A port for programs that cannot be asked which one they took. It lies below those the system hands out for port 0 (from
 * 32768), so nothing that starts in between is given it, and below those of RTP.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

const FIRST = 11_000
const LAST = 20_000
const TRIES = 50

const given = new Set<number>()

/** Free for TCP and for UDP on 127.0.0.1, and not given before in this process. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST))
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
  throw new Error(`none of ${TRIES} ports tried between ${FIRST} and ${LAST} is free`)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  const socket = createSocket('udp4').bind(port, '127.0.0.1')
  const [tcp, udp] = await Promise.allSettled([once(server, 'listening'), once(socket, 'listening')])
  await Promise.all([
    tcp.status === 'fulfilled' && new Promise((resolve) => server.close(resolve)),
    udp.status === 'fulfilled' && new Promise<void>((resolve) => socket.close(resolve)),
  ])
  return tcp.status === 'fulfilled' && udp.status === 'fulfilled'
}
