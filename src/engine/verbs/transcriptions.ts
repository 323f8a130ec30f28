/** What `<Transcription>` asks for. */
import type { Transcription } from '../../wire/twiml/index.ts'
import { alertByName } from '../call/alerts.ts'
import type { VerbContext } from '../interpreter/flow.ts'
import type { NewLiveTranscription } from '../transcription/live-transcription-record.ts'
import type { TranscriptionRefusal } from '../transcription/live-transcription-service.ts'
import { absoluteUrl } from './urls.ts'

export const newLiveTranscription = (noun: Transcription, context: VerbContext): NewLiveTranscription => ({
  name: noun.name,
  track: noun.track,
  inboundLabel: noun.inboundTrackLabel,
  outboundLabel: noun.outboundTrackLabel,
  language: noun.languageCode,
  engine: noun.transcriptionEngine,
  speechModel: noun.speechModel,
  partialResults: noun.partialResults,
  profanityFilter: noun.profanityFilter,
  automaticPunctuation: noun.enableAutomaticPunctuation,
  hints: noun.hints,
  settings: noun.configs,
  callback: transcriptionCallback(noun, context),
})

export function alertTranscriptionRefused(
  refusal: TranscriptionRefusal,
  { name, position }: Transcription,
  { host }: VerbContext,
): void {
  if (!host.stop.aborted) host.alert(alertByName('transcriptionProblem', refusalSentence(refusal, name), position))
}

function refusalSentence(refusal: TranscriptionRefusal, name: string | null): string {
  switch (refusal) {
    case 'name-taken':
      return `A transcription named ${JSON.stringify(name ?? '')} runs already; another is not started`
    case 'too-many':
      return 'The call has as many transcriptions as it may; another is not started'
    case 'not-in-progress':
      return 'Only a call that is up is transcribed'
  }
}

/** A URL that cannot be resolved is alerted; nobody is told then. */
function transcriptionCallback(noun: Transcription, context: VerbContext): NewLiveTranscription['callback'] {
  const { statusCallbackUrl, statusCallbackMethod: method, position } = noun
  if (statusCallbackUrl === null || statusCallbackUrl === '') return null
  const url = absoluteUrl(statusCallbackUrl, context)
  if (url !== null) return { url, method }
  const message = `<Transcription> statusCallbackUrl ${JSON.stringify(statusCallbackUrl)}: not a URL that can be fetched`
  context.host.alert(alertByName('invalidUrl', message, position))
  return null
}
