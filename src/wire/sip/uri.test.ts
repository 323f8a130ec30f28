import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PARAMETERS_MAX } from './parameters.ts'
import { parseUri, type SipUri, sameUri, schemeOf, writeUri } from './uri.ts'

const uri = (parts: Partial<SipUri>): SipUri => ({
  scheme: 'sip',
  user: null,
  password: null,
  host: 'example.com',
  port: null,
  parameters: new Map(),
  headers: new Map(),
  ...parts,
})

const SAMPLES: readonly (readonly [text: string, parts: Partial<SipUri>, written?: string])[] = [
  ['sip:example.com', {}],
  [
    'SIPS:alice@Example.COM:5061',
    { scheme: 'sips', user: 'alice', host: 'Example.COM', port: 5061 },
    'sips:alice@Example.COM:5061',
  ],
  ['sip:alice:secret%20word@example.com', { user: 'alice', password: 'secret word' }],
  ['sip:alice:@example.com', { user: 'alice', password: '' }],
  [
    'sip:+1-212-555-1212:1234@example.com;user=phone',
    { user: '+1-212-555-1212', password: '1234', parameters: new Map([['user', 'phone']]) },
  ],
  [
    'sip:[2001:db8::10]:5070;transport=tcp',
    { host: '[2001:db8::10]', port: 5070, parameters: new Map([['transport', 'tcp']]) },
  ],
  ['sip:sip_peer.local', { host: 'sip_peer.local' }],
  [
    'sip:example.com;LR;x=%41%3b',
    {
      parameters: new Map([
        ['lr', null],
        ['x', 'A;'],
      ]),
    },
    'sip:example.com;lr;x=A%3B',
  ],
  [
    'sip:example.com;transport=tcp;lr;Transport=udp;l%72',
    {
      parameters: new Map([
        ['transport', 'tcp'],
        ['lr', null],
      ]),
    },
    'sip:example.com;transport=tcp;lr',
  ],
  ['sip:sips%3Auser%40example.com@example.com', { user: 'sips:user@example.com' }],
  ['sip:user;par=u%40example.net@example.com', { user: 'user;par=u@example.net' }],
  ['sip:null-%00-null@example.com', { user: 'null-\0-null' }],
  ['sip:*67#5551234@example.com', { user: '*67#5551234' }, 'sip:*67%235551234@example.com'],
  ['sip:%C3%BC@example.com', { user: 'ü' }],
  [
    'sip:a@example.com?Route=%3Csip:b%3E&priority=&route=c',
    {
      user: 'a',
      headers: new Map([
        ['route', '<sip:b>, c'],
        ['priority', ''],
      ]),
    },
    'sip:a@example.com?route=%3Csip:b%3E%2C%20c&priority=',
  ],
  ['tel:+1-201-555-0123', { scheme: 'tel', user: '+1-201-555-0123', host: '' }],
  [
    'tel:7042;phone-context=example.com',
    { scheme: 'tel', user: '7042', host: '', parameters: new Map([['phone-context', 'example.com']]) },
  ],
]

for (const [text, parts, written] of SAMPLES)
  test(`the URI ${text}`, () => {
    assert.deepEqual(parseUri(text), uri(parts))
    assert.equal(writeUri(uri(parts)), written ?? text)
    assert.deepEqual(parseUri(writeUri(uri(parts))), uri(parts))
  })

for (const text of [
  '',
  'sip:',
  'sip:@example.com',
  'sip:alice@',
  'sip:a@b@c',
  'sip:al ice@example.com',
  'sip:al%4ice@example.com',
  'sip:%FF@example.com',
  'sip:ü@example.com',
  'sip:example.com:0',
  'sip:example.com:65536',
  'sip:example.com:port',
  'sip:[2001:db8::10',
  'sip:example.com;',
  'sip:example.com;=x',
  'sip:example.com;x=',
  'sip:example.com?',
  'sip:example.com?a',
  'sip:example.com?a=b?c=d&',
  'sip:example.com>',
  '<sip:example.com>',
  'example.com',
  'http://example.com',
  'tel:',
  'tel:alice',
  'tel:1;x=',
  `sip:${'a'.repeat(9000)}@example.com`,
])
  test(`no URI: ${text.slice(0, 40)}`, () => {
    assert.equal(parseUri(text), null)
  })

test('a second parameter of a name is passed over, if it can be read; more parameters than anybody has are none', () => {
  assert.equal(parseUri('sip:example.com;x;x='), null)
  const many = (count: number) => Array.from({ length: count }, (_, at) => `;p${at}`).join('')
  assert.equal(parseUri(`sip:example.com${many(PARAMETERS_MAX)};p0`)?.parameters.size, PARAMETERS_MAX)
  assert.equal(parseUri(`sip:example.com${many(PARAMETERS_MAX + 1)}`), null)
})

test('schemes of others are named', () => {
  assert.equal(schemeOf('soap.beep://192.0.2.103:3002'), 'soap.beep')
  assert.equal(schemeOf('NobodyKnows:x'), 'nobodyknows')
  assert.equal(schemeOf('1a:x'), null)
  assert.equal(schemeOf('alice'), null)
})

// The examples of RFC 3261 section 19.1.4, and what they leave open.
for (const [a, b, same] of [
  ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtlanTa.CoM;Transport=tcp', true],
  ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5', true],
  ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5', true],
  [
    'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
    'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    true,
  ],
  [
    'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
    'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    true,
  ],
  ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP', false],
  ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060', false],
  ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp', false],
  ['sip:bob@biloxi.com', 'sips:bob@biloxi.com', false],
  ['sip:bob@biloxi.com', 'sip:bob:@biloxi.com', false],
  ['sip:bob@biloxi.com', 'sip:biloxi.com', false],
  ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting', false],
  ['sip:carol@chicago.com?Subject=a', 'sip:carol@chicago.com?subject=b', false],
  ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off', false],
  ['sip:bob@192.0.2.4', 'sip:bob@phone21.boxesbybob.com', false],
  ['tel:+1-201-555-0123', 'tel:+12015550123', true],
  ['tel:+12015550123', 'tel:+12015550124', false],
  ['tel:7042;phone-context=a.com', 'tel:7042;phone-context=b.com', false],
  ['tel:7042;phone-context=a.com', 'tel:7042', false],
] as const)
  test(`${a} ${same ? 'is' : 'is not'} ${b}`, () => {
    assert.equal(sameUri(parseUri(a)!, parseUri(b)!), same)
    assert.equal(sameUri(parseUri(b)!, parseUri(a)!), same)
  })

test('a name that is no text can be written', () => {
  assert.equal(writeUri(uri({ user: '\ud800' })), 'sip:%EF%BF%BD@example.com')
})
