/** What one description says of sound, and where the parties stand in it: codecs, keys, direction, addresses. */
import { type Codec, STATIC_TYPES } from '../rtp/formats.ts'
import type { MediaAddress } from './agreement.ts'
import {
  attribute,
  attributeValues,
  type Connection,
  type MediaDescription,
  type SessionDescription,
} from './session-description.ts'

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

const RTPMAP = /^(\d{1,3})\s+([\w.-]+)\/(\d+)(?:\/(\d+))?$/
const TELEPHONE_EVENT = 'TELEPHONE-EVENT'
const OURS: readonly string[] = Object.keys(STATIC_TYPES)
const DIRECTIONS: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive']

export interface AudioFormats {
  /** In the order of the description: what its author likes best comes first. */
  readonly codecs: readonly { readonly codec: Codec; readonly payloadType: number }[]
  /** Payload type of telephone-event at 8 kHz; null: there is none. */
  readonly events: number | null
}

/** Of the formats, those that are known here. */
export function audioFormats(media: MediaDescription): AudioFormats {
  const named = new Map<number, string>()
  for (const value of attributeValues(media, 'rtpmap')) {
    const found = RTPMAP.exec(value)
    if (found && found[3] === '8000' && (found[4] ?? '1') === '1') named.set(Number(found[1]), found[2]!.toUpperCase())
    else if (found) named.set(Number(found[1]), '')
  }
  const codecs: { codec: Codec; payloadType: number }[] = []
  let events: number | null = null
  for (const format of media.formats) {
    if (!/^\d{1,3}$/.test(format) || Number(format) > 127) continue
    const payloadType = Number(format)
    const name = named.get(payloadType) ?? staticName(payloadType)
    if (name !== undefined && OURS.includes(name)) codecs.push({ codec: name as Codec, payloadType })
    else if (name === TELEPHONE_EVENT) events ??= payloadType
  }
  return { codecs, events }
}

function staticName(payloadType: number): string | undefined {
  return OURS.find((codec) => STATIC_TYPES[codec as Codec] === payloadType)
}

/** As its author sees it: `sendonly` is a party that holds the line. */
export function directionOf(session: SessionDescription, media: MediaDescription): Direction {
  for (const level of [media, session])
    for (const direction of DIRECTIONS) if (attribute(level, direction)) return direction
  return 'sendrecv'
}

/** The same from the other side. */
export function reversed(direction: Direction): Direction {
  if (direction === 'sendonly') return 'recvonly'
  return direction === 'recvonly' ? 'sendonly' : direction
}

/** Where the author of the description takes packets; null: nowhere (the old way to hold a line, RFC 3264 section 8.4). */
export function mediaAddress(session: SessionDescription, media: MediaDescription): MediaAddress | null {
  const connection = media.connection ?? session.connection
  if (!connection || media.port === 0 || isNowhere(connection)) return null
  const written = attribute(media, 'rtcp')?.value
  const rtcpPort = hasMux(media) ? media.port : written ? Number(/^\d{1,5}/.exec(written)?.[0] ?? 0) : media.port + 1
  return { address: connection.address, port: media.port, rtcpPort }
}

/** RTP and RTCP share a port (RFC 5761). */
export const hasMux = (media: MediaDescription): boolean => attribute(media, 'rtcp-mux') !== undefined

const isNowhere = ({ address }: Connection): boolean => address === '0.0.0.0' || address === '::'

const PTIME_MS = { least: 10, most: 60, usual: 20 } as const

/** How much sound the author wants in a packet: a multiple of 10 ms. */
export function packetTimeMs(media: MediaDescription): number {
  const most = Number(attribute(media, 'maxptime')?.value ?? PTIME_MS.most)
  const wanted = Number(attribute(media, 'ptime')?.value ?? PTIME_MS.usual)
  const ms = Math.min(wanted, most >= PTIME_MS.least ? most : PTIME_MS.most)
  return ms >= PTIME_MS.least && ms <= PTIME_MS.most && ms % 10 === 0 ? ms : PTIME_MS.usual
}
