/** Reads the packets of a capture file, and holds their lengths and checksums against the RFCs. */
import assert from 'node:assert/strict'

export interface ReadPacket {
  readonly atMs: number
  /** `address:port`. */
  readonly from: string
  readonly to: string
  readonly protocol: 'udp' | 'tcp'
  /** Of TCP. */
  readonly sequence: number | null
  readonly payload: Buffer
}

/** @throws AssertionError when it is not as it should be */
export function readPcap(file: Buffer): ReadPacket[] {
  assert.equal(file.readUInt32LE(0), 0xa1b2c3d4, 'the magic number of pcap')
  assert.deepEqual([file.readUInt16LE(4), file.readUInt16LE(6)], [2, 4], 'its version')
  assert.equal(file.readUInt32LE(20), 101, 'packets begin with IP')
  const packets: ReadPacket[] = []
  let at = 24
  while (at < file.length) {
    const length = file.readUInt32LE(at + 8)
    assert.equal(file.readUInt32LE(at + 12), length, 'nothing is cut')
    const atMs = file.readUInt32LE(at) * 1000 + file.readUInt32LE(at + 4) / 1000
    const bytes = file.subarray(at + 16, at + 16 + length)
    assert.equal(bytes.length, length)
    packets.push({ atMs, ...readIp(bytes) })
    at += 16 + length
  }
  return packets
}

function readIp(packet: Buffer): Omit<ReadPacket, 'atMs'> {
  const version = packet.readUInt8(0) >> 4
  const isIpv6 = version === 6
  assert.ok(isIpv6 || version === 4)
  const header = packet.subarray(0, isIpv6 ? 40 : 20)
  const carried = packet.subarray(header.length)
  if (isIpv6) assert.equal(header.readUInt16BE(4), carried.length)
  else {
    assert.equal(header.readUInt16BE(2), packet.length)
    assert.equal(onesSum(header), 0xffff, 'checksum of IP')
  }
  const protocol = header.readUInt8(isIpv6 ? 6 : 9)
  const addresses = header.subarray(isIpv6 ? 8 : 12)
  const pseudo = Buffer.alloc(8)
  pseudo.writeUInt32BE(carried.length, 0)
  pseudo.writeUInt32BE(protocol, 4)
  assert.equal(onesSum(Buffer.concat([addresses, pseudo, carried])), 0xffff, 'checksum of what it carries')
  const half = addresses.length / 2
  const name = (address: Buffer, port: number) => {
    if (!isIpv6) return `${address.join('.')}:${port}`
    const groups = Array.from({ length: 8 }, (_, index) => address.readUInt16BE(index * 2).toString(16))
    return `[${groups.join(':')}]:${port}`
  }
  const ends = {
    from: name(addresses.subarray(0, half), carried.readUInt16BE(0)),
    to: name(addresses.subarray(half), carried.readUInt16BE(2)),
  }
  if (protocol === 17) {
    assert.equal(carried.readUInt16BE(4), carried.length)
    return { ...ends, protocol: 'udp', sequence: null, payload: carried.subarray(8) }
  }
  assert.equal(protocol, 6)
  return {
    ...ends,
    protocol: 'tcp',
    sequence: carried.readUInt32BE(4),
    payload: carried.subarray((carried.readUInt8(12) >> 4) * 4),
  }
}

function onesSum(bytes: Buffer): number {
  const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)])
  let sum = 0
  for (let at = 0; at < even.length; at += 2) sum += even.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum
}
