/** Random tokens that SIP asks for: unguessable, so that nobody off the path can end or answer what is not theirs. */
import { randomHex32 } from '../../../lib/ids.ts'
import { MAGIC_COOKIE } from '../via.ts'

/** Names a transaction (RFC 3261 section 8.1.1.7). */
export const newBranch = (): string => MAGIC_COOKIE + randomHex32().slice(0, 24)

/** Names one end of a dialog (RFC 3261 section 19.3). */
export const newTag = (): string => randomHex32().slice(0, 16)

export const newCallId = (): string => randomHex32()
