/** What the payload types of a session mean (RFC 3551): those that both sides have agreed on, and those that are fixed. */

export type Codec = 'PCMU' | 'PCMA'

/** What was agreed on. */
export interface RtpFormats {
  readonly codec: Codec
  /** Of the codec. */
  readonly payloadType: number
  /** Payload type of telephone-event at 8 kHz; null without one. */
  readonly events: number | null
}

export type Format = Codec | 'comfort-noise' | 'telephone-event'

export const PCMU_TYPE = 0
export const PCMA_TYPE = 8
export const COMFORT_NOISE_TYPE = 13

/** Fixed types count whether or not they were agreed on: some phones change the law, or send noise, without asking. */
export function formatOf(payloadType: number, agreed: RtpFormats): Format | null {
  if (payloadType === agreed.payloadType) return agreed.codec
  if (payloadType === agreed.events) return 'telephone-event'
  if (payloadType === PCMU_TYPE) return 'PCMU'
  if (payloadType === PCMA_TYPE) return 'PCMA'
  return payloadType === COMFORT_NOISE_TYPE ? 'comfort-noise' : null
}
