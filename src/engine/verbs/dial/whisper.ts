/** What happens on a leg between its answer and its connection: keys that were asked for, then a document of its own. */
import type { Verb } from '../../../wire/twiml/index.ts'
import { alertByName } from '../../call/alerts.ts'
import type { ChildCall } from '../../call/child-call.ts'
import { type AsideRules, runAside } from '../../interpreter/aside.ts'
import { pressKeys } from '../prompts.ts'
import type { PartyTarget } from './party-child.ts'

const RULES: AsideRules = {
  verbs: new Set<Verb['verb']>(['Say', 'Play', 'Pause', 'Gather', 'Redirect', 'Hangup']),
  refused: ({ verb, position }) =>
    verb === 'Dial'
      ? alertByName('nestedDial', '<Dial> may not stand in the document of a party that is dialled', position)
      : alertByName(
          'asideVerb',
          `<${verb}> may not stand in the document of a dialled party; it is passed over`,
          position,
        ),
}

/**
 * @param stop ends the document; the leg's end does too
 * @returns whether it may be connected: not when its document hung up or could not be had
 */
export async function greet(child: ChildCall, target: PartyTarget, stop: AbortSignal): Promise<boolean> {
  const { host } = child
  const { sendDigits, whisper } = target
  if (sendDigits !== null) await pressKeys(host, sendDigits, 'SendDigits')
  if (host.stop.aborted || stop.aborted || whisper === 'unusable') return false
  if (whisper === null) return true
  const aside = host.aside({ stop, purpose: 'twiml', parameters: () => ({}) })
  return (await runAside(aside, { from: 'request', verb: 'Whisper', ...whisper, parameters: {} }, RULES)) === 'ended'
}
