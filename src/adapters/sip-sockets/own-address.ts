/** Which of this machine's addresses somebody reaches it by, where a socket listens on all of them. */
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'

/** Interfaces come and go; they are looked at again after so long. */
const FRESH_MS = 10_000

let known: { readonly all: readonly NetworkInterfaceInfo[]; readonly untilMs: number } | null = null

function ownAddresses(): readonly NetworkInterfaceInfo[] {
  if (known && known.untilMs > performance.now()) return known.all
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? [])
  known = { all, untilMs: performance.now() + FRESH_MS }
  return all
}

/**
 * Of the network that `peer` is in; else one that leads outside; else loopback.
 * @param peer an IP address
 */
export function ownAddressTowards(peer: string, all: readonly NetworkInterfaceInfo[] = ownAddresses()): string {
  const family = peer.includes(':') ? 'IPv6' : 'IPv4'
  const candidates = all.filter((one) => one.family === family && !one.address.startsWith('fe80:'))
  const near = candidates.find(({ cidr }) => cidr !== null && isIn(peer, cidr))
  const outside = candidates.find(({ internal }) => !internal)
  return (near ?? outside)?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1')
}

function isIn(address: string, cidr: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).match(ipaddr.parseCIDR(cidr))
}
