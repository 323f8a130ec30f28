/**
 * What the platform says on a Media Streams socket: one JSON object in each text message, names and order as the
 * reference writes them. `connected` comes first and once, `start` second, `stop` last; the rest between them. Keys
 * pressed and marks played are told on streams both ways only.
 */
import type { Stream } from '../twiml/stream.ts'
import type { StreamSequence, StreamTrack } from './stream-sequence.ts'

/** Whose audio it is: SIDs, written as they are. */
export interface StreamIdentity {
  readonly accountSid: string
  readonly callSid: string
  readonly streamSid: string
}

/** What a stream's `track` asks for. */
export const STREAM_TRACKS: Readonly<Record<Stream['track'], readonly StreamTrack[]>> = {
  inbound_track: ['inbound'],
  outbound_track: ['outbound'],
  both_tracks: ['inbound', 'outbound'],
}

const MEDIA_FORMAT = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 } as const

/** Has no sequence number. */
export const encodeConnected = (): string => '{"event":"connected","protocol":"Call","version":"1.0.0"}'

export interface StreamStart extends StreamIdentity {
  readonly tracks: readonly StreamTrack[]
  /** Of two with the same name the last one counts. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[]
}

export function encodeStart(
  sequence: StreamSequence,
  { accountSid, callSid, streamSid, tracks, parameters }: StreamStart,
): string {
  const customParameters = Object.fromEntries(parameters.map(({ name, value }) => [name, value]))
  return JSON.stringify({
    event: 'start',
    sequenceNumber: sequence.next(),
    start: { accountSid, streamSid, callSid, tracks, mediaFormat: MEDIA_FORMAT, customParameters },
    streamSid,
  })
}

export interface StreamMedia {
  readonly streamSid: string
  readonly track: StreamTrack
  /** Whole milliseconds from the beginning of the stream to the first sample. */
  readonly timestampMs: number
  /** µ-law, usually 160 bytes. Read before this returns, and not kept. */
  readonly ulaw: Uint8Array
}

/** Said fifty times a second and track, so put together by hand: nothing in it needs escaping. */
export function encodeMedia(sequence: StreamSequence, { streamSid, track, timestampMs, ulaw }: StreamMedia): string {
  const payload = Buffer.from(ulaw.buffer, ulaw.byteOffset, ulaw.byteLength).toString('base64')
  return `{"event":"media","sequenceNumber":"${sequence.next()}","media":{"track":"${track}","chunk":"${sequence.nextChunk(track)}","timestamp":"${timestampMs}","payload":"${payload}"},"streamSid":"${streamSid}"}`
}

/** A key that the call's party pressed. Only here the track's name has its suffix. */
export const encodeDtmf = (
  sequence: StreamSequence,
  { streamSid, digit }: { readonly streamSid: string; readonly digit: string },
): string =>
  JSON.stringify({
    event: 'dtmf',
    streamSid,
    sequenceNumber: sequence.next(),
    dtmf: { track: 'inbound_track', digit },
  })

/** What the application sent before its mark has been played, or was cleared. */
export const encodeMark = (
  sequence: StreamSequence,
  { streamSid, name }: { readonly streamSid: string; readonly name: string },
): string => JSON.stringify({ event: 'mark', sequenceNumber: sequence.next(), streamSid, mark: { name } })

export const encodeStop = (sequence: StreamSequence, { accountSid, callSid, streamSid }: StreamIdentity): string =>
  JSON.stringify({ event: 'stop', sequenceNumber: sequence.next(), streamSid, stop: { accountSid, callSid } })
