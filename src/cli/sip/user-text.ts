/** What a person needs to set up a phone. */
import { type Listener, NOWHERE } from './registrations.ts'

export interface NewUser {
  readonly name: string
  readonly password: string
  readonly domain: string
  readonly listeners: readonly Listener[]
  /** Sentences about what was found or done besides. */
  readonly notes: readonly string[]
}

export function userLines({ name, password, domain, listeners, notes }: NewUser): readonly string[] {
  const servers = listeners.map(({ transport, host, port }) => {
    const bare = host.includes(':') ? `[${host}]` : host
    return `${bare}:${port} (${transport})`
  })
  return [
    `${name} may register now. Type this into the phone; the password is not shown again:`,
    '',
    `  Server     ${servers.join(' or ') || NOWHERE}`,
    `  Domain     ${domain}`,
    `  User       ${name}`,
    `  Password   ${password}`,
    '',
    `A phone that asks for one server only takes the domain's name, or the server as long as there is one domain.`,
    `Calls to the phone:  <Dial><Sip>sip:${name}@${domain}</Sip></Dial>`,
    ...notes,
  ]
}
