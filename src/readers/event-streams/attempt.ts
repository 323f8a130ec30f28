/**
 * One attempt at a sink: the request is made, written to the log, sent, and judged. What follows from it for the queue,
 * the waiting line and the sink's health is its sender's business, which writes the end to the log along with that.
 */
import type { Answered, Channel } from './channel.ts'
import type { EndedAttempt } from './delivery-store.ts'
import type { Attempted, Outgoing } from './follow-up.ts'
import { failureOf, nextStep, outcomeOf } from './next-step.ts'
import type { SinkRow } from './ports.ts'
import { type SenderDeps, toAttempted } from './sender-parts.ts'
import type { Item, RequestContext } from './sinks/sink.ts'

type AttemptDeps = Pick<
  SenderDeps,
  'authTokenOf' | 'clock' | 'logger' | 'newAttemptId' | 'random' | 'store' | 'version'
>

/** Where it goes, and what ends it early. */
interface Target {
  readonly sink: SinkRow
  readonly channel: Channel
  readonly stop: AbortSignal
}

export type AttemptResult =
  /** No request could be made: nothing was sent, nothing is in the log. */
  | { readonly result: 'unmade'; readonly attempted: Attempted }
  /** The platform gave it up: it counts as not made. */
  | { readonly result: 'stopped'; readonly ended: EndedAttempt }
  | { readonly result: 'ended'; readonly attempted: Attempted; readonly ended: EndedAttempt }

/** `ended` is still to be written to the log. */
export async function attempt(
  outgoing: Outgoing,
  { sink, channel, stop }: Target,
  deps: AttemptDeps,
): Promise<AttemptResult> {
  const { clock, store, newAttemptId, authTokenOf, version, random } = deps
  const { accountSid, sid: sinkSid, secrets } = sink
  const { id: deliveryId, batch, trigger, testId } = outgoing
  const [now, attempts, id] = [clock.now(), outgoing.attempts + 1, newAttemptId()]
  const firstAt = outgoing.firstAt ?? now
  const authToken = await authTokenOf(accountSid)
  const context = { now, accountSid, authToken, secrets, deliveryId, attempt: attempts, version }
  const request = prepare(batch, context, { sink, channel }, deps)
  if (!request) {
    const delivery = {
      outcome: 'give-up',
      code: 91303,
      why: 'the platform could not make the request',
      halve: batch.length > 1,
    } as const
    const step = nextStep(delivery, { trigger, attempts, firstAt, now, random: 0 })
    return { result: 'unmade', attempted: { step, delivery, attempts: outgoing.attempts, firstAt, now } }
  }
  const events = batch.map(({ written }) => toAttempted(written))
  await store.commit({
    begun: {
      id,
      at: now,
      accountSid,
      sinkSid,
      deliveryId,
      attempt: attempts,
      trigger,
      url: request.url,
      testId,
      events,
    },
  })
  const startedAt = performance.now()
  const answered = await request.send(stop).catch(toFault)
  const durationMs = performance.now() - startedAt
  if (answered.stopped && stop.aborted) {
    const nothing = { code: null, status: null, why: null, answer: null, nextAt: null }
    return { result: 'stopped', ended: { id, outcome: 'stopped', durationMs, ...nothing } }
  }
  const { delivery, status } = answered
  const endedAt = clock.now()
  const { policy } = channel
  const step = nextStep(delivery, { trigger, attempts, firstAt, now: endedAt, random: random(), policy })
  const failure = failureOf(delivery)
  return {
    result: 'ended',
    attempted: { step, delivery, attempts, firstAt, now: endedAt },
    ended: {
      id,
      outcome: outcomeOf(delivery, step),
      code: failure?.code ?? null,
      status,
      durationMs,
      why: failure?.why ?? null,
      answer: failure ? answered.answer : null,
      nextAt: step.step === 'again' ? step.at : null,
    },
  }
}

/** Null when making it fails, which is a fault of ours that every other try would meet too. */
function prepare(
  batch: readonly Item[],
  context: RequestContext,
  { sink, channel }: Pick<Target, 'sink' | 'channel'>,
  { logger }: Pick<AttemptDeps, 'logger'>,
): ReturnType<Channel['request']> | null {
  try {
    return channel.request(batch, context)
  } catch (error) {
    logger.error({ err: error, sinkSid: sink.sid }, 'a request to a sink could not be made')
    return null
  }
}

/** A way out must not throw; when it does all the same, the sink is not to blame. */
const toFault = (error: unknown): Answered => ({
  delivery: { outcome: 'try-again', code: 91304, why: `a fault of the platform: ${String(error)}` },
  stopped: false,
  status: null,
  answer: null,
})
