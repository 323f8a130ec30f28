/** Which way requests within calls go. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hop } from '../wire/sip/transport.ts'
import { Hops } from './hops.ts'
import { aLocator, hop } from './test-people.ts'

const NAMES = { 'sip.example.com': ['192.0.2.1', '192.0.2.2'] }

async function find(uri: string, peer: Hop | null, gone: readonly string[] = []): Promise<Hop | null> {
  const hops = new Hops(aLocator(NAMES))
  for (const connection of gone) hops.forget(connection)
  return new Promise((resolve) => hops.find(uri, peer, resolve))
}

const NAT = hop('198.51.100.1', 'udp', { port: 40_123 })
const OPEN = hop('198.51.100.1', 'tcp', { port: 40_123, connection: 'n1' })
const WEB = hop('198.51.100.1', 'ws', { port: 40_123, connection: 'n1' })

for (const [what, uri, peer, gone, expected] of [
  ['an address, before anybody was heard', 'sip:a@192.0.2.9', null, [], hop('192.0.2.9')],
  ['an address with a port', 'sip:a@192.0.2.9:5070', null, [], hop('192.0.2.9', 'udp', { port: 5070 })],
  ['an address by TCP', 'sip:192.0.2.9;transport=TCP;lr', null, [], hop('192.0.2.9', 'tcp')],
  ['a secure address', 'sips:a@192.0.2.9', null, [], hop('192.0.2.9', 'tls', { port: 5061 })],
  ['an address of IPv6', 'sip:a@[2001:db8::9]:5070', null, [], hop('2001:db8::9', 'udp', { port: 5070 })],
  ['an unknown transport', 'sip:a@192.0.2.9;transport=sctp', null, [], hop('192.0.2.9')],
  ['where it comes from', 'sip:a@198.51.100.1:5070', NAT, [], hop('198.51.100.1', 'udp', { port: 5070 })],
  ['an address behind a NAT', 'sip:a@10.0.0.5:5070', NAT, [], NAT],
  ['an address behind a NAT, by TCP', 'sip:a@10.0.0.5;transport=tcp', NAT, [], hop('10.0.0.5', 'tcp')],
  ['a connection that stands', 'sip:a@10.0.0.5', OPEN, [], OPEN],
  ['a connection that stands, whatever the URI says', 'sip:a@sip.example.com', OPEN, ['n2'], OPEN],
  ['a connection that is gone', 'sip:a@192.0.2.9', OPEN, ['n1'], hop('192.0.2.9', 'tcp')],
  ['a connection that is gone, to a name', 'sip:a@sip.example.com', OPEN, ['n1'], hop('192.0.2.1')],
  ['a WebSocket that is gone', 'sip:a@192.0.2.9;transport=ws', WEB, ['n1'], hop('192.0.2.9', 'ws')],
  ['a name', 'sip:a@sip.example.com', null, [], hop('192.0.2.1')],
  ['a name that nobody knows', 'sip:a@pc.local', null, [], null],
  ['a name that only the party knows', 'sip:a@pc.local', NAT, [], NAT],
  ['what is no URI', 'nonsense', NAT, [], null],
  ['a number', 'tel:+4930123456', NAT, [], NAT],
] as const)
  test(`the way to ${what}`, async () => {
    assert.deepEqual(await find(uri, peer, gone), expected)
  })

test('so many connections that are gone are remembered, the newest', () => {
  const hops = new Hops(aLocator())
  const isGone = (connection: string) => {
    const peer = { ...OPEN, connection }
    let found: Hop | null = null
    hops.find('sip:a@192.0.2.9', peer, (hop) => {
      found = hop
    })
    return found !== peer
  }
  for (let index = 0; index <= 10_000; index++) hops.forget(`n${index}`)
  assert.deepEqual([isGone('n0'), isGone('n1'), isGone('n10000')], [false, true, true])
})
