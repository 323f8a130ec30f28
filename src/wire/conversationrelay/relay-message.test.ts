import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  encodeDtmf,
  encodeError,
  encodeInfo,
  encodeInterrupt,
  encodePrompt,
  encodeSetup,
  type RelaySetup,
} from './relay-message.ts'
import { relayUrlProblem } from './relay-url.ts'

const SETUP: RelaySetup = {
  sessionId: `VX${'1'.repeat(32)}`,
  accountSid: `AC${'a'.repeat(32)}`,
  callSid: `CA${'c'.repeat(32)}`,
  parentCallSid: null,
  from: '+15551230001',
  to: '+15005550006',
  forwardedFrom: null,
  callerName: null,
  direction: 'inbound',
  callStatus: 'in-progress',
  parameters: [],
}

test('setup is written as the reference writes it', () => {
  assert.equal(
    encodeSetup(SETUP),
    `{"type":"setup","sessionId":"${SETUP.sessionId}","callSid":"${SETUP.callSid}","parentCallSid":"","from":"+15551230001","to":"+15005550006","forwardedFrom":"","callerName":"","direction":"inbound","callType":"PSTN","callStatus":"IN_PROGRESS","accountSid":"${SETUP.accountSid}","customParameters":{}}`,
  )
})

test('of two parameters with one name the last counts, and no name is special', () => {
  const parameters = [
    { name: 'a', value: '1' },
    { name: '__proto__', value: 'x' },
    { name: 'a', value: '2 "quoted"' },
  ]
  assert.match(encodeSetup({ ...SETUP, parameters }), /"customParameters":\{"a":"2 \\"quoted\\"","__proto__":"x"\}\}$/)
})

for (const [direction, from, to, type] of [
  ['inbound', 'client:alice', '+15005550006', 'CLIENT'],
  ['outbound-api', '+15005550006', 'client:alice', 'CLIENT'],
  ['outbound-dial', 'client:alice', 'sip:bob@a.example', 'SIP'],
  ['inbound', 'sips:bob@a.example', '+15005550006', 'SIP'],
  ['outbound-api', 'client:alice', '+15551230001', 'PSTN'],
] as const)
  test(`${direction} from ${from} to ${to} is a call of the type ${type}`, () =>
    assert.equal(JSON.parse(encodeSetup({ ...SETUP, direction, from, to })).callType, type))

for (const [what, written, message] of [
  [
    'a prompt',
    encodePrompt({ voicePrompt: 'Hi "there"', lang: 'en-US', last: true }),
    '{"type":"prompt","voicePrompt":"Hi \\"there\\"","lang":"en-US","last":true}',
  ],
  ['a key', encodeDtmf('#'), '{"type":"dtmf","digit":"#"}'],
  [
    'an interruption',
    encodeInterrupt({ utteranceUntilInterrupt: 'Life is', durationUntilInterruptMs: 460 }),
    '{"type":"interrupt","utteranceUntilInterrupt":"Life is","durationUntilInterruptMs":460}',
  ],
  ['an error', encodeError('no'), '{"type":"error","description":"no"}'],
  [
    'who speaks',
    encodeInfo({ name: 'agentSpeaking', value: 'on' }),
    '{"type":"info","name":"agentSpeaking","value":"on"}',
  ],
] as const)
  test(`${what} is written as the reference writes it`, () => assert.equal(written, message))

for (const [url, isOne] of [
  ['wss://a.example/relay', true],
  ['wss://a.example:8443/relay?token=1', true],
  ['WSS://a.example', true],
  ['ws://127.0.0.1:80/', true],
  ['https://a.example/relay', false],
  ['wss://', false],
  ['wss://a.example/re lay', false],
  ['wss://a.example/relay#x', false],
  ['/relay', false],
  ['', false],
  [`wss://a.example/${'x'.repeat(4000)}`, false],
] as const)
  test(`${JSON.stringify(url.slice(0, 40))} is ${isOne ? 'an' : 'no'} address`, () =>
    assert.equal(relayUrlProblem(url) === null, isOne))
