/** A platform on the machine's clock that real phones reach over UDP, TCP and TLS, a customer's app, and the official client. */
import { join } from 'node:path'
import { type Ringback, startRingback } from '../../src/testing/index.ts'
import type { Transport } from './baresip.ts'
import { type CustomerApp, type Handler, startApp } from './customer-app.ts'
import { connectNumber, type Journey, officialClient } from './journey.ts'
import { toneWav } from './tones.ts'

const tls = (name: string): string => join(import.meta.dirname, '../golden/tls', name)

export const TRANSPORTS: readonly Transport[] = ['udp', 'tcp', 'tls']
export const CA_FILE = tls('ca.pem')
export const PASSWORD = 'Correct-Horse-1'

/** Lets real time pass: phones talk in it. */
export const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export interface SipPlatform extends Journey {
  /** `127.0.0.1:port` by transport. */
  readonly at: Readonly<Record<Transport, string>>
  stop(): Promise<void>
}

/** The app's `/voice` answers the account's number; `/tone.wav` is ten seconds of 1 kHz. */
export async function startSipPlatform(
  routes: Readonly<Record<string, Handler>> = {},
  settings: Readonly<Record<string, unknown>> = {},
): Promise<SipPlatform> {
  const [ringback, app] = await Promise.all([
    startRingback({
      clock: 'real',
      settings: {
        sip: 'udp:127.0.0.1:0,tcp:127.0.0.1:0,tls:127.0.0.1:0',
        sipTlsCertFile: tls('localhost.pem'),
        sipTlsKeyFile: tls('test-key.pem'),
        caFile: CA_FILE,
        ...settings,
      },
    }),
    startApp({
      '/tone.wav': () => ({ headers: { 'content-type': 'audio/wav' }, body: toneWav(1000, 10_000) }),
      ...routes,
    }),
  ])
  const client = officialClient(ringback)
  const journey = { ringback, app, client }
  await connectNumber(journey, { voiceUrl: `${app.url}/voice`, statusCallback: `${app.url}/over` })
  return {
    ...journey,
    at: await listeners(ringback),
    async stop() {
      await ringback.stop()
      await app.close()
    },
  }
}

async function listeners(ringback: Ringback): Promise<Record<Transport, string>> {
  const { listeners } = await ringback.ask<{ listeners: { transport: Transport; host: string; port: number }[] }>(
    'GET',
    '/Sip',
  )
  const at = listeners.map(({ transport, host, port }) => [transport, `${host}:${port}`] as const)
  return Object.fromEntries(at) as Record<Transport, string>
}

/** A domain where these users may register and from where they may call, made as an app makes it. @returns its SID */
export async function addDomain(
  { client, app }: Pick<Journey, 'client'> & { readonly app: CustomerApp },
  domainName: string,
  users: readonly string[],
  more: Parameters<typeof client.sip.domains.create>[0] | object = {},
): Promise<string> {
  const { sid } = await client.sip.domains.create({
    domainName,
    sipRegistration: true,
    voiceUrl: `${app.url}/domain`,
    ...more,
  })
  const list = await client.sip.credentialLists.create({ friendlyName: `users of ${domainName}` })
  for (const username of users)
    await client.sip.credentialLists(list.sid).credentials.create({ username, password: PASSWORD })
  const { auth } = client.sip.domains(sid)
  await auth.calls.credentialListMappings.create({ credentialListSid: list.sid })
  await auth.registrations.credentialListMappings.create({ credentialListSid: list.sid })
  return sid
}
