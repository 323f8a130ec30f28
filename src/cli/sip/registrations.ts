/** `ringback sip registrations`: the phones that are registered; and where phones find us. */
import type { Config } from '../../main/config.ts'
import { ask, type Client, needServer } from '../client.ts'

export interface Contact {
  readonly transport: string
  readonly address: string
  readonly port: number
  readonly userAgent: string | null
  readonly expiresAt: string
}

export interface Listener {
  readonly transport: string
  readonly host: string
  readonly port: number
}

const PAGES_MAX = 100

/** By address, such as `sip:alice@office.example`. */
export async function registrations(client: Client): Promise<ReadonlyMap<string, readonly Contact[]>> {
  const found = new Map<string, readonly Contact[]>()
  let token: string | null = ''
  for (let page = 0; token !== null && page < PAGES_MAX; page++) {
    const path = `/ringback/v1/Registrations?pageSize=1000&pageToken=${encodeURIComponent(token)}`
    const body: { registrations: { address: string; contacts: readonly Contact[] }[]; nextPageToken: string | null } =
      await ask(client, 'GET', path)
    for (const { address, contacts } of body.registrations) found.set(address, contacts)
    token = body.nextPageToken
  }
  return found
}

export async function listeners(client: Client): Promise<readonly Listener[]> {
  return (await ask<{ listeners: readonly Listener[] }>(client, 'GET', '/ringback/v1/Sip')).listeners
}

export const NOWHERE = 'SIP listens nowhere: start the server with --sip udp:0.0.0.0:5060,tcp:0.0.0.0:5060'

export function contactLine({ transport, address, port, userAgent, expiresAt }: Contact): string {
  const host = address.includes(':') ? `[${address}]` : address
  return `${host}:${port} (${transport})${userAgent ? `, ${userAgent}` : ''}, until ${expiresAt.slice(11, 19)} UTC`
}

export async function registrationsCommand(config: Config): Promise<void> {
  const found = await registrations(await needServer(config))
  process.stdout.write('\n')
  if (found.size === 0) process.stdout.write('  No phone is registered. Let one in:  ringback sip user add alice\n')
  for (const [address, contacts] of found) {
    process.stdout.write(`  ${address}\n`)
    for (const contact of contacts) process.stdout.write(`    ${contactLine(contact)}\n`)
  }
}
