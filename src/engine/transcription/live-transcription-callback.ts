/** The callbacks of a live transcription: what each is sent besides the standard it has for itself. */
import { formatIso } from '../../lib/dates.ts'
import type { Instant } from '../../lib/ids.ts'
import type { StreamTrack } from '../../wire/mediastream/index.ts'
import { maskProfanity } from '../recognition/profanity.ts'
import type { Transcript } from '../recognition/recognition.ts'
import type { LiveTranscriptionRecord, NewLiveTranscription } from './live-transcription-record.ts'

export type TranscriptionEvent =
  | 'transcription-started'
  | 'transcription-content'
  | 'transcription-stopped'
  | 'transcription-error'

export type CallbackParameters = Readonly<Record<string, string>>

/** Of every callback. It has none of the standard voice parameters. */
export function commonParameters(
  { accountSid, callSid, sid }: LiveTranscriptionRecord,
  event: TranscriptionEvent,
  at: Instant,
): CallbackParameters {
  return {
    AccountSid: accountSid,
    CallSid: callSid,
    TranscriptionSid: sid,
    TranscriptionEvent: event,
    // In microseconds, as the reference writes them.
    Timestamp: formatIso(at).replace('Z', '000Z'),
  }
}

export function startedParameters(name: string, asked: NewLiveTranscription): CallbackParameters {
  const { inboundLabel, outboundLabel } = asked
  return {
    Name: name,
    Track: asked.track,
    ...(inboundLabel !== null && { InboundTrackLabel: inboundLabel }),
    ...(outboundLabel !== null && { OutboundTrackLabel: outboundLabel }),
    LanguageCode: asked.language,
    PartialResults: String(asked.partialResults),
    TranscriptionEngine: asked.engine,
    ProviderConfiguration: providerConfiguration(asked),
  }
}

/** How sure a hypothesis is: the same for all. */
const STABILITY = '0.9'

/** Words of an utterance that goes on. */
export function partialParameters(track: StreamTrack, words: string, asked: NewLiveTranscription): CallbackParameters {
  const transcript = asked.profanityFilter ? maskProfanity(words) : words
  return { ...contentParameters(track, { transcript }, asked), Final: 'false', Stability: STABILITY }
}

export function finalParameters(
  track: StreamTrack,
  { text, confidence }: Pick<Transcript, 'text' | 'confidence'>,
  asked: NewLiveTranscription,
): CallbackParameters {
  const data = { transcript: text, ...(confidence !== null && { confidence }) }
  return { ...contentParameters(track, data, asked), Final: 'true' }
}

export const errorParameters = (code: number, message: string): CallbackParameters => ({
  TranscriptionErrorCode: String(code),
  TranscriptionError: message,
})

const contentParameters = (track: StreamTrack, data: object, { language }: NewLiveTranscription) => ({
  LanguageCode: language,
  Track: `${track}_track`,
  TranscriptionData: JSON.stringify(data),
})

/** All values are text. What is set for the engine by name comes last, and may say otherwise. */
function providerConfiguration(asked: NewLiveTranscription): string {
  return JSON.stringify({
    profanityFilter: String(asked.profanityFilter),
    speechModel: asked.speechModel,
    enableAutomaticPunctuation: String(asked.automaticPunctuation),
    ...(asked.hints !== null && { hints: asked.hints }),
    ...Object.fromEntries(asked.settings.map(({ name, value }) => [name, value])),
  })
}
