/** Gives the call to an app on a WebSocket until either side has enough of it, then asks `action` how to go on, if there is one. */
import type { Connect } from '../../wire/twiml/index.ts'
import type { Stream } from '../../wire/twiml/stream.ts'
import { alertByName } from '../call/alerts.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import { connectRelay } from './connect-relay.ts'
import { alertStreamRefused, newStreamBothWays } from './streams.ts'
import { toDocument } from './urls.ts'

export function runConnect(connect: Connect, context: VerbContext): Promise<Flow> | Flow {
  const { noun } = connect
  if (noun.noun === 'Stream') return connectStream(connect, noun, context)
  if (noun.noun === 'ConversationRelay') return connectRelay(connect, noun, context)
  const message = `<Connect><${noun.noun}> does not run yet; the call goes on without it`
  context.host.alert(alertByName('verbNotAvailable', message, noun.position))
  return NEXT_VERB
}

async function connectStream({ action, method }: Connect, noun: Stream, context: VerbContext): Promise<Flow> {
  const { host } = context
  const after = action === null ? NEXT_VERB : toDocument(context, { url: action, method, verb: 'Connect' })
  // Nobody could be told when it is over.
  if (after.next === 'failure') return after
  const refusal = await host.streams.connect(newStreamBothWays(noun, context))
  if (refusal) alertStreamRefused(refusal, noun, context)
  return host.stop.aborted ? NEXT_VERB : after
}
