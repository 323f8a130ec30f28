/** Ends, by name, what `<Start>` began. */
import type { Stop } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'

export function runStop(stop: Stop, { host }: VerbContext): Flow {
  for (const noun of stop.nouns) {
    if (noun.name !== null) {
      if (noun.noun === 'Recording' && host.recordings.stop(noun.name)) continue
      if (noun.noun === 'Stream' && host.streams.stop(noun.name)) continue
      if (noun.noun === 'Transcription' && host.liveTranscriptions.stop(noun.name)) continue
    }
    const message = `<Stop>: nothing named ${JSON.stringify(noun.name ?? '')} is running as ${noun.noun}`
    host.alert(alertByName('verbNotAvailable', message, noun.position))
  }
  return NEXT_VERB
}
