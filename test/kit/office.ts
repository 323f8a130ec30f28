/** An office: a domain of its own and people in it, whose phones each say a tone of their own. For tests that run side by side. */
import type { TestContext } from 'node:test'
import { type Phone, type PhoneOptions, startPhone, type Transport } from './baresip.ts'
import type { AppRequest, Handler } from './customer-app.ts'
import { addDomain, CA_FILE, PASSWORD, type SipPlatform } from './sip-platform.ts'

/** What each user's microphone has. */
export const TONES = { alice: 440, bob: 620, carol: 1000 } as const
export type User = keyof typeof TONES
export const USERS = Object.keys(TONES) as User[]

export interface Office {
  /** The address of a user, and of anybody else in the domain. */
  address(user: string): string
  /** A phone that is registered. */
  phone(user: User, transport: Transport, more?: Partial<PhoneOptions>): Promise<Phone>
  /** The app's URL of that name, and the next request to it. */
  url(name: string): string
  next(name: string): Promise<AppRequest>
}

let opened = 0

/** @param routes of the app, by names that documents refer to each other by; `voice` answers the domain's calls */
export async function openOffice(
  t: TestContext,
  platform: SipPlatform,
  routes: Readonly<Record<string, Handler>>,
): Promise<Office> {
  const { app, at } = platform
  const name = `office${++opened}`
  const domain = `${name}.example`
  const url = (file: string) => `${app.url}/${name}/${file}`
  for (const [file, handler] of Object.entries(routes)) app.route(`/${name}/${file}`, handler)
  await addDomain(platform, domain, USERS, { voiceUrl: url('voice') })
  return {
    address: (user) => `sip:${user}@${domain}`,
    async phone(user, transport, more = {}) {
      const phone = await startPhone(t, {
        user,
        transport,
        domain,
        server: at[transport],
        password: PASSWORD,
        caFile: CA_FILE,
        hz: TONES[user],
        ...more,
      })
      await phone.event('REGISTER_OK')
      return phone
    },
    url,
    next: (file) => app.requested(`/${name}/${file}`, app.to(`/${name}/${file}`).length + 1),
  }
}
