/** The settings of SIP and RTP: real phones and trunks. */
import { z } from 'zod'
import { parseListenAddress } from '../adapters/sip-sockets/listen-address.ts'
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from '../wire/sip/digest.ts'
import { flag, integer, list, setting, text } from './setting.ts'

const ipAddress = z.union([z.ipv4(), z.ipv6()])
const host = z.union([z.string().regex(/^[\w.:-]+$/, 'expected an address or a host name'), z.null()])

const listenAddresses = list
  .transform((addresses) => addresses.filter((one) => one !== 'off'))
  .superRefine((addresses, context) => {
    for (const address of addresses) {
      try {
        parseListenAddress(address)
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message })
      }
    }
  })

const portRange = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/, 'expected a range such as 20000-29999')
  .refine((range) => {
    const [first = 0, last = 0] = range.split('-').map(Number)
    return first >= 1024 && last <= 65_535 && last - first >= 1
  }, 'expected a range of at least two ports between 1024 and 65535')

const digestAlgorithms = list.pipe(z.array(z.enum(DIGEST_ALGORITHMS)).min(1, 'expected MD5, SHA-256 or both'))

export const SIP_SETTINGS = {
  sip: setting(
    'sip',
    'RINGBACK_SIP',
    z.union([z.null(), listenAddresses]),
    null,
    'Where SIP listens: udp:127.0.0.1:5060, also tcp, tls, ws, wss; several with commas. off: nowhere. Default: serve takes udp and tcp 5060 of its host, where they are free; tests and run take none.',
  ),
  sipPublicHost: setting(
    'sip.publicHost',
    'RINGBACK_SIP_PUBLIC_HOST',
    host,
    null,
    'Our host in Via and Contact, as the world reaches it. Default: the address that SIP listens on.',
  ),
  sipMediaHost: setting(
    'sip.mediaHost',
    'RINGBACK_SIP_MEDIA_HOST',
    z.union([ipAddress, z.null()]),
    null,
    'Our address for RTP, as the world reaches it. Default: sip.publicHost, which must be an address then, or the address that SIP listens on.',
  ),
  sipRtpPorts: setting(
    'sip.rtpPorts',
    'RINGBACK_SIP_RTP_PORTS',
    portRange,
    '20000-29999',
    'Ports for RTP and RTCP: two for each call.',
  ),
  sipRealm: setting(
    'sip.realm',
    'RINGBACK_SIP_REALM',
    text.max(255),
    'ringback',
    'Realm of digest authentication. Passwords are kept as hashes with it: when it changes they are to be set again.',
  ),
  sipDigestAlgorithms: setting<readonly DigestAlgorithm[]>(
    'sip.digestAlgorithms',
    'RINGBACK_SIP_DIGEST_ALGORITHMS',
    digestAlgorithms,
    ['MD5'],
    'What phones are challenged with, best first: MD5, SHA-256. Many phones give up when they are offered anything but MD5.',
  ),
  sipTlsCertFile: setting(
    'sip.tlsCertFile',
    'RINGBACK_SIP_TLS_CERT_FILE',
    z.union([text, z.null()]),
    null,
    'PEM file of our certificate, for tls and wss.',
  ),
  sipTlsKeyFile: setting(
    'sip.tlsKeyFile',
    'RINGBACK_SIP_TLS_KEY_FILE',
    z.union([text, z.null()]),
    null,
    'PEM file of its key.',
  ),
  sipHeaderPrefix: setting(
    'sip.headerPrefix',
    'RINGBACK_SIP_HEADER_PREFIX',
    z.string().regex(/^X-[\w-]{0,60}$/, 'expected X- and a name'),
    'X-Twilio-',
    'What the header fields AccountSid, CallSid and ApiVersion of calls that we make begin with.',
  ),
  sipKeepMessages: setting(
    'sip.keepMessages',
    'RINGBACK_SIP_KEEP_MESSAGES',
    z.enum(['failed', 'all', 'none']),
    'failed',
    'Whose SIP messages are kept whole, secrets masked, for a pcap file: failed (of legs that something went wrong with), all or none. The ladder of first lines is kept of all.',
  ),
  sipMaxCalls: setting(
    'sip.maxCalls',
    'RINGBACK_SIP_MAX_CALLS',
    integer(1, 100_000),
    5_000,
    'Calls over SIP at a time; a further one is answered 503.',
  ),
  mediaWorkers: setting(
    'media.workers',
    'RINGBACK_MEDIA_WORKERS',
    z.union([integer(1, 64), z.null()]),
    null,
    'Threads for the sound of real phones. Default: one less than there are cores, at least one.',
  ),
  sipLateMsMax: setting(
    'sip.lateMsMax',
    'RINGBACK_SIP_LATE_MS_MAX',
    integer(10, 10_000),
    80,
    'When sound goes out later than this, no more calls over SIP are taken until it does not.',
    { unit: 'ms' },
  ),
  sipCallsPerSecondPerSource: setting(
    'sip.callsPerSecondPerSource',
    'RINGBACK_SIP_CALLS_PER_SECOND_PER_SOURCE',
    integer(1, 10_000),
    500,
    'Calls that one address may begin in a second; those above it are answered 503.',
    { unit: '1/s' },
  ),
  sipOpen: setting(
    'sip.open',
    'RINGBACK_SIP_OPEN',
    z.union([flag, z.null()]),
    null,
    'Calls to numbers of ours are taken from anybody who reaches us, without password or address list. Default: only while SIP listens on loopback.',
  ),
} as const

/**
 * Many phones do not look up a name in a session description, and one that we looked up ourselves would be wrong as soon as it
 * changed.
 * @throws Error with a sentence when nothing says our address for sound
 */
export function checkMediaHost({
  sipPublicHost: publicHost,
  sipMediaHost: mediaHost,
}: {
  readonly sipPublicHost: string | null
  readonly sipMediaHost: string | null
}): void {
  if (publicHost === null || mediaHost !== null || ipAddress.safeParse(publicHost).success) return
  throw new Error(
    `sip.publicHost ${JSON.stringify(publicHost)} is a name, and session descriptions need an address: set sip.mediaHost to it`,
  )
}
