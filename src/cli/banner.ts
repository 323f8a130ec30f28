/** What a person sees when the server is up: address, credentials, and three commands to try. */

import { type Config, egressMode } from '../main/config.ts'
import { FIRST_NUMBER } from '../main/first-start.ts'
import type { Running } from '../main/start.ts'

export function banner({ url, accountSid, authToken, sipAt }: Running, config: Config): string {
  const local = egressMode(config) === 'local'
  return `
  Ringback is up at ${url}

    Account SID   ${accountSid}
    Auth token    ${authToken}
    Your number   ${FIRST_NUMBER}
${sipAt.length > 0 ? `    SIP           ${sipAt.join(', ')}\n` : ''}${config.clock === 'virtual' ? '    Clock         virtual: time jumps when nothing happens\n' : ''}
  Three things to try in another terminal:

  npx ringback call +15551230001 --twiml '<Response><Say>Hi!</Say></Response>'
  npx ringback phones
  curl -u ${accountSid}:${authToken} \\
    ${url}/2010-04-01/Accounts/${accountSid}/Calls.json

  Point the official client here: client.api.baseUrl = '${url}'
${local ? '  Local mode: requests to loopback and private addresses are allowed.\n' : ''}  Ctrl-C ends it; calls in flight are ended and recorded.
`
}
