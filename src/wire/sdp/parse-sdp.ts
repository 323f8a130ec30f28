/**
 * Reads session descriptions (RFC 8866 section 9). Lenient where phones are sloppy: lines may end with a bare line feed, and
 * types nobody knows are passed over. Strict where it matters: what it returns can be acted on.
 */
import type { Attribute, Connection, MediaDescription, Origin, SessionDescription } from './session-description.ts'

/** Longer descriptions, more lines or more media are not read. */
export const SDP_LENGTH_MAX = 32_768
export const SDP_LINES_MAX = 1_000
export const SDP_MEDIA_MAX = 32

const ORIGIN = /^(\S+) (\d{1,20}) (\d{1,20}) IN (IP4|IP6) (\S{1,255})$/i
const CONNECTION = /^IN (IP4|IP6) ([^\s/]{1,255})(?:\/\S*)?$/i
const MEDIA = /^(\S{1,32}) (\d{1,5})(?:\/\d{1,5})? (\S{1,64}) (\S.*)$/
const ATTRIBUTE = /^([^\s:]{1,64})(?::(.*))?$/

interface Draft {
  connection: Connection | null
  readonly attributes: Attribute[]
}

const decoder = new TextDecoder()

/** Null when it is none. */
export function parseSdp(body: Uint8Array): SessionDescription | null {
  if (body.length > SDP_LENGTH_MAX) return null
  const lines = decoder.decode(body).split(/\r\n|\n|\r/)
  if (lines.length > SDP_LINES_MAX || lines[0] !== 'v=0') return null
  let origin: Origin | null = null
  let name = '-'
  const session: Draft = { connection: null, attributes: [] }
  const media: (Draft & Omit<MediaDescription, keyof Draft>)[] = []
  for (const line of lines.slice(1)) {
    if (line === '') continue
    if (line[1] !== '=') return null
    const value = line.slice(2).trim()
    const current = media.at(-1) ?? session
    switch (line[0]) {
      case 'o':
        origin = toOrigin(value)
        if (!origin) return null
        break
      case 's':
        name = value || '-'
        break
      case 'c': {
        const connection = toConnection(CONNECTION.exec(value))
        if (!connection) return null
        current.connection ??= connection
        break
      }
      case 'a': {
        const found = ATTRIBUTE.exec(value)
        if (found) current.attributes.push({ name: found[1]!, value: found[2]?.trim() ?? null })
        break
      }
      case 'm': {
        const found = MEDIA.exec(value)
        const port = Number(found?.[2])
        if (!found || port > 65_535 || media.length === SDP_MEDIA_MAX) return null
        const formats = found[4]!.split(/ +/)
        media.push({ kind: found[1]!, port, protocol: found[3]!, formats, connection: null, attributes: [] })
      }
    }
  }
  return origin && { origin, name, ...session, media }
}

function toOrigin(value: string): Origin | null {
  const found = ORIGIN.exec(value)
  if (!found) return null
  const [, username, sessionId, sessionVersion, addressType, address] = found
  const connection = toConnection([value, addressType!, address!])
  return connection && { username: username!, sessionId: sessionId!, sessionVersion: sessionVersion!, connection }
}

function toConnection(found: readonly string[] | null): Connection | null {
  return found && { addressType: found[1]!.toUpperCase() as Connection['addressType'], address: found[2]! }
}
