/** Descriptions as phones and trunks write them, for tests. */
export const lines = (...text: readonly string[]): Uint8Array => new TextEncoder().encode(`${text.join('\r\n')}\r\n`)

const HEAD = ['v=0', 'o=alice 2890844526 2890844526 IN IP4 192.0.2.7', 's=-', 'c=IN IP4 192.0.2.7', 't=0 0']

/** An offer with this sound. */
export const offering = (media: string, ...attributes: readonly string[]): Uint8Array =>
  lines(...HEAD, `m=${media}`, ...attributes.map((one) => `a=${one}`))

export const USUAL: Uint8Array = offering(
  'audio 40000 RTP/AVP 0 8 101',
  'rtpmap:0 PCMU/8000',
  'rtpmap:8 PCMA/8000',
  'rtpmap:101 telephone-event/8000',
  'fmtp:101 0-16',
  'ptime:20',
  'sendrecv',
)
