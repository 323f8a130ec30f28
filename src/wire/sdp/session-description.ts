/** Session descriptions (RFC 8866) as values: what SIP bodies say of the sound that is offered and answered. */

export interface Attribute {
  readonly name: string
  /** Null for a flag. */
  readonly value: string | null
}

export interface Connection {
  readonly addressType: 'IP4' | 'IP6'
  /** An address or a host name. */
  readonly address: string
}

export interface Origin {
  readonly username: string
  readonly sessionId: string
  /** Grows by one with every change of the description. */
  readonly sessionVersion: string
  readonly connection: Connection
}

export interface MediaDescription {
  /** `audio`, `video` … */
  readonly kind: string
  /** 0: this medium is refused or not used. */
  readonly port: number
  /** `RTP/AVP`, `RTP/SAVP` … */
  readonly protocol: string
  /** Payload types, as they are written. */
  readonly formats: readonly string[]
  /** In place of the session's. */
  readonly connection: Connection | null
  readonly attributes: readonly Attribute[]
}

export interface SessionDescription {
  readonly origin: Origin
  readonly name: string
  readonly connection: Connection | null
  readonly attributes: readonly Attribute[]
  readonly media: readonly MediaDescription[]
}

/** The first of that name; undefined when there is none. */
export function attribute(of: { readonly attributes: readonly Attribute[] }, name: string): Attribute | undefined {
  return of.attributes.find((one) => one.name === name)
}

/** Values of all of that name. */
export function attributeValues(of: { readonly attributes: readonly Attribute[] }, name: string): string[] {
  return of.attributes.flatMap((one) => (one.name === name && one.value !== null ? [one.value] : []))
}
