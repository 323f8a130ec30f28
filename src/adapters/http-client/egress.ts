/**
 * Where outward requests may go. Judged on the very address that is about to be connected to, never on a name, so a DNS
 * answer that changes between check and connection changes nothing. Link-local addresses and those at which clouds hand
 * out credentials are refused in every mode, allow-list or not.
 */
import ipaddr from 'ipaddr.js'

export interface EgressRule {
  /** `local`: also loopback and private addresses. `public`: global unicast only, besides what `allow` names. */
  readonly mode: 'local' | 'public'
  /** Addresses or CIDR ranges that `public` lets pass as well. */
  readonly allow: readonly string[]
}

/** Null: go ahead. Otherwise why not, to stand behind the address in a sentence. */
export type EgressCheck = (address: string) => string | null

type Address = ReturnType<typeof ipaddr.parse>
type Range = ReturnType<typeof ipaddr.parseCIDR>

const METADATA = new Set(
  [
    '169.254.169.254', // AWS, Google, Azure and others; link-local anyway
    '100.100.100.200', // Alibaba
    '192.0.0.192', // Oracle
    '168.63.129.16', // Azure's host
    'fd00:ec2::254', // AWS
    'fd20:ce::254', // Google
  ].map((address) => ipaddr.parse(address).toString()),
)
const NEVER_RANGES = new Set(['linkLocal', 'multicast', 'broadcast', 'deprecatedSiteLocal'])
const LOCAL_RANGES = new Set(['loopback', 'private', 'carrierGradeNat', 'uniqueLocal', 'unspecified'])

/** @throws Error when the allow-list has an entry that is neither an address nor a CIDR range. */
export function createEgressCheck(rule: EgressRule): EgressCheck {
  const allowed = rule.allow.map(toRange)
  return (text) => {
    if (!ipaddr.isValid(text)) return 'is not an address'
    const address = toEmbedded(ipaddr.parse(text))
    const range = address.range()
    if (NEVER_RANGES.has(range)) return 'is link-local or multicast, which is never allowed'
    if (METADATA.has(address.toString())) {
      return 'is a cloud metadata service, which is never allowed'
    }
    if (rule.mode === 'local') return LOCAL_RANGES.has(range) || isGlobal(address) ? null : 'is reserved'
    if (isGlobal(address) || allowed.some((one) => isWithin(address, one))) return null
    return 'is not public and not on the allow-list of RINGBACK_EGRESS'
  }
}

/** RFC 4291 §2.4: of IPv6 only 2000::/3 is handed out as global unicast; ipaddr.js knows the exceptions inside it. */
function isGlobal(address: Address): boolean {
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || ((address.toByteArray()[0] ?? 0) & 0xe0) === 0x20
}

/** The IPv4 address that an IPv6 one leads to by mapping, NAT64 (RFC 6052) or 6to4 (RFC 3056), else the address itself. */
function toEmbedded(address: Address): Address {
  if (address.kind() === 'ipv4') return address
  const bytes = address.toByteArray()
  const range = address.range()
  if (range === 'ipv4Mapped' || range === 'rfc6052') return ipaddr.fromByteArray(bytes.slice(12))
  if (range === '6to4') return ipaddr.fromByteArray(bytes.slice(2, 6))
  return address
}

function toRange(text: string): Range {
  if (ipaddr.isValid(text)) {
    const address = toEmbedded(ipaddr.parse(text))
    return [address, address.kind() === 'ipv4' ? 32 : 128] as Range
  }
  if (!ipaddr.isValidCIDR(text))
    throw new Error(`Egress allow-list: ${JSON.stringify(text)}, expected an address or a CIDR range`)
  return ipaddr.parseCIDR(text)
}

function isWithin(address: Address, range: Range): boolean {
  return address.kind() === range[0].kind() && address.match(range as never)
}
