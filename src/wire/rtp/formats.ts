/** What the payload types of a session mean (RFC 3551): those that both sides have agreed on, and those that are fixed. */

export type Codec = 'PCMU' | 'PCMA'

/** What was agreed on. */
export interface RtpFormats {
  readonly codec: Codec
  /** Of the codec, in what we send and in what comes. */
  readonly payloadType: number
  /** Payload type of telephone-event at 8 kHz (RFC 4733); null: keys are tones in the sound. */
  readonly events: number | null
}

export type Format = Codec | 'comfort-noise' | 'telephone-event'

/** The payload types that RFC 3551 fixes. */
export const STATIC_TYPES: Readonly<Record<Codec, number>> = { PCMU: 0, PCMA: 8 }
export const COMFORT_NOISE_TYPE = 13

/** Fixed types count whether or not they were agreed on: some phones change the law, or send noise, without asking. */
export function formatOf(payloadType: number, agreed: RtpFormats): Format | null {
  if (payloadType === agreed.payloadType) return agreed.codec
  if (payloadType === agreed.events) return 'telephone-event'
  if (payloadType === STATIC_TYPES.PCMU) return 'PCMU'
  if (payloadType === STATIC_TYPES.PCMA) return 'PCMA'
  return payloadType === COMFORT_NOISE_TYPE ? 'comfort-noise' : null
}
