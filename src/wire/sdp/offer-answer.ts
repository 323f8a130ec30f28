/**
 * Offers and answers for one stream of sound (RFC 3264): what we offer, how we answer an offer, and what both together mean
 * for our end of the line. Other media of an offer are refused in the answer.
 */
import { type Codec, STATIC_TYPES } from '../rtp/formats.ts'
import type { SrtpKey } from '../rtp/srtp-keys.ts'
import type { AudioAgreement, MediaAddress } from './agreement.ts'
import { audioFormats, type Direction, directionOf, hasMux, mediaAddress, packetTimeMs, reversed } from './audio.ts'
import { cryptoAttribute, readCryptos } from './crypto.ts'
import type { Attribute, MediaDescription, SessionDescription } from './session-description.ts'

/** Of telephone-event in our offers; its number is anyone's, and this one is customary. */
const EVENTS_TYPE = 101
const PLAIN = 'RTP/AVP'
const SECURE = 'RTP/SAVP'
/** The same with feedback, which browsers and some phones say (RFC 4585, RFC 5124). */
const PROTOCOLS: Readonly<Record<string, { readonly secure: boolean }>> = {
  [PLAIN]: { secure: false },
  'RTP/AVPF': { secure: false },
  [SECURE]: { secure: true },
  'RTP/SAVPF': { secure: true },
}

/** Our side of a session. */
export interface LocalAudio {
  readonly address: MediaAddress
  /** Of the session: digits. */
  readonly sessionId: string
  /** 1 for the first description, one more for each that differs. */
  readonly version: number
  readonly direction: Direction
  /** In the order in which we like them. */
  readonly codecs: readonly Codec[]
  /** What we encrypt with when the sound is encrypted; null: it is not, whatever is offered. */
  readonly key: SrtpKey | null
  /** Nothing but encrypted sound is taken. */
  readonly isSecure: boolean
}

/** Why there is no agreement: a sentence. */
export interface NoAgreement {
  readonly refused: string
}

export function makeOffer(local: LocalAudio): SessionDescription {
  const { codecs, key, isSecure } = local
  const formats = codecs.map((codec) => ({ payloadType: STATIC_TYPES[codec], name: codec as string }))
  return describe(local, [
    audioMedia(local, {
      protocol: isSecure && key ? SECURE : PLAIN,
      formats: [...formats, { payloadType: EVENTS_TYPE, name: 'telephone-event' }],
      crypto: isSecure && key ? cryptoAttribute(1, key) : null,
      rtcpMux: true,
      ptimeMs: 20,
    }),
  ])
}

/** What we answer to an offer, and what it comes to. */
export function makeAnswer(
  offer: SessionDescription,
  local: LocalAudio,
): { readonly answer: SessionDescription; readonly agreement: AudioAgreement } | NoAgreement {
  const chosen = chooseMedia(offer, local)
  if ('refused' in chosen) return chosen
  const { media, codec, payloadType, events, crypto } = chosen
  const wanted = directionOf(offer, media)
  const direction = meet(reversed(wanted), local.direction)
  const srtp = crypto && local.key ? { ours: { ...local.key, suite: crypto.key.suite }, theirs: crypto.key } : null
  const ptimeMs = packetTimeMs(media)
  const rtcpMux = hasMux(media)
  const formats = [
    { payloadType, name: codec as string },
    ...(events === null ? [] : [{ payloadType: events, name: 'telephone-event' }]),
  ]
  const ours = audioMedia(
    { ...local, direction },
    {
      protocol: media.protocol,
      formats,
      crypto: srtp && crypto ? cryptoAttribute(crypto.tag, srtp.ours) : null,
      rtcpMux,
      ptimeMs,
    },
  )
  const answer = describe(
    local,
    offer.media.map((one) => (one === media ? ours : refused(one))),
  )
  const remote = mediaAddress(offer, media)
  const agreement = { ...flow(direction, remote), codec, payloadType, ptimeMs, events, rtcpMux, srtp }
  return { answer, agreement }
}

/** What the answer to an offer of ours comes to. `offered` is what the offer was made of. */
export function readAnswer(answer: SessionDescription, offered: LocalAudio): AudioAgreement | NoAgreement {
  const media = answer.media[0]
  if (media?.kind !== 'audio' || media.port === 0) return { refused: 'The answer takes no sound' }
  const { codecs, events } = audioFormats(media)
  const chosen = codecs.find(({ codec }) => offered.codecs.includes(codec))
  if (!chosen) return { refused: 'The answer has no codec that was offered' }
  const isSecure = PROTOCOLS[media.protocol]?.secure
  if (isSecure === undefined || isSecure !== (offered.isSecure && offered.key !== null))
    return { refused: `The answer has the protocol ${media.protocol}, which was not offered` }
  const crypto = isSecure ? readCryptos(media)[0] : undefined
  if (isSecure && !crypto) return { refused: 'The answer has no key that can be used' }
  const direction = meet(reversed(directionOf(answer, media)), offered.direction)
  return {
    ...flow(direction, mediaAddress(answer, media)),
    codec: chosen.codec,
    payloadType: chosen.payloadType,
    ptimeMs: packetTimeMs(media),
    events,
    rtcpMux: hasMux(media),
    srtp: crypto && offered.key ? { ours: { ...offered.key, suite: crypto.key.suite }, theirs: crypto.key } : null,
  }
}

interface ChosenMedia {
  readonly media: MediaDescription
  readonly codec: Codec
  readonly payloadType: number
  readonly events: number | null
  readonly crypto: ReturnType<typeof readCryptos>[number] | null
}

/** The first sound that can be taken, encrypted before plain. */
function chooseMedia(offer: SessionDescription, local: LocalAudio): ChosenMedia | NoAgreement {
  const sounds = offer.media.filter(({ kind, port }) => kind === 'audio' && port !== 0)
  if (sounds.length === 0) return { refused: 'The offer has no sound' }
  let why = 'The offer has no codec that is known here: PCMU and PCMA are'
  const bySecurity = sounds.toSorted((a, b) => Number(isSecureMedia(b)) - Number(isSecureMedia(a)))
  for (const media of bySecurity) {
    const protocol = PROTOCOLS[media.protocol]
    const crypto = protocol?.secure ? readCryptos(media)[0] : undefined
    if (!protocol) why = `The offer has the protocol ${media.protocol}, which is not known here`
    else if (protocol.secure && (!crypto || !local.key))
      why = 'The offer is for encrypted sound, without a key that can be used'
    else if (!protocol.secure && local.isSecure) why = 'Only encrypted sound is taken here'
    else {
      const { codecs, events } = audioFormats(media)
      const chosen = codecs.find(({ codec }) => local.codecs.includes(codec))
      if (chosen) return { media, ...chosen, events, crypto: crypto ?? null }
    }
  }
  return { refused: why }
}

const isSecureMedia = ({ protocol }: MediaDescription): boolean => PROTOCOLS[protocol]?.secure ?? false

/** What both sides want of the direction, as we see it. */
function meet(one: Direction, other: Direction): Direction {
  const sends = sendsIn(one) && sendsIn(other)
  const receives = receivesIn(one) && receivesIn(other)
  if (sends) return receives ? 'sendrecv' : 'sendonly'
  return receives ? 'recvonly' : 'inactive'
}

const sendsIn = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'sendonly'
const receivesIn = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'recvonly'

function flow(direction: Direction, remote: MediaAddress | null) {
  return { remote, sends: sendsIn(direction) && remote !== null, receives: receivesIn(direction) }
}

function describe(
  { address: { address }, sessionId, version }: LocalAudio,
  media: readonly MediaDescription[],
): SessionDescription {
  const connection = { addressType: address.includes(':') ? 'IP6' : 'IP4', address } as const
  return {
    origin: { username: '-', sessionId, sessionVersion: String(version), connection },
    name: 'ringback',
    connection,
    attributes: [],
    media,
  }
}

function audioMedia(
  { address, direction }: Pick<LocalAudio, 'address' | 'direction'>,
  how: {
    readonly protocol: string
    readonly formats: readonly { readonly payloadType: number; readonly name: string }[]
    readonly crypto: string | null
    readonly rtcpMux: boolean
    readonly ptimeMs: number
  },
): MediaDescription {
  const { protocol, formats, crypto, rtcpMux, ptimeMs } = how
  const attributes: Attribute[] = formats.flatMap(({ payloadType, name }) => [
    { name: 'rtpmap', value: `${payloadType} ${name}/8000` },
    ...(name === 'telephone-event' ? [{ name: 'fmtp', value: `${payloadType} 0-15` }] : []),
  ])
  attributes.push({ name: 'ptime', value: String(ptimeMs) })
  if (crypto !== null) attributes.push({ name: 'crypto', value: crypto })
  if (rtcpMux) attributes.push({ name: 'rtcp-mux', value: null })
  attributes.push({ name: direction, value: null })
  return {
    kind: 'audio',
    port: address.port,
    protocol,
    formats: formats.map(({ payloadType }) => String(payloadType)),
    connection: null,
    attributes,
  }
}

/** In an answer every medium of the offer has its place (RFC 3264 section 6). */
function refused({ kind, protocol, formats }: MediaDescription): MediaDescription {
  return { kind, port: 0, protocol, formats: formats.slice(0, 1), connection: null, attributes: [] }
}

/** Whether two offers of a party differ in nothing but their version: nothing is to be agreed anew (RFC 4028 refreshes). */
export function isUnchanged(one: SessionDescription, other: SessionDescription): boolean {
  return one.origin.sessionId === other.origin.sessionId && one.origin.sessionVersion === other.origin.sessionVersion
}
