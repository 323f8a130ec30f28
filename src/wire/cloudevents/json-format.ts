/**
 * The JSON format of CloudEvents 1.0: one event ⇄ one JSON object. Data with a JSON content type stands as a JSON value,
 * never as a string of JSON; bytes stand as `data_base64`.
 */
import { WireError } from '../../lib/wire-error.ts'
import { ATTRIBUTES, type CloudEvent, type ExtensionValue, isAttributeName, isExtensionName } from './cloud-event.ts'

/** An event and its JSON text, written once and shared by everyone who sends it. */
export interface WrittenEvent {
  readonly event: CloudEvent
  readonly json: string
  /** Of the text in UTF-8. */
  readonly bytes: number
}

/** `dataJson` is the JSON text of `event.data`, for callers that write the same data into several events. */
export function writeEvent(event: CloudEvent, dataJson?: string): WrittenEvent {
  const json = formatCloudEvent(event, dataJson)
  return { event, json, bytes: Buffer.byteLength(json) }
}

export function formatCloudEvent(event: CloudEvent, dataJson?: string): string {
  const members: string[] = []
  for (const name of ATTRIBUTES) {
    const value = event[name]
    if (value !== undefined) members.push(`"${name}":${JSON.stringify(value)}`)
  }
  for (const [name, value] of Object.entries(event.extensions ?? {})) members.push(`"${name}":${JSON.stringify(value)}`)
  if (event.data instanceof Uint8Array) members.push(`"data_base64":"${Buffer.from(event.data).toString('base64')}"`)
  else if (event.data !== undefined) members.push(`"data":${dataJson ?? JSON.stringify(event.data)}`)
  return `{${members.join(',')}}`
}

/** @throws WireError when the text is not the JSON of one event. */
export function parseCloudEvent(text: string): CloudEvent {
  return readCloudEvent(parseJson(text))
}

/** @throws WireError when the text is not a JSON array of events. An empty array is legal. */
export function parseCloudEventBatch(text: string): readonly CloudEvent[] {
  const value = parseJson(text)
  if (!Array.isArray(value)) throw new WireError('CloudEvents batch', text, 'a JSON array of events')
  return value.map(readCloudEvent)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new WireError('CloudEvent', text, 'JSON')
  }
}

/** @throws WireError when the value is not an event in the JSON format. */
export function readCloudEvent(value: unknown): CloudEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WireError('CloudEvent', JSON.stringify(value) ?? '', 'a JSON object')
  }
  const attributes: Record<string, unknown> = {}
  const extensions: Record<string, ExtensionValue> = {}
  let data: { readonly data: unknown } | null = null
  for (const [name, member] of Object.entries(value)) {
    if (name === 'data' || name === 'data_base64') {
      if (data) throw new WireError('CloudEvent', name, 'either data or data_base64')
      data = { data: name === 'data' ? member : readBase64(member) }
    } else if (member === null) {
      // JSON format §2.2: an absent optional attribute may be written as null.
    } else if (isAttributeName(name)) {
      attributes[name] = readText(name, member)
    } else {
      extensions[name] = readExtension(name, member)
    }
  }
  return checked({ ...attributes, ...(Object.keys(extensions).length > 0 && { extensions }), ...data })
}

/** @throws WireError unless the required attributes are there and not empty. */
export function checked(event: object): CloudEvent {
  for (const name of ['specversion', 'type', 'source', 'id'] as const) {
    const value = (event as Partial<CloudEvent>)[name]
    if (value === undefined || (value as string) === '')
      throw new WireError('CloudEvent', name, 'this attribute, not empty')
  }
  const { specversion } = event as CloudEvent
  if (specversion !== '1.0') throw new WireError('CloudEvent specversion', specversion, '1.0')
  return event as CloudEvent
}

function readText(name: string, member: unknown): string {
  if (typeof member !== 'string') throw new WireError(`CloudEvent ${name}`, JSON.stringify(member), 'a string')
  return member
}

function readBase64(member: unknown): Uint8Array {
  if (typeof member !== 'string') throw new WireError('CloudEvent data_base64', JSON.stringify(member), 'a string')
  return new Uint8Array(Buffer.from(member, 'base64'))
}

function readExtension(name: string, member: unknown): ExtensionValue {
  if (!isExtensionName(name)) throw new WireError('CloudEvent attribute name', name, '1 to 20 of a-z and 0-9')
  if (typeof member === 'string' || typeof member === 'boolean') return member
  if (typeof member === 'number' && Number.isInteger(member) && Math.abs(member) < 2 ** 31) return member
  throw new WireError(`CloudEvent ${name}`, JSON.stringify(member), 'a string, a boolean or a 32-bit integer')
}
