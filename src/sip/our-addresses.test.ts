import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OurAddresses } from './our-addresses.ts'
import type { SipListener } from './ports.ts'
import { hop } from './test-people.ts'

const LISTENERS: readonly SipListener[] = [
  { transport: 'udp', host: '203.0.113.1', port: 5060 },
  { transport: 'tls', host: 'sip.example.com', port: 5061 },
  { transport: 'ws', host: '2001:db8::1', port: 8080 },
]

const sockets = {
  listeners: LISTENERS,
  // Whom we connect to by TCP sends back on the connection.
  listenerFor: ({ transport }: { transport: string }): SipListener | null =>
    LISTENERS.find((one) => one.transport === transport) ??
    (transport === 'tcp' ? { transport, host: '203.0.113.1', port: 0 } : null),
}

for (const [transport, host, sentBy, contact, mediaHost] of [
  ['udp', '203.0.113.1', '203.0.113.1:5060', 'sip:ringback@203.0.113.1:5060', '203.0.113.1'],
  ['tcp', '203.0.113.1', '203.0.113.1', 'sip:ringback@203.0.113.1;transport=tcp', '203.0.113.1'],
  ['tls', 'sip.example.com', 'sip.example.com:5061', 'sip:ringback@sip.example.com:5061;transport=tls', 'sip.example.com'], // biome-ignore format: a table
  ['ws', '[2001:db8::1]', '[2001:db8::1]:8080', 'sip:ringback@[2001:db8::1]:8080;transport=ws', '2001:db8::1'],
  ['wss', '127.0.0.1', '127.0.0.1', 'sip:ringback@127.0.0.1;transport=wss', '127.0.0.1'],
] as const)
  test(`towards ${transport} we are ${contact}`, () => {
    const ours = new OurAddresses(() => sockets, null)
    const to = hop('192.0.2.1', transport)
    assert.deepEqual(
      [ours.host(to), ours.sentBy(to), ours.contactUri(to), ours.mediaHost(to)],
      [host, sentBy, contact, mediaHost],
    )
    assert.ok(ours.contactUri(to, '4930').startsWith('sip:4930@'))
    assert.equal(new OurAddresses(() => sockets, '203.0.113.2').mediaHost(to), '203.0.113.2')
  })

test('what is ours', () => {
  const ours = new OurAddresses(() => sockets, null)
  const hosts = ['203.0.113.1', '10.0.0.1', '[2001:db8::7]', 'LOCALHOST', 'SIP.example.com', 'example.com', '']
  assert.deepEqual(
    hosts.map((host) => ours.isOurs(host)),
    [true, true, true, true, true, false, false],
  )
  const before = new OurAddresses(() => null, null)
  assert.deepEqual([before.isOurs('sip.example.com'), before.host(hop('192.0.2.1'))], [false, '127.0.0.1'])
})
