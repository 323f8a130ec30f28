import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPcap } from '../../../test/kit/pcap.ts'
import type { Instant } from '../../lib/ids.ts'
import { TcpFlow, udpPacket } from './ip-packets.ts'
import { formatPcap } from './pcap-file.ts'

const AT = (Date.UTC(2030, 0, 1) + 7) as Instant
/** The reader holds lengths and checksums against the RFCs. */
const read = (...packets: readonly Uint8Array[]) => readPcap(formatPcap(packets.map((bytes) => ({ at: AT, bytes }))))
const at = (address: string, port: number) => ({ address, port })

for (const [what, from, to, expectedFrom, expectedTo] of [
  ['IPv4', '192.0.2.1', '192.0.2.7', '192.0.2.1:5060', '192.0.2.7:5062'],
  ['IPv6', '2001:db8::1', '::1', '[2001:db8:0:0:0:0:0:1]:5060', '[0:0:0:0:0:0:0:1]:5062'],
  ['IPv4 and IPv6', '192.0.2.1', '2001:db8::7', '[0:0:0:0:0:ffff:c000:201]:5060', '[2001:db8:0:0:0:0:0:7]:5062'],
  ['a name that has no address here', 'pbx.example.com', '192.0.2.7', '0.0.0.0:5060', '192.0.2.7:5062'],
  ['the same, to IPv6', 'pbx.example.com', '::1', '[0:0:0:0:0:0:0:0]:5060', '[0:0:0:0:0:0:0:1]:5062'],
] as const)
  for (const text of ['', 'odd', 'even'])
    test(`a datagram of ${text.length} bytes over ${what}`, () => {
      const [packet] = read(udpPacket(at(from, 5060), at(to, 5062), Buffer.from(text)))
      assert.equal(packet?.protocol, 'udp')
      assert.equal(packet.atMs, AT)
      assert.deepEqual([packet.from, packet.to, packet.payload.toString()], [expectedFrom, expectedTo, text])
    })

test('a datagram is never without a checksum', () => {
  // Whatever the last two bytes are, one of these makes the sum that would be written as 0.
  for (let last = 0; last < 0x10000; last++) {
    const payload = Buffer.from([last >> 8, last & 0xff])
    const packet = udpPacket(at('192.0.2.1', 5060), at('192.0.2.7', 5062), payload)
    assert.notEqual(packet.readUInt16BE(26), 0)
  }
})

test('a connection has numbers that go on, in each direction', () => {
  const flow = new TcpFlow(at('192.0.2.1', 5060), at('192.0.2.7', 40_000))
  const packets = [
    ...flow.packets('received', Buffer.from('INVITE')),
    ...flow.packets('sent', Buffer.from('100')),
    ...flow.packets('sent', Buffer.from('200')),
    ...flow.packets('received', Buffer.from('ACK')),
  ]
  assert.deepEqual(
    read(...packets).map(({ from, sequence, payload }) => [from, sequence, payload.toString()]),
    [
      ['192.0.2.7:40000', 1, 'INVITE'],
      ['192.0.2.1:5060', 1, '100'],
      ['192.0.2.1:5060', 4, '200'],
      ['192.0.2.7:40000', 7, 'ACK'],
    ],
  )
})

test('what does not fit into one packet is cut into several, or, as a datagram, cut off', () => {
  const flow = new TcpFlow(at('::1', 5060), at('::1', 40_000))
  const long = Buffer.alloc(65_536, 'x')
  const segments = read(...flow.packets('sent', long))
  assert.equal(Buffer.concat(segments.map(({ payload }) => payload)).length, long.length)
  assert.equal(segments[1]?.sequence, 1 + segments[0]!.payload.length)
  const [datagram] = read(udpPacket(at('192.0.2.1', 5061), at('192.0.2.7', 5061), long))
  assert.equal(datagram?.payload.length, 65_495)
})

test('a file without packets is a file', () => assert.deepEqual(read(), []))
