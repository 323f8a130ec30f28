/** Begins what goes on beside the document: recordings so far. What does not run yet is alerted and passed over. */
import type { Start } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import { recordingCallback } from './recording-callbacks.ts'

export async function runStart(start: Start, context: VerbContext): Promise<Flow> {
  const { host } = context
  for (const noun of start.nouns) {
    if (noun.noun !== 'Recording') {
      const message = `<${noun.noun}> does not run yet; the call goes on without it`
      host.alert(alertByName('verbNotAvailable', message, noun.position))
      continue
    }
    const { channels, track, trim, name } = noun
    const callback = recordingCallback(noun, context)
    const begun = await host.recordings.start({ channels: channels === 'dual' ? 2 : 1, track, trim, callback }, name)
    if (!begun && !host.stop.aborted)
      host.alert(alertByName('recordingFailed', 'Only a call that was answered can be recorded', noun.position))
  }
  return NEXT_VERB
}
