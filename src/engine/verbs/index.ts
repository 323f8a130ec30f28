/** The verbs that run, one file each. A verb that is parsed but not listed here raises an alert and is passed over. */
import { plainDial, type Verb } from '../../wire/twiml/index.ts'
import type { Flow, VerbContext } from '../interpreter/flow.ts'
import { runConnect } from './connect.ts'
import { runDial } from './dial/dial.ts'
import { runEnqueue } from './enqueue.ts'
import { runGather } from './gather.ts'
import { runPause } from './pause.ts'
import { runPlay } from './play.ts'
import { runRecord } from './record.ts'
import { runRedirect } from './redirect.ts'
import { runRefer } from './refer.ts'
import { runSay } from './say.ts'
import { runStart } from './start.ts'
import { runStop } from './stop.ts'

export interface VerbRunner<V extends Verb = Verb> {
  /** An inbound call that still rings is picked up first. */
  readonly answers: boolean
  run(verb: V, context: VerbContext): Promise<Flow> | Flow
}

type RunnerTable = { readonly [Name in Verb['verb']]?: VerbRunner<Extract<Verb, { verb: Name }>> }

const RUNNERS = {
  Say: { answers: true, run: runSay },
  Play: { answers: true, run: runPlay },
  Pause: { answers: false, run: runPause },
  Gather: { answers: true, run: runGather },
  Record: { answers: true, run: runRecord },
  Start: { answers: false, run: runStart },
  Stop: { answers: false, run: runStop },
  Redirect: { answers: false, run: runRedirect },
  Dial: { answers: false, run: runDial },
  Connect: { answers: true, run: runConnect },
  Refer: { answers: true, run: runRefer },
  Enqueue: { answers: true, run: runEnqueue },
  /** From older days: a `<Dial>` of nothing but the queue. */
  Queue: { answers: false, run: (queue, context) => runDial(plainDial({ ...queue, noun: 'Queue' }), context) },
  Leave: { answers: true, run: () => ({ next: 'leave' }) },
  Hangup: { answers: true, run: () => ({ next: 'hangup' }) },
  Reject: { answers: false, run: (reject) => ({ next: 'reject', reason: reject.reason }) },
} as const satisfies RunnerTable

export const VERBS: Readonly<Partial<Record<Verb['verb'], VerbRunner>>> = RUNNERS as Partial<
  Record<Verb['verb'], VerbRunner>
>
