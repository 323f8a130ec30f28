/** Rings parties, together or one after the other; the first to answer is connected. */
import type { Dial, DialParty } from '../../../wire/twiml/index.ts'
import { alertByName } from '../../call/alerts.ts'
import type { VerbContext } from '../../interpreter/flow.ts'
import type { DialResult } from './dial-result.ts'

const PARTIES: ReadonlySet<string> = new Set<DialParty['noun']>(['Number', 'Client', 'Sip', 'WhatsApp'])

export const isParty = (target: Dial['targets'][number]): target is DialParty => PARTIES.has(target.noun)

export async function dialParties(
  _dial: Dial,
  parties: readonly DialParty[],
  { host }: VerbContext,
): Promise<DialResult | 'redirected'> {
  host.alert(alertByName('verbNotAvailable', '<Dial> does not run yet', parties[0]?.position))
  return { status: 'failed', bridged: false }
}
