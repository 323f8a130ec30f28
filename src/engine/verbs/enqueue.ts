/**
 * Puts the caller into a queue until somebody takes it out, it leaves, or it hangs up. Then `action` is told what became of
 * it: it is how the call goes on, unless the party is gone or another document has taken over; then it is told, no more.
 */
import type { Enqueue } from '../../wire/twiml/index.ts'
import { alertByCode, alertByName } from '../call/alerts.ts'
import { isFinal } from '../call/call-record.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import type { QueueResult } from '../queue/member-state.ts'
import type { NextDocument } from '../queue/queue-record.ts'
import type { Place } from '../queue/queues.ts'
import { musicFor, readWait, type Wait, waitWith } from './enqueue-wait.ts'
import { toDocument } from './urls.ts'

const WAIT_URL = 14202
const QUEUE_FULL = 14207

interface Outcome {
  readonly result: QueueResult
  /** Null when the caller never was in a queue. */
  readonly place: Place | null
  /** Of one whom REST took out. */
  readonly next: NextDocument | null
}

export function runEnqueue(enqueue: Enqueue, context: VerbContext): Promise<Flow> {
  const run = waitAndTell(enqueue, context)
  // After a hang-up too, until the action has been told.
  context.host.during(run)
  return run
}

async function waitAndTell(enqueue: Enqueue, context: VerbContext): Promise<Flow> {
  const { host } = context
  const { result, place, next } = await beInQueue(enqueue, context)
  const action = toAction(enqueue, context, result, place)
  const tell = () => {
    if (action.next === 'document' && action.source.from === 'request') host.tell(action.source)
  }
  if (next !== null && place !== null) {
    tell()
    const { url, method } = next
    return { next: 'document', source: { from: 'request', verb: 'Update', url, method, parameters: queued(place) } }
  }
  if (host.stop.aborted) {
    tell()
    return NEXT_VERB
  }
  if (result !== 'hangup') return action.next === 'document' ? { ...action, anyway: true } : action
  // The wait document said <Hangup>: the action is told of a call that is over.
  host.during(aborted(host.stop).then(tell))
  return { next: 'hangup' }
}

function toAction(enqueue: Enqueue, context: VerbContext, result: QueueResult, place: Place | null): Flow {
  if (enqueue.action === null || enqueue.action === '') return NEXT_VERB
  return toDocument(context, {
    url: enqueue.action,
    method: enqueue.method,
    verb: 'Enqueue',
    parameters: { QueueResult: result, ...(place && queued(place)) },
  })
}

const queued = ({ member }: Place) => ({ QueueSid: member.queueSid, QueueTime: String(member.waitSec) })

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

const unqueued = (result: QueueResult): Outcome => ({ result, place: null, next: null })

async function beInQueue(enqueue: Enqueue, context: VerbContext): Promise<Outcome> {
  const { host } = context
  const { queueName: name, position } = enqueue
  if (enqueue.workflowSid !== null || enqueue.task !== null) {
    const why = name === '' ? 'the caller is not enqueued' : 'the caller waits in the queue that is named'
    host.alert(alertByName('taskRoutingNotAvailable', `<Enqueue> routes no tasks; ${why}`, position))
  }
  if (name === '') return unqueued('error')
  const wait = readWait(enqueue, context)
  if (wait === 'unusable') {
    const message = `<Enqueue> waitUrl ${JSON.stringify(enqueue.waitUrl)} is not a URL that can be asked here`
    host.alert(alertByCode(WAIT_URL, 'error', message, position))
    return unqueued('error')
  }
  const place = await host.others.queues.join(host, { name, sizeMax: enqueue.maxQueueSize })
  if (place === 'gone') return unqueued(isFinal(host.record.status) ? 'system-error' : 'redirected')
  if (place === 'full') {
    host.alert(alertByCode(QUEUE_FULL, 'warning', `The queue ${JSON.stringify(name)} is full`, position))
    return unqueued('queue-full')
  }
  if (place === 'too-many-queues') {
    const message = `The queue ${JSON.stringify(name)} could not be made: the account has as many as it may`
    host.alert(alertByName('tooManyQueues', message, position))
    return unqueued('system-error')
  }
  return { place, ...(await untilOut(place, wait, context)) }
}

async function untilOut(place: Place, wait: Wait, { host }: VerbContext): Promise<Omit<Outcome, 'place'>> {
  const { member } = place
  const waited = wait === 'music' ? musicFor(place, host) : waitWith(wait, place, host)
  const left = waited.then((ending) => {
    if (ending === 'leave') member.step('left')
    else if (ending === 'failed') member.step('wait-failed')
    else if (ending === 'hangup') member.step('hung-up')
    return member.departed
  })
  // The second is there for its faults: without what it waits with a caller would wait for ever.
  return Promise.race([member.departed, left])
}
