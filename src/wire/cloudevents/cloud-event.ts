/**
 * A CloudEvents 1.0 event as a value: the context attributes, extensions and data. How it is written (JSON, HTTP
 * headers) is the business of the files beside this one.
 */

/** CloudEvents 1.0 §3.1: extension values are strings, booleans or 32-bit integers. */
export type ExtensionValue = string | number | boolean

export interface CloudEvent {
  readonly specversion: '1.0'
  readonly type: string
  /** URI reference; together with `id` it names one distinct event. */
  readonly source: string
  readonly id: string
  readonly dataschema?: string
  readonly datacontenttype?: string
  readonly subject?: string
  /** RFC 3339. */
  readonly time?: string
  readonly extensions?: Readonly<Record<string, ExtensionValue>>
  /** A JSON value, or bytes (written as `data_base64`). */
  readonly data?: unknown
}

/**
 * In the order real deliveries of the reference have them; some of its users compare raw bodies. Extensions follow,
 * `data` stands last.
 */
export const ATTRIBUTES = [
  'specversion',
  'type',
  'source',
  'id',
  'dataschema',
  'datacontenttype',
  'subject',
  'time',
] as const

export type AttributeName = (typeof ATTRIBUTES)[number]

const KNOWN: ReadonlySet<string> = new Set([...ATTRIBUTES, 'data', 'data_base64'])

export const isAttributeName = (name: string): name is AttributeName => (ATTRIBUTES as readonly string[]).includes(name)

/** CloudEvents 1.0 §3.1: lower-case letters and digits, here at most the 20 characters it recommends. */
export const isExtensionName = (name: string): boolean => /^[a-z0-9]{1,20}$/.test(name) && !KNOWN.has(name)
