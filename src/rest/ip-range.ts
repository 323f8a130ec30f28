/** IP addresses and ranges of them (CIDR), as customers write them. */
import ipaddr from 'ipaddr.js'

export const ADDRESS_BITS = { ipv4: 32, ipv6: 128 } as const
export type AddressKind = keyof typeof ADDRESS_BITS

/** Null for what is no address, or one that means something on one machine only. */
export function addressKind(written: string): AddressKind | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(written)) return 'ipv4'
  if (!ipaddr.IPv6.isValid(written) || written.includes('%')) return null
  // Whoever calls from an IPv4 address inside an IPv6 one is known by the former.
  return ipaddr.IPv6.parse(written).isIPv4MappedAddress() ? null : 'ipv6'
}

/** `203.0.113.0/24`; an address alone is a range of one. Null for what is neither. */
export function parseRange(written: string): string | null {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(written.trim()) ?? []
  const kind = addressKind(address)
  if (kind === null) return null
  const bitsMax = ADDRESS_BITS[kind]
  return Number(bits ?? bitsMax) <= bitsMax ? `${address}/${bits ?? bitsMax}` : null
}
