/** WebSockets to apps of an account, signed with its token as every other request to them is. */
import type { Clock } from '../../lib/clock.ts'
import { holding } from '../../lib/clock.ts'
import type { AccountSid } from '../../lib/ids.ts'
import { signRequest } from '../../wire/webhook/signature.ts'
import type { StreamSocket, StreamSocketEvents, StreamSockets } from '../ports/stream-sockets.ts'

export interface SignedSocketsDeps {
  readonly clock: Clock
  readonly sockets: StreamSockets
  readonly authTokenOf: (accountSid: AccountSid) => string | Promise<string>
}

/** Calls nobody before it has resolved. */
export type OpenSignedSocket = (
  accountSid: AccountSid,
  url: string,
  events: StreamSocketEvents,
) => Promise<StreamSocket>

export const signedSockets =
  ({ clock, sockets, authTokenOf }: SignedSocketsDeps): OpenSignedSocket =>
  async (accountSid, url, events) => {
    const token = await holding(clock, 'a socket', async () => authTokenOf(accountSid))
    return sockets.open(url, { 'X-Twilio-Signature': signRequest(token, url) }, events)
  }
