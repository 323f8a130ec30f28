/** Silence. As the first verbs of an inbound call it lets the phone ring on: a delayed pick-up. */
import { sleep } from '../../lib/clock.ts'
import type { Pause } from '../../wire/twiml/index.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import { pauseRounds } from './prompts.ts'

export async function runPause(pause: Pause, { host }: VerbContext): Promise<Flow> {
  if (host.answered) await host.run({ play: pauseRounds(pause) })
  else await sleep(host.clock, pause.lengthSec * 1000, host.stop)
  return NEXT_VERB
}
