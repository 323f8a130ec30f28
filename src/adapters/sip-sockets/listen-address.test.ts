import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseListenAddress } from './listen-address.ts'

for (const [text, expected] of [
  ['udp:127.0.0.1:5060', { transport: 'udp', host: '127.0.0.1', port: 5060 }],
  ['TCP:0.0.0.0', { transport: 'tcp', host: '0.0.0.0', port: 5060 }],
  ['tls:[::]:5061', { transport: 'tls', host: '::', port: 5061 }],
  ['wss:[::1]', { transport: 'wss', host: '::1', port: 5061 }],
  [' udp:127.0.0.1:0 ', { transport: 'udp', host: '127.0.0.1', port: 0 }],
  ['127.0.0.1:5060', null],
  ['udp:localhost:5060', null],
  ['udp:127.0.0.1:70000', null],
  ['sctp:127.0.0.1:5060', null],
  ['', null],
] as const)
  test(`${JSON.stringify(text)} ${expected ? 'is read' : 'is refused'}`, () => {
    if (expected) assert.deepEqual(parseListenAddress(text), expected)
    else assert.throws(() => parseListenAddress(text), /no address to listen on/)
  })
