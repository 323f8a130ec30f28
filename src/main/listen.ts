/** The port of the HTTP server: bound, closed, and told to others on this machine in `server.json`. */
import { rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'

export interface Listening {
  /** `http://host:port`, without a trailing slash. */
  readonly url: string
  readonly host: string
  readonly port: number
}

/** Binds the port. @throws Error with a sentence when it is taken. */
export async function listen(
  app: FastifyInstance,
  { host, port: wanted }: Pick<Config, 'host' | 'port'>,
): Promise<Listening> {
  try {
    await app.listen({ host, port: wanted })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Error(
      `${host}:${wanted} is in use: stop what listens there, or choose another with --port (0 takes a free one)`,
    )
  }
  const { port } = app.server.address() as AddressInfo
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return { url: `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`, host, port }
}

/** A connection on which nothing ends by then is cut: a client that went away without a word is none to wait for. */
const CLOSE_MS_MAX = 2000

export async function closeServer(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS_MAX)
  await app.close()
  clearTimeout(cut)
}

const serverFile = (data: string) => join(data, 'server.json')

/** @param data the platform's folder */
export const writeServerFile = (data: string, { url, host, port }: Listening): void =>
  writeFileSync(serverFile(data), `${JSON.stringify({ url, host, port, pid: process.pid }, null, 2)}\n`)

export const removeServerFile = (data: string): void => rmSync(serverFile(data), { force: true })
