/** Speaks text to the party, then goes on. */
import type { Say } from '../../wire/twiml/index.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import { sayPrompts } from './prompts.ts'

export async function runSay(say: Say, { host }: VerbContext): Promise<Flow> {
  await host.run({ play: sayPrompts(say) })
  return NEXT_VERB
}
