/** What a create of Calls/{CallSid}/Transcriptions asks for. */
import type { NewLiveTranscription } from '../../../engine/transcription/live-transcription-record.ts'
import type { Form } from '../../form.ts'
import { choice, flag, method, pattern, readParameters, text, url } from '../parameters.ts'

const CREATE_PARAMETERS = {
  Name: text(255),
  Track: choice(['inbound_track', 'outbound_track', 'both_tracks'], 'both_tracks'),
  StatusCallbackUrl: url('invalidCallback'),
  StatusCallbackMethod: method('POST'),
  InboundTrackLabel: text(255),
  OutboundTrackLabel: text(255),
  PartialResults: flag(false),
  LanguageCode: pattern(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/, 'a language tag such as en-US'),
  // One that does not exist is an alert.
  TranscriptionEngine: text(255),
  ProfanityFilter: flag(true),
  SpeechModel: text(255),
  Hints: text(10_000),
  EnableAutomaticPunctuation: flag(true),
  // Checked, without effect.
  EnableProviderData: flag(false),
} as const

/** @throws Refusal */
export function readNewLiveTranscription(form: Form): NewLiveTranscription {
  const p = readParameters(CREATE_PARAMETERS, form)
  return {
    name: p.Name,
    track: p.Track,
    inboundLabel: p.InboundTrackLabel,
    outboundLabel: p.OutboundTrackLabel,
    language: p.LanguageCode ?? 'en-US',
    engine: p.TranscriptionEngine ?? 'google',
    speechModel: p.SpeechModel ?? 'telephony',
    partialResults: p.PartialResults,
    profanityFilter: p.ProfanityFilter,
    automaticPunctuation: p.EnableAutomaticPunctuation,
    hints: p.Hints,
    settings: [],
    callback: p.StatusCallbackUrl === null ? null : { url: p.StatusCallbackUrl, method: p.StatusCallbackMethod },
  }
}
