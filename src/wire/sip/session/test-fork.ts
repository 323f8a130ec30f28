/** For tests: a proxy in the crudest sense, which brings one INVITE to several ends and every answer back. Not for refusals. */

import type { Hop } from '../transport.ts'
import { writeMessage } from '../write-message.ts'
import type { Party, World } from './test-parties.ts'

/** @returns where to send the INVITE */
export function aFork(world: World, ...ends: Party[]): Hop {
  const own: Hop = { transport: 'udp', address: 'fork.example.com', port: 5060 }
  const send = world.wire.from(own)
  let caller: Hop | null = null
  world.wire.attach(own, (message, from) => {
    const headers = message.headers.copy()
    if (message.kind === 'response') {
      headers.shift('Via')
      send(caller!, writeMessage({ ...message, headers }), () => {})
      return
    }
    if (message.method === 'INVITE') caller = from
    const branch = /branch=([^;]+)/.exec(headers.get('Via')!)![1]
    ends.forEach((end, index) => {
      const forked = headers.copy().prepend('Via', `SIP/2.0/UDP ${own.address};branch=${branch}.${index}`)
      send(end.own, writeMessage({ ...message, headers: forked }), () => {})
    })
  })
  return own
}
