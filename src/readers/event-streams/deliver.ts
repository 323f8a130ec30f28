/** One attempt with all that belongs to it: the request, what it says about the sink, and what becomes of the events. */
import { attempt } from './attempt.ts'
import type { Channel } from './channel.ts'
import { type Attempted, followUp, type Outgoing, undelivered } from './follow-up.ts'
import { failureOf } from './next-step.ts'
import { type SenderDeps, timeOf } from './sender-parts.ts'
import type { SinkHealth } from './sink-health.ts'
import type { SinkLedger } from './sink-ledger.ts'

export interface Delivering {
  readonly ledger: SinkLedger
  readonly channel: Channel
  readonly health: SinkHealth
  /** Gives the request up. */
  readonly stop: AbortSignal
}

/** Resolves when the end is written. */
export async function deliver(outgoing: Outgoing, delivering: Delivering, deps: SenderDeps): Promise<void> {
  const { ledger, channel, health, stop } = delivering
  const { sink } = ledger
  const tried = await attempt(outgoing, { sink, channel, stop }, deps)
  if (tried.result === 'stopped') {
    if (outgoing.place !== null) ledger.line.putBack(outgoing.id)
    return deps.store.commit({ ended: tried.ended })
  }
  const { attempted } = tried
  if (tried.result === 'unmade') return ledger.commit(follow(outgoing, attempted, delivering, deps))
  const { ended } = tried
  const failing = health.judge(attempted.delivery, attempted.now)
  deps.report.attempted(ledger.sink, ended.outcome, ended.durationMs)
  await ledger.commit({
    ended,
    ...(failing !== undefined && { failing: { sinkSid: sink.sid, since: failing } }),
    ...follow(outgoing, attempted, delivering, deps),
  })
}

/** Settles the queue, counts, tells; rows for what has to go again or never goes. */
function follow(
  outgoing: Outgoing,
  attempted: Attempted,
  { ledger, health }: Delivering,
  { report }: Pick<SenderDeps, 'report'>,
): ReturnType<typeof followUp> {
  const { now, step, delivery } = attempted
  if (outgoing.place === null) ledger.queue.settle(outgoing.batch.map(({ written }) => written))
  const left = new Set(undelivered(outgoing, step))
  for (const { written } of outgoing.batch)
    if (!left.has(written) && outgoing.trigger !== 'test') report.delivered(ledger.sink, now - timeOf(written))
  const failure = failureOf(delivery)
  if (failure) health.tell(failure.code, failure.why, now)
  return followUp(outgoing, attempted, ledger.lining)
}
