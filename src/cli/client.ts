/** How commands talk to a running server: plain HTTP with the credentials of the data folder. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../main/config.ts'

export interface Client {
  readonly url: string
  readonly accountSid: string
  readonly authToken: string
}

/** Something the person at the terminal can mend; printed without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

interface ServerFile {
  readonly url: string
}

/** The server that runs on this data folder, null when none answers. */
export async function findServer(config: Config): Promise<Client | null> {
  const server = readJson<ServerFile>(join(config.data, 'server.json'))
  const kept = readJson<{ accountSid: string; authToken: string }>(join(config.data, 'credentials.json'))
  const accountSid = config.accountSid ?? kept?.accountSid
  const authToken = config.authToken ?? kept?.authToken
  if (!server || !accountSid || !authToken) return null
  const healthy = await fetch(`${server.url}/healthz`).then(
    (response) => response.ok,
    () => false,
  )
  return healthy ? { url: server.url, accountSid, authToken } : null
}

export async function needServer(config: Config): Promise<Client> {
  const client = await findServer(config)
  if (client) return client
  throw new CommandError(
    `No server runs on ${config.data}. Start one with \`npm start\`, or name its data folder with --data.`,
  )
}

function readJson<T>(path: string): T | null {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : null
}

const authorization = ({ accountSid, authToken }: Client) =>
  `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`

/** A JSON request. @throws CommandError with the server's own sentence when it refuses. */
export async function ask<T>(
  client: Client,
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  return send<T>(client, path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
}

type Form = Readonly<Record<string, string | readonly string[]>>

/** A form request to the 2010 API; `path` is relative to the account. Arrays repeat their name. */
export const postForm = <T>(client: Client, path: string, form: Form): Promise<T> =>
  sendForm<T>(client, `/2010-04-01/Accounts/${client.accountSid}/${path}`, form)

/** A form POST to any path. @throws CommandError with the server's own sentence when it refuses. */
export async function sendForm<T>(client: Client, path: string, form: Form): Promise<T> {
  const body = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) for (const one of [value].flat()) body.append(name, one)
  return send<T>(client, path, { method: 'POST', body })
}

async function send<T>(client: Client, path: string, init: RequestInit): Promise<T> {
  const response = await fetch(client.url + path, {
    ...init,
    headers: { ...init.headers, authorization: authorization(client) },
  })
  if (!response.ok) throw await refusalOf(response)
  const text = await response.text()
  return (text === '' ? null : JSON.parse(text)) as T
}

/** What a resource that is no JSON has. @throws CommandError with the server's own sentence when it refuses. */
export async function download(client: Client, path: string): Promise<Buffer> {
  const response = await fetch(client.url + path, { headers: { authorization: authorization(client) } })
  if (!response.ok) throw await refusalOf(response)
  return Buffer.from(await response.arrayBuffer())
}

async function refusalOf(response: Response): Promise<CommandError> {
  const text = await response.text()
  const value = text === '' ? null : (JSON.parse(text) as { message?: string; code?: number })
  return new CommandError(`${value?.message ?? response.statusText}${value?.code ? ` (${value.code})` : ''}`)
}

/** Each part is null when the message has none. */
export interface FeedMessage {
  readonly id: string | null
  readonly event: string | null
  readonly data: unknown
}

/**
 * The messages of a feed until it ends, or until `stop`.
 * @throws CommandError with the server's own sentence when it refuses; any other error when the connection breaks.
 */
export async function* readFeed(client: Client, path: string, stop: AbortSignal): AsyncGenerator<FeedMessage> {
  try {
    const headers = { authorization: authorization(client), accept: 'text/event-stream' }
    const response = await fetch(client.url + path, { headers, signal: stop })
    if (!response.ok || !response.body) throw await refusalOf(response)
    let rest = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const field = (name: string) => block.match(new RegExp(`^${name}: ?(.*)$`, 'm'))?.[1] ?? null
        const data = field('data')
        yield { id: field('id'), event: field('event'), data: data === null ? null : (JSON.parse(data) as unknown) }
      }
    }
  } catch (error) {
    if (!stop.aborted) throw error
  }
}
