/** What a caller is given while it waits in a queue: a document that is asked again whenever it is used up, or hold music. */
import { sleep } from '../../lib/clock.ts'
import type { Enqueue, Verb } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import { type AsideEnding, type AsideRules, runAside } from '../interpreter/aside.ts'
import type { CallHost, DocumentSource, VerbContext } from '../interpreter/flow.ts'
import type { Place } from '../queue/queues.ts'
import { musicRounds } from './prompts.ts'
import { absoluteUrl } from './urls.ts'

export type Wait = 'music' | 'silence' | (DocumentSource & { readonly from: 'request' })

/** A document is asked again no sooner than this after it was asked: one that is used up at once stands for silence. */
const ASKED_AGAIN_AFTER_MS = 1000

const WAIT_RULES: AsideRules = {
  verbs: new Set<Verb['verb']>(['Say', 'Play', 'Pause', 'Gather', 'Redirect', 'Hangup', 'Leave']),
  refused: ({ verb, position }) =>
    alertByName('asideVerb', `<${verb}> may not stand in a wait document; it is passed over`, position),
}

export function readWait(
  { waitUrl, waitUrlMethod: method }: Pick<Enqueue, 'waitUrl' | 'waitUrlMethod'>,
  context: VerbContext,
): Wait | 'unusable' {
  if (waitUrl === null) return 'music'
  if (waitUrl === '') return 'silence'
  const url = absoluteUrl(waitUrl, context)
  return url === null ? 'unusable' : { from: 'request', verb: 'Enqueue', url, method, parameters: {} }
}

export async function musicFor(place: Place, host: CallHost): Promise<AsideEnding> {
  const aside = beside(place, host)
  const play = await musicRounds(aside.sounds, 'Enqueue')
  await aside.run({ play })
  return 'stopped'
}

/** @returns what the document wants of the call; `stopped` when the caller waits no longer, and at once for silence */
export async function waitWith(wait: Exclude<Wait, 'music'>, place: Place, host: CallHost): Promise<AsideEnding> {
  if (wait === 'silence') return 'stopped'
  const aside = beside(place, host)
  for (;;) {
    const askedAt = aside.clock.now()
    const ending = await runAside(aside, wait, WAIT_RULES)
    if (ending !== 'ended') return ending
    await sleep(aside.clock, askedAt + ASKED_AGAIN_AFTER_MS - aside.clock.now(), aside.stop)
    if (aside.stop.aborted) return 'stopped'
  }
}

const beside = (place: Place, host: CallHost): CallHost =>
  host.aside({ stop: place.member.waiting, purpose: 'wait', parameters: () => waitParameters(place) })

function waitParameters({ member, maxSize, now }: Place): Record<string, string> {
  const { position, size, averageWaitSec } = now()
  return {
    QueuePosition: String(position),
    QueueSid: member.queueSid,
    QueueTime: String(member.waitSec),
    AvgQueueTime: String(averageWaitSec),
    CurrentQueueSize: String(size),
    MaxQueueSize: String(maxSize),
  }
}
