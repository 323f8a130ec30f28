/**
 * From an exchange to its events. One exchange is at most one event of a current type, and the same again under the
 * deprecated name where there is one. The envelope is built once for each schema version and shared by all sinks.
 */
import { hash } from 'node:crypto'
import type { Exchange } from '../../journal/entry.ts'
import { formatIso } from '../../lib/dates.ts'
import type { AccountSid, ExchangeSid } from '../../lib/ids.ts'
import { type WrittenEvent, writeEvent } from '../../wire/cloudevents/index.ts'
import type { Catalogue, EventType } from './catalogue.ts'
import { eventData, type VoiceEventData } from './event-data.ts'
import { LIFECYCLE } from './lifecycle.ts'

/** Where consumers of the reference expect schemas; drop-in code compares this address. */
export const SCHEMA_BASE_DEFAULT = 'https://events-schemas.twilio.com'

export interface EventOptions {
  readonly catalogue: Catalogue
  /** `callback`: only calls that asked. `always`: API and document requests of all calls. */
  readonly gate: 'callback' | 'always'
  /** Also make events of real-time transcription content, several a second for each call. */
  readonly transcriptionContent: boolean
  /** What `dataschema` starts with, without a trailing slash. */
  readonly schemaBase: string
}

/** One event that nobody may have subscribed to; its text is made when the first sink wants it. */
export interface StreamEvent {
  readonly type: string
  readonly accountSid: AccountSid
  readonly exchangeSid: ExchangeSid
  /** The envelope under one schema version: the same object each time. */
  written(schemaVersion: number): WrittenEvent
}

const NONE: readonly StreamEvent[] = []

export function eventsOf(exchange: Exchange, options: EventOptions): readonly StreamEvent[] {
  if (!isWanted(exchange, options)) return NONE
  const about = aboutConference(exchange) ? exchange.conferenceSid : exchange.callSid
  if (!about) return NONE
  const types = options.catalogue.readBy(exchange).filter((row) => LIFECYCLE[row.status].received)
  if (types.length === 0) return NONE
  const payload = once(() => {
    const { data, truncated } = eventData(exchange, about)
    return { data, truncated, json: JSON.stringify(data) }
  })
  return types.map((row) => streamEvent(row, exchange, payload, options))
}

/**
 * First 32 hex digits of SHA-256 over both: making the event again after a crash gives the same id, and the deprecated
 * shadow gets another.
 */
export const eventId = (exchangeSid: string, type: string): string =>
  `EZ${hash('sha256', `${exchangeSid}\n${type}`, 'hex').slice(0, 32)}`

function isWanted(exchange: Exchange, { gate, transcriptionContent }: EventOptions): boolean {
  const lifted = gate === 'always' && (exchange.purpose === 'api-request' || exchange.purpose === 'twiml')
  if (!exchange.asked && !lifted) return false
  if (exchange.purpose !== 'transcription' || transcriptionContent) return true
  return exchange.request.parameters.TranscriptionEvent !== 'transcription-content'
}

type Payload = () => { readonly data: VoiceEventData; readonly truncated: boolean; readonly json: string }

function streamEvent(row: EventType, exchange: Exchange, payload: Payload, { schemaBase }: EventOptions): StreamEvent {
  const written = new Map<number, WrittenEvent>()
  const write = (schemaVersion: number): WrittenEvent => {
    const { data, truncated, json } = payload()
    return writeEvent(
      {
        specversion: '1.0',
        type: row.type,
        source: sourceOf(exchange),
        id: eventId(exchange.sid, row.type),
        dataschema: `${schemaBase}/${row.schemaId}/${schemaVersion}`,
        datacontenttype: 'application/json',
        time: formatIso(exchange.at),
        ...(truncated && { extensions: { truncated } }),
        data,
      },
      json,
    )
  }
  return {
    type: row.type,
    accountSid: exchange.accountSid,
    exchangeSid: exchange.sid,
    written(schemaVersion) {
      let event = written.get(schemaVersion)
      if (!event) {
        event = write(schemaVersion)
        written.set(schemaVersion, event)
      }
      return event
    },
  }
}

/** It names no call, though it may stand in the story of the one that caused it. */
const aboutConference = ({ callSid, conferenceSid, request }: Exchange): boolean =>
  conferenceSid !== undefined && (callSid === null || request.parameters.CallSid === undefined)

function sourceOf(exchange: Exchange): string {
  const { accountSid, callSid, conferenceSid } = exchange
  const resource = aboutConference(exchange) ? `Conferences/${conferenceSid}` : `Calls/${callSid}`
  return `/2010-04-01/Accounts/${accountSid}/${resource}.json`
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
