/** Speaks text to the party, then goes on. */
import type { Say } from '../../wire/twiml/index.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import { sayRounds } from './prompts.ts'

export async function runSay(say: Say, { host }: VerbContext): Promise<Flow> {
  const play = await sayRounds(say, host)
  if (!host.stop.aborted) await host.run({ play })
  return NEXT_VERB
}
