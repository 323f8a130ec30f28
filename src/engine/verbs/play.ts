/** Plays a file or keys to the party, then goes on; a file that cannot be had is alerted and passed over. */
import type { Play } from '../../wire/twiml/index.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import { playRounds, pressKeys } from './prompts.ts'

export async function runPlay(play: Play, context: VerbContext): Promise<Flow> {
  const { host } = context
  if (play.digits === null) {
    const rounds = await playRounds(play, context)
    if (!host.stop.aborted) await host.run({ play: rounds })
    return NEXT_VERB
  }
  // The far end is told of each round as it begins, so a call that is redirected presses no more.
  for (let round = 0; round < play.loop && !host.stop.aborted; round++) await pressKeys(host, play.digits, 'Play')
  return NEXT_VERB
}
