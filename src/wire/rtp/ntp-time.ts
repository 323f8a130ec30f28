/** NTP timestamps of RTCP (RFC 3550 §4): seconds since 1900 and a binary fraction, 32 bits each. */
import type { Instant } from '../../lib/ids.ts'

export interface NtpTime {
  readonly seconds: number
  /** Of 2^32. */
  readonly fraction: number
}

const SECONDS_1900_TO_1970 = 2_208_988_800
const UNITS = 2 ** 32
/** The middle 32 bits count in these parts of a second. */
export const SHORT_UNITS_PER_SECOND = 65_536

export function toNtpTime(at: Instant): NtpTime {
  const seconds = Math.floor(at / 1000)
  return {
    // Wraps in 2036, as the protocol does: only differences are used.
    seconds: (seconds + SECONDS_1900_TO_1970) >>> 0,
    fraction: Math.floor(((at - seconds * 1000) / 1000) * UNITS),
  }
}

/** The middle 32 bits, in which reports speak of a sender report. */
export const toShortNtp = ({ seconds, fraction }: NtpTime): number => ((seconds << 16) | (fraction >>> 16)) >>> 0
