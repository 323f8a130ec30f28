/** What an offer of sound and its answer have agreed on (RFC 3264), as our end of the line needs it. */
import type { RtpFormats } from '../rtp/formats.ts'
import type { SrtpKey } from '../rtp/srtp-keys.ts'

/** Where packets go. */
export interface MediaAddress {
  readonly address: string
  readonly port: number
  /** The same as `port` when both share one. */
  readonly rtcpPort: number
}

export interface AudioAgreement extends RtpFormats {
  /** Where the party takes packets; null: nowhere. */
  readonly remote: MediaAddress | null
  /** False: the party does not want to hear us; it holds the line. */
  readonly sends: boolean
  /** False: nothing of what comes is heard. */
  readonly receives: boolean
  /** Of the packets that we send: 10 to 60, a multiple of 10. */
  readonly ptimeMs: number
  readonly rtcpMux: boolean
  /** Null: nothing is encrypted. */
  readonly srtp: { readonly ours: SrtpKey; readonly theirs: SrtpKey } | null
}
