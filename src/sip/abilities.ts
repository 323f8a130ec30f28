/** What we can, as SIP says it: in Allow, Supported and Accept, and of requests that ask for more. */
import type { Supported } from '../wire/sip/check-request.ts'
import type { SessionTimerWishes } from '../wire/sip/dialog/session-timer-terms.ts'
import type { Header } from '../wire/sip/session/session-ground.ts'

export const SUPPORTED: Supported = {
  methods: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO', 'UPDATE', 'PRACK', 'REFER', 'NOTIFY', 'REGISTER'],
  schemes: ['sip', 'sips', 'tel'],
  extensions: ['100rel', 'timer', 'norefersub'],
  contentTypes: ['application/sdp', 'application/dtmf-relay', 'application/dtmf', 'message/sipfrag'],
  forwards: false,
}

/** Half an hour; shorter than a minute and a half nobody may ask for (RFC 4028). */
export const TIMER_WISHES: SessionTimerWishes = { expiresSec: 1800, minSeSec: 90 }

/** Of the answer to OPTIONS (RFC 3261 section 11.2). */
export const ABILITIES: readonly Header[] = [
  ['Allow', SUPPORTED.methods.join(', ')],
  ['Accept', 'application/sdp'],
  ['Supported', SUPPORTED.extensions.join(', ')],
]
