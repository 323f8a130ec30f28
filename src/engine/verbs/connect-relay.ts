/**
 * Gives the call to an app that reads and writes what is said, then asks `action` how to go on. An app that failed, and
 * nobody to ask, is the end of the call. Of a call that has ended `action` is told, too.
 */
import { assert } from '../../lib/assert.ts'
import { relayUrlProblem } from '../../wire/conversationrelay/index.ts'
import type { Connect, ConversationRelay } from '../../wire/twiml/index.ts'
import { alertByCode } from '../call/alerts.ts'
import { isFinal } from '../call/call-record.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import { relayParameters, unreachable } from '../relay/relay-over.ts'
import { RelaySession } from '../relay/relay-session.ts'
import { toDocument } from './urls.ts'

export function connectRelay(connect: Connect, noun: ConversationRelay, context: VerbContext): Promise<Flow> {
  const run = runRelay(connect, noun, context)
  // After a hang-up too, until the action has been told.
  context.host.during(run)
  return run
}

async function runRelay({ action, method }: Connect, noun: ConversationRelay, context: VerbContext): Promise<Flow> {
  const { host } = context
  const to = (parameters: Readonly<Record<string, string>>): Flow =>
    toDocument(context, { url: action, method, verb: 'Connect', parameters })
  // Nobody could be told when it is over.
  if (action !== null) {
    const after = to({})
    if (after.next === 'failure') return after
  }
  const over = await relayOver(noun, context)
  if (action === null) return over.status === 'failed' ? { next: 'hangup' } : NEXT_VERB
  const after = to(relayParameters(over))
  if (!host.stop.aborted) return after
  // A call that went on to something else tells nobody.
  if (isFinal(host.record.status) && after.next === 'document' && after.source.from === 'request')
    host.tell(after.source)
  return NEXT_VERB
}

function relayOver(noun: ConversationRelay, { host }: VerbContext) {
  const problem = relayUrlProblem(noun.url)
  if (problem !== null) {
    const over = unreachable()
    const message = `<ConversationRelay> url ${JSON.stringify(noun.url)}: ${problem}`
    host.alert(alertByCode(over.error.code, 'error', message, noun.position))
    return over
  }
  const media = host.leg?.media
  assert(media, 'a call that was answered has a leg')
  const session = new RelaySession(host, media, noun)
  session.start()
  return session.over
}
