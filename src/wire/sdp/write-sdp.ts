/** Writes session descriptions, in the order that RFC 8866 section 5 asks for. */
import type { Attribute, Connection, MediaDescription, SessionDescription } from './session-description.ts'

const encoder = new TextEncoder()

export function writeSdp({ origin, name, connection, attributes, media }: SessionDescription): Uint8Array {
  const { username, sessionId, sessionVersion } = origin
  const lines = [
    'v=0',
    `o=${username} ${sessionId} ${sessionVersion} ${connectionText(origin.connection)}`,
    `s=${name}`,
    ...connectionLine(connection),
    't=0 0',
    ...attributes.map(attributeLine),
    ...media.flatMap(mediaLines),
  ]
  return encoder.encode(`${lines.join('\r\n')}\r\n`)
}

function mediaLines({ kind, port, protocol, formats, connection, attributes }: MediaDescription): string[] {
  return [
    `m=${kind} ${port} ${protocol} ${formats.join(' ')}`,
    ...connectionLine(connection),
    ...attributes.map(attributeLine),
  ]
}

const connectionText = ({ addressType, address }: Connection): string => `IN ${addressType} ${address}`
const connectionLine = (connection: Connection | null): string[] =>
  connection ? [`c=${connectionText(connection)}`] : []
const attributeLine = ({ name, value }: Attribute): string => (value === null ? `a=${name}` : `a=${name}:${value}`)
