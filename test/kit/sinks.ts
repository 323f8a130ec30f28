/** Sinks for journeys: made and subscribed with the official client; a receiver that keeps every event it was sent. */
import type twilio from 'twilio'
import type { Ringback } from '../../src/testing/index.ts'
import type { AppRequest, CustomerApp } from './customer-app.ts'

export interface SentEvent {
  readonly specversion: string
  readonly type: string
  readonly source: string
  readonly id: string
  readonly dataschema: string
  readonly datacontenttype: string
  readonly time: string
  readonly replayid?: string
  readonly data: {
    readonly sid: string
    readonly eventSid: string
    readonly test_id?: string
    readonly request: { readonly parameters: Readonly<Record<string, string>> }
  }
}

const PREFIX = 'com.twilio.voice.'
export const voice = (name: string): string => PREFIX + name
export const short = ({ type }: { readonly type: string }): string => type.replace(PREFIX, '')

type SinkType = 'webhook' | 'kinesis' | 'segment'

export async function createSink(
  client: twilio.Twilio,
  sinkType: SinkType,
  sinkConfiguration: object,
): Promise<string> {
  const { sid } = await client.events.v1.sinks.create({
    description: `a ${sinkType} sink`,
    sinkType,
    sinkConfiguration,
  })
  return sid
}

/** Every type that the sink's kind allows: those that are refused with 91104 are left out. */
export async function typesFor(client: twilio.Twilio, sinkType: SinkType): Promise<string[]> {
  const types = await client.events.v1.eventTypes.list({ schemaId: 'Voice.WebhookEvent' })
  if (sinkType !== 'segment') return types.map(({ type }) => type)
  const not = /api-request|webhook\.|request\.failed|amd|announcement|conference|partial|recording|stream|transcription/
  return types.map(({ type }) => type).filter((type) => !not.test(type))
}

export async function subscribe(
  client: twilio.Twilio,
  sinkSid: string,
  types: readonly (string | { readonly type: string; readonly schema_version: number })[],
  more: object = {},
): Promise<string> {
  const { sid } = await client.events.v1.subscriptions.create({
    description: 'a subscription',
    sinkSid,
    types: types.map((type) => (typeof type === 'string' ? { type } : type)),
    ...more,
  })
  return sid
}

/** The events in the requests to one path of the app, in the order they came. */
export const eventsTo = (app: CustomerApp, path: string): SentEvent[] => app.to(path).flatMap(eventsIn)

export function eventsIn({ body }: Pick<AppRequest, 'body'>): SentEvent[] {
  const value = JSON.parse(body) as SentEvent | SentEvent[]
  return Array.isArray(value) ? value : [value]
}

export interface DeliveryView {
  readonly deliveryId: string
  readonly sinkSid: string
  readonly attempt: number
  readonly trigger: string
  readonly outcome: string | null
  readonly code: number | null
  readonly status: number | null
  readonly at: string
  readonly nextAttemptAt: string | null
  readonly answer: string | null
  readonly why: string | null
  readonly events: readonly { readonly id: string; readonly type: string; readonly callSid: string | null }[]
}
export interface DeadLetterView {
  readonly sid: string
  readonly sinkSid: string
  readonly type: string
  readonly eventId: string
  readonly callSid: string | null
  readonly code: number
  readonly why: string
  readonly attempts: number
  readonly event: SentEvent
}

type Asking = Pick<Ringback, 'ask'>

/** The whole attempt log, oldest first. */
export async function attemptLog(ringback: Asking, filter = ''): Promise<DeliveryView[]> {
  const rows: DeliveryView[] = []
  for (let token: string | null = ''; token !== null; ) {
    const path: string = `/Deliveries?pageSize=1000&pageToken=${token}${filter}`
    const page: { deliveries: DeliveryView[]; nextPageToken: string | null } = await ringback.ask('GET', path)
    rows.push(...page.deliveries)
    token = page.nextPageToken
  }
  return rows.reverse()
}

export async function deadLetters(ringback: Asking, filter = ''): Promise<DeadLetterView[]> {
  const page = await ringback.ask<{ deadLetters: DeadLetterView[] }>('GET', `/DeadLetters?pageSize=1000${filter}`)
  return page.deadLetters
}

/** A call that asks for every event, answered by the app's `/voice`. */
export async function placeCall(
  { client, ringback, app }: { client: twilio.Twilio; ringback: Pick<Ringback, 'number'>; app: CustomerApp },
  more: object = {},
): Promise<string> {
  const { sid } = await client.calls.create({
    to: '+15551230001',
    from: ringback.number,
    url: `${app.url}/voice`,
    statusCallback: `${app.url}/status`,
    statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
    ...more,
  })
  return sid
}
