/**
 * CloudEvents over HTTP (HTTP protocol binding 1.0): structured (the event is the body), binary (attributes in headers,
 * data in the body) and batched (an array of events). Receivers tell them apart by Content-Type alone.
 */
import { WireError } from '../../lib/wire-error.ts'
import { ATTRIBUTES, type CloudEvent, isAttributeName, isExtensionName } from './cloud-event.ts'
import { checked, parseCloudEvent, parseCloudEventBatch, type WrittenEvent } from './json-format.ts'

export interface HttpMessage {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export const STRUCTURED_TYPE = 'application/cloudevents+json'
export const BATCHED_TYPE = 'application/cloudevents-batch+json'

export function structuredMessage({ json }: WrittenEvent): HttpMessage {
  return { headers: { 'content-type': STRUCTURED_TYPE }, body: json }
}

/** Only for receivers that asked for it (§3.3); they name the largest size they take. */
export function batchedMessage(events: readonly WrittenEvent[]): HttpMessage {
  return { headers: { 'content-type': BATCHED_TYPE }, body: jsonArray(events) }
}

/** The events' texts as one JSON array. */
export const jsonArray = (events: readonly { readonly json: string }[]): string =>
  `[${events.map(({ json }) => json).join(',')}]`

/** §3.1: `datacontenttype` becomes Content-Type, every other attribute a `ce-` header. */
export function binaryMessage({ event }: Pick<WrittenEvent, 'event'>): HttpMessage {
  const headers: Record<string, string> = {}
  for (const name of ATTRIBUTES) {
    const value = event[name]
    if (value !== undefined && name !== 'datacontenttype') headers[`ce-${name}`] = encodeHeaderValue(value)
  }
  for (const [name, value] of Object.entries(event.extensions ?? {}))
    headers[`ce-${name}`] = encodeHeaderValue(String(value))
  if (event.data === undefined) return { headers, body: '' }
  headers['content-type'] = event.datacontenttype ?? 'application/json'
  return { headers, body: event.data instanceof Uint8Array ? event.data : JSON.stringify(event.data) }
}

/**
 * Reads a message in whatever mode it is.
 * @param headers names in lower case
 * @throws WireError when it is none.
 */
export function parseHttpMessage(message: {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}): readonly CloudEvent[] {
  const type = message.headers['content-type']?.trim().toLowerCase() ?? ''
  if (type.startsWith('application/cloudevents-batch')) return parseCloudEventBatch(message.body)
  if (type.startsWith('application/cloudevents')) return [parseCloudEvent(message.body)]
  return [readBinary(message.headers, message.body)]
}

function readBinary(headers: Readonly<Record<string, string | undefined>>, body: string): CloudEvent {
  const attributes: Record<string, string> = {}
  const extensions: Record<string, string> = {}
  for (const [header, value] of Object.entries(headers)) {
    if (value === undefined) continue
    if (header === 'content-type') attributes.datacontenttype = value
    if (!header.startsWith('ce-')) continue
    const name = header.slice(3)
    if (isAttributeName(name)) attributes[name] = decodeHeaderValue(value)
    else if (isExtensionName(name)) extensions[name] = decodeHeaderValue(value)
  }
  const data = body === '' ? {} : { data: isJson(attributes.datacontenttype) ? readJson(body) : body }
  return checked({ ...attributes, ...(Object.keys(extensions).length > 0 && { extensions }), ...data })
}

const isJson = (contentType: string | undefined): boolean => /^[^;]*[/+]json\s*(;|$)/i.test(contentType ?? '')

function readJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new WireError('CloudEvent data', body, 'JSON, as its content type says')
  }
}

/** §3.1.3.2: space, double quote, percent and everything outside printable ASCII as UTF-8 in upper-case hex. */
export function encodeHeaderValue(value: string): string {
  return value.toWellFormed().replace(/[^\x21\x23\x24\x26-\x7e]/gu, (char) => {
    return Array.from(Buffer.from(char), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
  })
}

/** The inverse; also takes a quoted string, as receivers must. A percent sign that starts no escape stays. */
export function decodeHeaderValue(value: string): string {
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(value) ?? []
  const plain = quoted === undefined ? value : quoted.replace(/\\(.)/g, '$1')
  return plain.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  )
}
