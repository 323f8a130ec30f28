/** What most journeys start with: a platform in virtual time, a customer's app, and the official client between them. */
import type { TestContext } from 'node:test'
import twilio from 'twilio'
import { type Ringback, type StartRingback, startRingback } from '../../src/testing/index.ts'
import { type CustomerApp, type Handler, startApp } from './customer-app.ts'

export interface Journey {
  readonly ringback: Ringback
  readonly app: CustomerApp
  readonly client: twilio.Twilio
}

/** Everything is stopped when the test ends. */
export async function journey(
  t: TestContext,
  routes: Readonly<Record<string, Handler>> = {},
  options: StartRingback = {},
): Promise<Journey> {
  const [ringback, app] = await Promise.all([startRingback(options), startApp(routes)])
  t.after(async () => {
    await ringback.stop()
    await app.close()
  })
  return { ringback, app, client: officialClient(ringback) }
}

export function officialClient({
  url,
  accountSid,
  authToken,
}: Pick<Ringback, 'url' | 'accountSid' | 'authToken'>): twilio.Twilio {
  const client = twilio(accountSid, authToken)
  client.api.baseUrl = url
  client.events.baseUrl = url
  return client
}

/** Points a number of the account at the app. */
export async function connectNumber(
  { client, ringback }: Journey,
  settings: Parameters<ReturnType<twilio.Twilio['incomingPhoneNumbers']>['update']>[0],
): Promise<void> {
  const [number] = await client.incomingPhoneNumbers.list({ phoneNumber: ringback.number })
  if (!number) throw new Error('the account has no number')
  await client.incomingPhoneNumbers(number.sid).update(settings)
}
