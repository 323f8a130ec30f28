/** One hop that a request went, `SIP/2.0/UDP host:port;branch=…` (RFC 3261 section 20.42). */
import { HOST, parsePort, TOKEN_CHARACTERS } from './grammar.ts'
import { type Parameters, parseParameters, writeParameters } from './parameters.ts'

export interface Via {
  /** In upper case: `UDP`, `TCP`, `TLS`, `WS`, `WSS`, or one that is not known here. */
  readonly transport: string
  /** As it is written; an IPv6 address keeps its brackets. */
  readonly host: string
  readonly port: number | null
  readonly parameters: Parameters
}

/** Branches that begin so are unique to their transaction (RFC 3261 section 8.1.1.7). */
export const MAGIC_COOKIE = 'z9hG4bK'

// The version may be another one: a request of it is answered, too, with 505.
const SENT = new RegExp(
  `SIP[ \\t]*/[ \\t]*[${TOKEN_CHARACTERS}]+[ \\t]*/[ \\t]*([${TOKEN_CHARACTERS}]+)[ \\t]+(${HOST})(?:[ \\t]*:[ \\t]*(\\d{1,5}))?[ \\t]*`,
  'iy',
)

/** @returns null when the value is none */
export function parseVia(value: string): Via | null {
  SENT.lastIndex = 0
  const found = SENT.exec(value)
  if (found === null) return null
  const port = found[3] === undefined ? null : parsePort(found[3])
  if (found[3] !== undefined && port === null) return null
  const parameters = parseParameters(value, SENT.lastIndex)
  return parameters && { transport: found[1]!.toUpperCase(), host: found[2]!, port, parameters }
}

/**
 * As much of a value from its beginning as is a Via, for an answer to who sent a bad one.
 * @returns null when not even the host can be read
 */
export function salvageVia(value: string): Via | null {
  let text = value
  for (;;) {
    const via = parseVia(text)
    if (via !== null) return via
    const cut = text.lastIndexOf(';')
    if (cut < 0) return null
    text = text.slice(0, cut)
  }
}

export function writeVia({ transport, host, port, parameters }: Via): string {
  return `SIP/2.0/${transport} ${host}${port === null ? '' : `:${port}`}${writeParameters(parameters)}`
}
