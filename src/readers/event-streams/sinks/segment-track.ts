/**
 * An event as a Segment `track` call. Segment drops calls without a user and refuses those over 32 KB, so every call has
 * an anonymous id, and a large one loses its response body first, then its parameters.
 */
import type { CloudEvent } from '../../../wire/cloudevents/index.ts'

/** Above this much JSON the body goes. */
const TRACK_BYTES_WANTED = 30_000
const E164 = /^\+[1-9]\d{1,14}$/

interface TrackOptions {
  readonly userId: 'from' | 'to' | 'customer' | null
}

type Values = Readonly<Record<string, unknown>>

/** JSON text, at most 30 KB unless attributes themselves are larger. */
export function toTrack(event: CloudEvent, options: TrackOptions): string {
  const data = asObject(event.data)
  const whole = JSON.stringify(trackOf(event, data, options))
  if (Buffer.byteLength(whole) <= TRACK_BYTES_WANTED) return whole
  const { responseBody: _, ...response } = asObject(data.response)
  const withoutBody = { ...data, ...(data.response !== undefined && { response }), truncated: true }
  const bodiless = JSON.stringify(trackOf(event, withoutBody, options))
  if (Buffer.byteLength(bodiless) <= TRACK_BYTES_WANTED) return bodiless
  const request = { ...asObject(data.request), parameters: {} }
  return JSON.stringify(trackOf(event, { ...withoutBody, request }, options, parametersOf(data)))
}

function trackOf(
  event: CloudEvent,
  data: Values,
  options: TrackOptions,
  parameters: Values = parametersOf(data),
): object {
  const customer = customerOf(parameters)
  const userId =
    options.userId === null
      ? null
      : options.userId === 'customer'
        ? customer
        : number(parameters, options.userId === 'from' ? 'From' : 'To')
  return {
    type: 'track',
    event: event.type,
    messageId: event.id,
    timestamp: event.time,
    anonymousId: typeof data.sid === 'string' ? data.sid : event.id,
    ...(userId !== null && { userId }),
    properties: {
      ...event.extensions,
      ...data,
      ce_source: event.source,
      ce_dataschema: event.dataschema,
      account_sid: accountOf(event),
    },
    ...(customer !== null && {
      context: { externalIds: [{ id: customer, type: 'phone', collection: 'users', encoding: 'none' }] },
    }),
  }
}

/** The party that is not ours: who calls in, or who is called. Without a direction it is an API request to call someone. */
function customerOf(parameters: Values): string | null {
  return number(parameters, parameters.Direction === 'inbound' ? 'From' : 'To')
}

/** A redacted or withheld number is none. */
function number(parameters: Values, name: string): string | null {
  const value = parameters[name]
  return typeof value === 'string' && E164.test(value) ? value : null
}

function accountOf({ source, id }: CloudEvent): string {
  const [, account] = /\/Accounts\/(AC[0-9a-fA-F]{32})\//.exec(source) ?? []
  return account ?? id
}

const parametersOf = (data: Values): Values => asObject(asObject(data.request).parameters)

const asObject = (value: unknown): Values => (typeof value === 'object' && value !== null ? (value as Values) : {})
