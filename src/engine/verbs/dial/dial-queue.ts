/** Connects the call with the head of a queue. */
import type { Dial, DialQueue } from '../../../wire/twiml/index.ts'
import { alertByName } from '../../call/alerts.ts'
import type { VerbContext } from '../../interpreter/flow.ts'
import type { DialResult } from './dial-result.ts'

export async function dialQueue(
  _dial: Dial,
  queue: DialQueue,
  { host }: VerbContext,
): Promise<DialResult | 'redirected'> {
  host.alert(alertByName('verbNotAvailable', '<Queue> does not run yet', queue.position))
  return { status: 'failed', bridged: false }
}
