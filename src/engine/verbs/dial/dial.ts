/**
 * Connects the call: with one of several parties, with a room, with whoever waits in a queue, with an application. Each
 * kind of target has a file of its own beside this one; what all have in common is here: what `action` is told, and that
 * it is told after a hang-up too.
 */
import type { Dial } from '../../../wire/twiml/index.ts'
import { alertByName } from '../../call/alerts.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../../interpreter/flow.ts'
import { toDocument } from '../urls.ts'
import { dialApplication } from './dial-application.ts'
import { dialConference } from './dial-conference.ts'
import { dialParties, isParty } from './dial-parties.ts'
import { dialQueue } from './dial-queue.ts'
import type { DialEnd, DialResult } from './dial-result.ts'

export function runDial(dial: Dial, context: VerbContext): Promise<Flow> {
  const run = connectAndTell(dial, context)
  // After a hang-up too, until the action has been told.
  context.host.during(run)
  return run
}

async function connectAndTell(dial: Dial, context: VerbContext): Promise<Flow> {
  const { host } = context
  const result = await connect(dial, context)
  // Redirected by REST: another document has taken over.
  if (result === 'redirected') return NEXT_VERB
  const flow = 'goOn' in result ? result.goOn : toAction(dial, result, context)
  if (!host.stop.aborted) return flow
  if (flow.next === 'document' && flow.source.from === 'request') host.tell(flow.source)
  return NEXT_VERB
}

function toAction({ action, method }: Dial, result: DialResult, context: VerbContext): Flow {
  if (action === null || action === '') return NEXT_VERB
  return toDocument(context, { url: action, method, verb: 'Dial', parameters: actionParameters(result) })
}

async function connect(dial: Dial, context: VerbContext): Promise<DialEnd> {
  const [first] = dial.targets
  if (first === undefined) return { status: 'failed', bridged: false }
  if (first.noun === 'Conference') return dialConference(dial, first, context)
  if (first.noun === 'Queue') return dialQueue(dial, first, context)
  if (isParty(first)) return dialParties(dial, dial.targets.filter(isParty), context)
  if (first.noun === 'Application') return dialApplication(dial, first, context)
  const message = `<${first.noun}> in <Dial> does not run yet; the dialling has failed`
  context.host.alert(alertByName('verbNotAvailable', message, first.position))
  return { status: 'failed', bridged: false }
}

function actionParameters(result: DialResult): Record<string, string> {
  const { status, bridged, childCallSid, durationSec, recordingUrl, more } = result
  return {
    DialCallStatus: status,
    ...(childCallSid && { DialCallSid: childCallSid }),
    ...(durationSec !== undefined && { DialCallDuration: String(durationSec) }),
    DialBridged: String(bridged),
    ...(recordingUrl && { RecordingUrl: recordingUrl }),
    ...more,
  }
}
