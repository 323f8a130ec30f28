/**
 * The 26 voice event types, one row a type, and which exchanges each one reads. Every exchange belongs to at most one
 * of them, besides the four deprecated shadows, which read the same exchanges as their successors.
 */
import type { Exchange, ExchangeVerb, Purpose } from '../../journal/entry.ts'
import { defineCatalogue, type EventType, type SinkType } from './catalogue.ts'

export const VOICE_SCHEMA = 'Voice.WebhookEvent'

const ALL: readonly SinkType[] = ['webhook', 'kinesis', 'segment']
const NO_SEGMENT: readonly SinkType[] = ['webhook', 'kinesis']

type From = EventType['from']

interface Row {
  readonly sinks: readonly SinkType[]
  readonly from: From
  /** Name of the successor, without the common prefix; its presence makes the type deprecated. */
  readonly successor?: string
}

const PREFIX = 'com.twilio.voice.'

const row = (group: string, title: string, name: string, { sinks, from, successor }: Row): EventType => ({
  type: PREFIX + name,
  group,
  title,
  sinks,
  status: successor === undefined ? 'available' : 'deprecated',
  schemaId: VOICE_SCHEMA,
  versions: [1, 2],
  ...(successor !== undefined && { alternative: PREFIX + successor }),
  from,
})

const is =
  (purpose: Purpose, verb: ExchangeVerb): From =>
  (exchange) =>
    exchange.purpose === purpose && exchange.verb === verb

/** Refused requests change nothing, so they are no events; Call Events list them all the same. */
const accepted = (verb: 'created' | 'modified'): From => {
  const matches = is('api-request', verb)
  return (exchange) => matches(exchange) && exchange.response !== null && exchange.response.code < 300
}

/**
 * No usable answer came over HTTP: nothing at all, an error status, or a redirect that led nowhere. A 2xx answer with
 * unusable TwiML is a success here; its error is an alert.
 */
const failed = ({ response }: Exchange): boolean => response === null || response.code >= 300

/** Verbs whose document requests have a type of their own; all others count as redirects. */
const OWN_TWIML_TYPE: ReadonlySet<ExchangeVerb> = new Set([
  'Voice',
  'Whisper',
  'Dial',
  'DialRefer',
  'Refer',
  'Enqueue',
  'Gather',
  'Record',
])

const document =
  (...verbs: readonly ExchangeVerb[]): From =>
  (exchange) =>
    exchange.purpose === 'twiml' && !failed(exchange) && verbs.includes(exchange.verb)

const otherDocument: From = (exchange) =>
  exchange.purpose === 'twiml' && !failed(exchange) && !OWN_TWIML_TYPE.has(exchange.verb)

const callback =
  (purpose: Purpose): From =>
  (exchange) =>
    exchange.purpose === purpose

/** A conference callback says what happened in a parameter; `conference-…` is also where unknown ones go. */
const conference =
  (about: 'participant' | 'announcement' | 'conference'): From =>
  (exchange) => {
    if (exchange.purpose !== 'conference') return false
    const event = String(exchange.request.parameters.StatusCallbackEvent ?? '')
    const [, subject = 'conference'] = /^(participant|announcement)-/.exec(event) ?? []
    return subject === about
  }

const API_REQUEST = 'Call API Request'
const PROGRESS = 'Call Progress Event'
const TWIML = 'TwiML'
const CALLBACK = 'Status Callback'

/** A call-progress type and the deprecated name it had. */
const progress = (title: string, verb: ExchangeVerb): readonly EventType[] => {
  const from = is('status-callback', verb)
  const successor = `status-callback.call.${verb}`
  return [
    row(PROGRESS, title, successor, { sinks: ALL, from }),
    row(PROGRESS, title, `webhook.${successor}`, { sinks: NO_SEGMENT, from, successor }),
  ]
}

export const VOICE_TYPES: readonly EventType[] = [
  row(API_REQUEST, 'Created', 'api-request.call.created', { sinks: NO_SEGMENT, from: accepted('created') }),
  row(API_REQUEST, 'Modified', 'api-request.call.modified', { sinks: NO_SEGMENT, from: accepted('modified') }),

  ...progress('Initiated', 'initiated'),
  ...progress('Ringing', 'ringing'),
  ...progress('Answered', 'answered'),
  ...progress('Completed', 'completed'),

  row(TWIML, 'Call Redirected', 'twiml.call.redirected', { sinks: ALL, from: otherDocument }),
  row(TWIML, 'Call Transferred', 'twiml.call.transferred', { sinks: ALL, from: document('DialRefer', 'Refer') }),
  row(TWIML, 'Dial Finished', 'twiml.dial.finished', { sinks: ALL, from: document('Dial') }),
  row(TWIML, 'Enqueue Finished', 'twiml.enqueue.finished', { sinks: ALL, from: document('Enqueue') }),
  row(TWIML, 'Gather Finished', 'twiml.gather.finished', { sinks: ALL, from: document('Gather') }),
  row(TWIML, 'Record Finished', 'twiml.record.finished', { sinks: ALL, from: document('Record') }),
  row(TWIML, 'Request Failed', 'twiml.request.failed', {
    sinks: NO_SEGMENT,
    from: (exchange) => exchange.purpose === 'twiml' && failed(exchange),
  }),
  row(TWIML, 'Requested', 'twiml.call.requested', { sinks: ALL, from: document('Voice', 'Whisper') }),

  row(CALLBACK, 'AMD Detected', 'status-callback.amd.detected', { sinks: NO_SEGMENT, from: callback('amd') }),
  row(CALLBACK, 'Announcement Processed', 'status-callback.announcement.processed', {
    sinks: NO_SEGMENT,
    from: conference('announcement'),
  }),
  row(CALLBACK, 'Conference Participant Updated', 'status-callback.conference.participant.updated', {
    sinks: NO_SEGMENT,
    from: conference('participant'),
  }),
  row(CALLBACK, 'Conference Updated', 'status-callback.conference.updated', {
    sinks: NO_SEGMENT,
    from: conference('conference'),
  }),
  row(CALLBACK, 'Gather Partial Captured', 'status-callback.gather.partial.captured', {
    sinks: NO_SEGMENT,
    from: callback('partial-result'),
  }),
  row(CALLBACK, 'Recording Processed', 'status-callback.recording.processed', {
    sinks: NO_SEGMENT,
    from: callback('recording'),
  }),
  row(CALLBACK, 'Stream Updated', 'status-callback.stream.updated', { sinks: NO_SEGMENT, from: callback('stream') }),
  row(CALLBACK, 'Transcription Processed', 'status-callback.transcription.processed', {
    sinks: NO_SEGMENT,
    from: callback('transcription'),
  }),
]

export const voiceCatalogue = defineCatalogue(VOICE_TYPES)
