import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkLines, isWell, type Trunk, type TrunkCheck, trunkLine, trunkLines } from './trunk-text.ts'

const BARE: Trunk = {
  name: 'carrier',
  targets: [{ host: 'sip.example.net', port: null, transport: 'udp' }],
  auth: null,
  register: false,
  prefixes: ['+'],
  numberFormat: 'e164',
  callerId: null,
  maxCalls: null,
  maxCallsPerSecond: null,
  from: [],
  srtp: false,
}
const FULL: Trunk = {
  ...BARE,
  targets: [...BARE.targets, { host: '2001:db8::1', port: 5062, transport: 'tls' }],
  auth: { username: 'us' },
  register: true,
  prefixes: ['+49', '+43'],
  numberFormat: { plusBecomes: '00' },
  callerId: '+4930123456',
  maxCalls: 10,
  maxCallsPerSecond: 2,
  from: ['198.51.100.0/24'],
  srtp: true,
}

test('a line of the list', () => {
  assert.equal(trunkLine(BARE, 9), 'carrier    sip.example.net (udp)  all')
  assert.equal(
    trunkLine(FULL, 7),
    'carrier  sip.example.net (udp), then [2001:db8::1]:5062 (tls)  +49 +43  registers  encrypted',
  )
  assert.match(trunkLine({ ...BARE, prefixes: [] }, 7), /none go out$/)
})

test('all there is to say', () => {
  assert.deepEqual(trunkLines(BARE), [
    'Calls go to      sip.example.net (udp)',
    'As               nobody: our address is enough',
    'Registers        no',
    'Numbers          all, written e164',
    'Caller id        the call’s own',
    'Calls come from  its hosts',
    'At most          as many calls as there are',
    'Sound            in the clear',
  ])
  assert.deepEqual(trunkLines(FULL).slice(1), [
    'As               us, with a password',
    'Registers        yes',
    'Numbers          +49 +43, written 00 for +',
    'Caller id        +4930123456',
    'Calls come from  its hosts, 198.51.100.0/24',
    'At most          10 calls, 2 begun in a second',
    'Sound            encrypted',
  ])
})

const WELL: TrunkCheck = { reachable: true, registered: null, sipResponseCode: 200, roundTripMs: 12, why: null }

for (const [what, check, lines, well] of [
  ['well', WELL, ['carrier answers: 200 after 12 ms.'], true],
  [
    'registered',
    { ...WELL, registered: true },
    ['carrier answers: 200 after 12 ms.', 'We are registered there.'],
    true,
  ],
  [
    'not registered',
    { ...WELL, registered: false, why: 'The password is wrong' },
    ['carrier answers: 200 after 12 ms.', 'The password is wrong.', 'We are not registered there.'],
    false,
  ],
  [
    'gone',
    { reachable: false, registered: null, sipResponseCode: null, roundTripMs: null, why: 'Nothing came back.' },
    ['carrier does not answer.', 'Nothing came back.'],
    false,
  ],
] as const)
  test(`a trunk that is ${what}`, () => {
    assert.deepEqual(checkLines('carrier', check), lines)
    assert.equal(isWell(check), well)
  })
