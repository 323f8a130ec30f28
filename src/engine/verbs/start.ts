/** Begins what goes on beside the document: recordings, streams, transcriptions. What does not run yet is alerted and passed over. */
import type { Start } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import { type Flow, NEXT_VERB, type VerbContext } from '../interpreter/flow.ts'
import { recordingCallback } from './recording-callbacks.ts'
import { alertStreamRefused, newStream } from './streams.ts'
import { alertTranscriptionRefused, newLiveTranscription } from './transcriptions.ts'

type Noun<Name> = Extract<Start['nouns'][number], { readonly noun: Name }>

export async function runStart(start: Start, context: VerbContext): Promise<Flow> {
  for (const noun of start.nouns) {
    if (noun.noun === 'Recording') await startRecording(noun, context)
    else if (noun.noun === 'Stream') await startStream(noun, context)
    else if (noun.noun === 'Transcription') startTranscription(noun, context)
    else {
      const message = `<${noun.noun}> does not run yet; the call goes on without it`
      context.host.alert(alertByName('verbNotAvailable', message, noun.position))
    }
  }
  return NEXT_VERB
}

async function startRecording(noun: Noun<'Recording'>, context: VerbContext): Promise<void> {
  const { host } = context
  const { channels, track, trim, name } = noun
  const callback = recordingCallback(noun, context)
  const begun = await host.recordings.start({ channels: channels === 'dual' ? 2 : 1, track, trim, callback }, name)
  if (!begun && !host.stop.aborted)
    host.alert(alertByName('recordingFailed', 'Only a call that was answered can be recorded', noun.position))
}

async function startStream(noun: Noun<'Stream'>, context: VerbContext): Promise<void> {
  const refusal = await context.host.streams.start(newStream(noun, context))
  if (refusal) alertStreamRefused(refusal, noun, context)
}

function startTranscription(noun: Noun<'Transcription'>, context: VerbContext): void {
  const refusal = context.host.liveTranscriptions.start(newLiveTranscription(noun, context))
  if (refusal) alertTranscriptionRefused(refusal, noun, context)
}
