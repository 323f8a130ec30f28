import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseVia, salvageVia, type Via, writeVia } from './via.ts'

const SAMPLES: readonly (readonly [
  value: string,
  via: Omit<Via, 'parameters'>,
  parameters: [string, string | null][],
  written?: string,
])[] = [
  ['SIP/2.0/UDP host.example.com', { transport: 'UDP', host: 'host.example.com', port: null }, []],
  [
    'SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bK1;rport',
    { transport: 'TLS', host: '192.0.2.1', port: 5061 },
    [
      ['branch', 'z9hG4bK1'],
      ['rport', null],
    ],
  ],
  [
    'SIP  /   2.0 /udp    192.0.2.2 : 5060 ; branch = 390skdjuw',
    { transport: 'UDP', host: '192.0.2.2', port: 5060 },
    [['branch', '390skdjuw']],
    'SIP/2.0/UDP 192.0.2.2:5060;branch=390skdjuw',
  ],
  [
    'SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks',
    { transport: 'WSS', host: 'df7jal23ls0d.invalid', port: null },
    [['branch', 'z9hG4bK56sdasks']],
  ],
  [
    'SIP/2.0/TCP [2001:db8::9:1]:5070;received=2001:db8::9:255',
    { transport: 'TCP', host: '[2001:db8::9:1]', port: 5070 },
    [['received', '2001:db8::9:255']],
  ],
  [
    'SIP/7.0/UDP c.example.com',
    { transport: 'UDP', host: 'c.example.com', port: null },
    [],
    'SIP/2.0/UDP c.example.com',
  ],
]

for (const [value, via, parameters, written] of SAMPLES)
  test(`the Via ${value}`, () => {
    assert.deepEqual(parseVia(value), { ...via, parameters: new Map(parameters) })
    assert.equal(writeVia({ ...via, parameters: new Map(parameters) }), written ?? value)
  })

for (const value of [
  '',
  'SIP/2.0/UDP',
  'SIP/2.0 host',
  'HTTP/1.1/TCP host',
  'SIP/2.0/UDP host:0',
  'SIP/2.0/UDP host:99999',
  'SIP/2.0/UDP host:',
  'SIP/2.0/UDP host;;branch=1',
  'SIP/2.0/UDP host, SIP/2.0/UDP other',
  'SIP/2.0/UDP ho<st',
  'SIP/2.0/UDP 2001:db8::1',
])
  test(`no Via: ${value}`, () => {
    assert.equal(parseVia(value), null)
  })

for (const [value, salvaged] of [
  ['SIP/2.0/UDP 192.0.2.15;;', 'SIP/2.0/UDP 192.0.2.15'],
  ['SIP/2.0/UDP 192.0.2.15;branch=z9hG4bK1;x="', 'SIP/2.0/UDP 192.0.2.15;branch=z9hG4bK1'],
  ['SIP/2.0/UDP 192.0.2.15:0', null],
  [';;', null],
  ['', null],
] as const)
  test(`what is good of the Via ${value}`, () => {
    const via = salvageVia(value)
    assert.equal(via && writeVia(via), salvaged)
  })
