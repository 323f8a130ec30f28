/** Calls an application of the account: a second call runs its voice URL, on one line with the leg that was dialled. */
import type { Dial, DialApplication } from '../../../wire/twiml/index.ts'
import type { VerbContext } from '../../interpreter/flow.ts'
import { dialTargets } from './dial-parties.ts'
import type { DialEnd } from './dial-result.ts'
import { applicationTarget } from './party-child.ts'

export function dialApplication(dial: Dial, noun: DialApplication, context: VerbContext): Promise<DialEnd> {
  return dialTargets(dial, [[applicationTarget(noun, dial, context)]], context)
}
