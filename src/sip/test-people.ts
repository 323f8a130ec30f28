/** For tests: domains, trunks and requests, as short as they can be said. */
import type { AccountSid } from '../lib/ids.ts'
import { answerChallenge, chooseChallenge, userHash } from '../wire/sip/digest.ts'
import { SipHeaders } from '../wire/sip/headers.ts'
import { NO_BODY, type SipRequest } from '../wire/sip/message.ts'
import type { Hop, TransportName } from '../wire/sip/transport.ts'
import type { SipCredential, SipDirectory, SipDomain, SipLocator, SipTrunk } from './ports.ts'

export const REALM = 'ringback'
export const ACCOUNT = 'AC00000000000000000000000000000001' as AccountSid
export const OTHER_ACCOUNT = 'AC00000000000000000000000000000002' as AccountSid

export const users = (...all: readonly (readonly [username: string, password: string])[]) =>
  new Map(
    all.map(([username, password]): [string, SipCredential] => [
      username,
      {
        username,
        hashes: {
          md5: userHash('MD5', username, REALM, password),
          sha256: userHash('SHA-256', username, REALM, password),
        },
      },
    ]),
  )

export const aDomain = (more: Partial<SipDomain> = {}): SipDomain => ({
  sid: 'SD00000000000000000000000000000001',
  accountSid: ACCOUNT,
  name: 'acme.example.com',
  registration: true,
  secure: false,
  callers: null,
  registrants: null,
  addresses: null,
  ...more,
})

export const aTarget = (more: Partial<SipTrunk['targets'][number]> = {}): SipTrunk['targets'][number] => ({
  host: '192.0.2.10',
  port: null,
  transport: 'udp',
  priority: 0,
  weight: 0,
  ...more,
})

export const aTrunk = (more: Partial<SipTrunk> = {}): SipTrunk => ({
  sid: 'TK00000000000000000000000000000001',
  accountSid: ACCOUNT,
  name: 'carrier',
  targets: [aTarget()],
  auth: null,
  register: false,
  prefixes: ['+'],
  numberFormat: 'e164',
  callerId: null,
  maxCalls: null,
  maxCallsPerSecond: null,
  from: [],
  srtp: false,
  ...more,
})

export function aDirectory(
  has: { domains?: SipDomain[]; trunks?: SipTrunk[]; numbers?: Readonly<Record<string, AccountSid>> } = {},
) {
  const { domains = [], trunks = [], numbers = {} } = has
  const directory: SipDirectory = {
    domain: async (name) => domains.find((one) => one.name === name) ?? null,
    onlyDomain: async () => (domains.length === 1 ? domains[0]! : null),
    ownerOf: async (number) => numbers[number] ?? null,
    trunks: async () => trunks,
  }
  return { ...directory, has: { domains, trunks } }
}

/** Knows these names; addresses are themselves. */
export function aLocator(names: Readonly<Record<string, readonly string[]>> = {}) {
  const asked: string[] = []
  const locator: SipLocator = {
    async locate({ host, port, transport, isSecure }) {
      asked.push(host)
      const bare = host.replace(/^\[|\]$/g, '')
      const chosen = transport ?? (isSecure ? 'tls' : 'udp')
      const addresses = /^[\d.]+$|:/.test(bare) ? [bare] : (names[host] ?? [])
      return addresses.map((address) => ({
        transport: chosen,
        address,
        port: port ?? (chosen === 'tls' ? 5061 : 5060),
      }))
    },
  }
  return { ...locator, asked }
}

export const hop = (address: string, transport: TransportName = 'udp', more: Partial<Hop> = {}): Hop => ({
  transport,
  address,
  port: 5060,
  ...more,
})

export function headersOf(...fields: readonly (readonly [name: string, value: string])[]): SipHeaders {
  const headers = new SipHeaders()
  for (const [name, value] of fields) headers.append(name, value)
  return headers
}

export const aRequest = (
  method: string,
  uri: string,
  ...fields: readonly (readonly [name: string, value: string])[]
): SipRequest => ({ kind: 'request', method, uri, headers: headersOf(...fields), body: NO_BODY })

/** The field that answers the best of these challenges. */
export function answerTo(
  challenges: readonly (readonly [name: string, value: string])[],
  user: { readonly username: string; readonly password: string },
  about: { readonly method: string; readonly uri: string; readonly count?: number },
): readonly [name: string, value: string] {
  const challenge = chooseChallenge(challenges.map(([, value]) => value))!
  return ['Authorization', answerChallenge(challenge, user, { cnonce: 'c0ffee', count: 1, ...about })]
}
