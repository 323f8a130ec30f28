/** Ranges of addresses in CIDR notation, IPv4 and IPv6. */
import ipaddr from 'ipaddr.js'

/** Whether an address is in one of them. What is no address or no range is in none. */
export function isWithin(address: string, ranges: readonly string[]): boolean {
  if (ranges.length === 0 || !ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return ranges.some((range) => {
    if (!ipaddr.isValidCIDR(range)) return false
    const [network, bits] = ipaddr.parseCIDR(range)
    return network.kind() === parsed.kind() && parsed.match(network, bits)
  })
}

const LOOPBACK = ['127.0.0.0/8', '::1/128']

export const isLoopback = (address: string): boolean => isWithin(address, LOOPBACK)
