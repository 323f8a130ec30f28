/** Joins the call to a room. */
import type { Conference, Dial } from '../../../wire/twiml/index.ts'
import { alertByName } from '../../call/alerts.ts'
import type { VerbContext } from '../../interpreter/flow.ts'
import type { DialResult } from './dial-result.ts'

export async function dialConference(
  _dial: Dial,
  conference: Conference,
  { host }: VerbContext,
): Promise<DialResult | 'redirected'> {
  host.alert(alertByName('verbNotAvailable', '<Conference> does not run yet', conference.position))
  return { status: 'failed', bridged: false }
}
