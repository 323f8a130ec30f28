import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocator } from './locator.ts'

const nothing = async (): Promise<never> => {
  throw new Error('ENOTFOUND')
}

const records = {
  resolveSrv: async (name: string) => {
    if (name === '_sip._udp.example.com')
      return [
        { name: 'b.example.com', port: 5080, priority: 20, weight: 0 },
        { name: 'a.example.com', port: 5070, priority: 10, weight: 0 },
      ]
    if (name === '_sips._tcp.example.com') return [{ name: 'a.example.com', port: 5061, priority: 1, weight: 1 }]
    return nothing()
  },
  resolve4: async (name: string) =>
    ({
      'a.example.com': ['192.0.2.1'],
      'b.example.com': ['192.0.2.2'],
      'many.example.com': Array(20).fill('192.0.2.3'),
    })[name] ?? nothing(),
  resolve6: async (name: string) => (name === 'a.example.com' ? ['2001:db8::1'] : nothing()),
}

const ask = (host: string, more: object = {}) =>
  createLocator(records as unknown as NonNullable<Parameters<typeof createLocator>[0]>).locate({
    host,
    port: null,
    transport: null,
    isSecure: false,
    ...more,
  })

const cases: readonly (readonly [what: string, host: string, more: object, expected: readonly string[]])[] = [
  ['an address', '192.0.2.9', {}, ['udp 192.0.2.9 5060']],
  ['an address with a port and a transport', '192.0.2.9', { port: 7, transport: 'tcp' }, ['tcp 192.0.2.9 7']],
  ['an IPv6 address', '[2001:db8::9]', { isSecure: true }, ['tls 2001:db8::9 5061']],
  ['localhost', 'localhost', { port: 6 }, ['udp 127.0.0.1 6']],
  ['servers by priority', 'example.com', {}, ['udp 192.0.2.1 5070', 'udp 2001:db8::1 5070', 'udp 192.0.2.2 5080']],
  ['a secure one', 'example.com', { isSecure: true }, ['tls 192.0.2.1 5061', 'tls 2001:db8::1 5061']],
  ['a port: servers are not asked for', 'a.example.com', { port: 9 }, ['udp 192.0.2.1 9', 'udp 2001:db8::1 9']],
  ['no servers', 'b.example.com', {}, ['udp 192.0.2.2 5060']],
  ['nobody', 'nobody.example.com', {}, []],
]
for (const [what, host, more, expected] of cases)
  test(`${what}: ${expected.join(', ') || 'nowhere'}`, async () => {
    const hops = await ask(host, more)
    assert.deepEqual(
      hops.map(({ transport, address, port }) => `${transport} ${address} ${port}`),
      expected,
    )
  })

test('at most eight ways, and a certificate must name whom we asked for', async () => {
  assert.equal((await ask('many.example.com')).length, 8)
  assert.equal((await ask('example.com', { isSecure: true }))[0]?.serverName, 'example.com')
})
