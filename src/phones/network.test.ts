import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IncomingCall, Leg } from '../engine/ports/leg.ts'
import type { Program } from '../engine/ports/leg-media.ts'
import { ACCOUNT, aNetwork, CALL, type Line, OTHER_CALL, OURS, PHONE, RANG, say } from './test-network.ts'

for (const [name, to, expected] of [
  ['an unconfigured number rings and answers after two seconds', '+15551239999', [RANG, [2100, 'answered']]],
  ['an ordinary test number does the same', '+15005550007', [RANG, [2100, 'answered']]],
  ['a client address is a phone too', 'client:alice', [RANG, [2100, 'answered']]],
  ['a SIP address is a phone too', 'sip:bob@example.com', [RANG, [2100, 'answered']]],
  ['the busy number', '+15005550101', [RANG, [200, 'busy 486']]],
  ['the number that never answers', '+15005550102', [RANG]],
  ['the unreachable number does not even ring', '+15005550103', [[100, 'failed 404']]],
  ['the number that rejects', '+15005550104', [RANG, [200, 'rejected 603']]],
  [
    'the fax sends its tone, and hangs up when no other fax is found',
    '+15005550106',
    [RANG, [2100, 'answered'], [4100, 'said (fax)'], [42_100, 'hung-up']],
  ],
] as const) {
  test(`dialling: ${name}`, async () => {
    const { clock, dial } = aNetwork()
    const { inputs } = dial(to)
    assert.deepEqual(inputs, [], 'nothing is told before dial has returned')
    await clock.advance(3_600_000)
    assert.deepEqual(inputs, expected)
  })
}

for (const [answer, expected] of [
  [{ afterMs: 0 }, [RANG, [100, 'answered']]],
  [{ afterMs: 500 }, [RANG, [600, 'answered']]],
  ['busy', [RANG, [200, 'busy 486']]],
  ['no-answer', [RANG]],
  ['reject', [RANG, [200, 'rejected 603']]],
  ['unreachable', [[100, 'failed 404']]],
] as const) {
  test(`a phone with answer ${JSON.stringify(answer)}`, async () => {
    const { clock, configure, dial } = aNetwork()
    configure(PHONE, { answer })
    const { inputs } = dial(PHONE)
    await clock.advance(60_000)
    assert.deepEqual(inputs, expected)
  })
}

test('a call that the platform gives up stops ringing', async () => {
  const { clock, dial } = aNetwork()
  const line = dial('+15005550102')
  await clock.advance(1000)
  line.leg.hangUp()
  line.leg.hangUp()
  await clock.untilIdle()
  assert.deepEqual(line.inputs, [RANG])
  assert.equal(clock.pending, 0)
})

test('a call given up before the network has begun to ring never rings', async () => {
  const { clock, dial } = aNetwork()
  const line = dial(PHONE)
  line.leg.hangUp()
  await clock.advance(10_000)
  assert.deepEqual(line.inputs, [])
})

test('voicemail greets, beeps, and hangs up after two minutes', async () => {
  const { clock, configure, dial } = aNetwork()
  configure(PHONE, { answer: { afterMs: 0 }, machine: { greeting: 'Leave a message.' } })
  const { inputs } = dial(PHONE)
  await clock.untilIdle()
  assert.deepEqual(inputs, [
    RANG,
    [100, 'answered'],
    [100, 'said Leave a message.'],
    [1060, 'said (beep)'],
    [121_460, 'hung-up'],
  ])
})

test('voicemail follows its script after the beep', async () => {
  const { clock, configure, dial } = aNetwork()
  configure(PHONE, {
    answer: { afterMs: 0 },
    machine: { greeting: 'Hello', beep: false },
    script: [{ say: 'x' }, { hangup: true }],
  })
  const { inputs } = dial(PHONE)
  await clock.untilIdle()
  assert.deepEqual(inputs.slice(2), [
    [100, 'said Hello'],
    [400, 'script running 1'],
    [400, 'said x'],
    [700, 'script done 2'],
    [700, 'hung-up'],
  ])
  assert.equal(clock.pending, 0)
})

test('a person says hello, then follows the script', async () => {
  const { clock, configure, dial } = aNetwork()
  configure(PHONE, { answer: { afterMs: 0 }, greeting: 'Hello?', script: [{ say: 'x' }, { hangup: true }] })
  const { inputs } = dial(PHONE)
  await clock.untilIdle()
  assert.deepEqual(inputs.slice(2), [
    [100, 'said Hello?'],
    [460, 'script running 1'],
    [460, 'said x'],
    [760, 'script done 2'],
    [760, 'hung-up'],
  ])
})

test('a machine beeps as long as it is told to', async () => {
  const { clock, configure, dial } = aNetwork()
  configure(PHONE, { answer: { afterMs: 0 }, machine: { greeting: 'Hello', beep: { hz: 440, lengthMs: 800 } } })
  const { inputs } = dial(PHONE)
  await clock.untilIdle()
  assert.deepEqual(inputs.slice(2), [
    [100, 'said Hello'],
    [400, 'said (beep)'],
    [121_200, 'hung-up'],
  ])
})

test('a phone that the platform hangs up on says nothing more', async () => {
  const { clock, configure, dial } = aNetwork()
  configure(PHONE, { answer: { afterMs: 0 }, fax: true })
  const { inputs, leg } = dial(PHONE)
  await clock.advance(1000)
  leg.hangUp()
  await clock.untilIdle()
  assert.deepEqual(inputs, [RANG, [100, 'answered']])
  assert.equal(clock.pending, 0)
})

test('a PUT during a call counts from the next call', async () => {
  const { clock, configure, dial } = aNetwork()
  configure(PHONE, { answer: { afterMs: 1000 } })
  const first = dial(PHONE)
  await clock.advance(50)
  configure(PHONE, { answer: 'busy' })
  await clock.advance(5000)
  const second = dial(PHONE, OTHER_CALL)
  await clock.advance(5000)
  assert.equal(first.inputs.at(-1)?.[1], 'answered')
  assert.equal(second.inputs.at(-1)?.[1], 'busy 486')
})

test('hands can be moved from outside while the call is up', async () => {
  const { clock, network, dial } = aNetwork()
  const line = dial(PHONE)
  assert.equal(network.press(CALL, '1'), 'no-live-phone', 'routing is not done yet')
  await clock.advance(1000)
  assert.equal(network.press(CALL, '1'), 'not-answered')
  assert.equal(network.say(CALL, 'hello'), 'not-answered')
  await clock.advance(2000)
  assert.equal(network.press(CALL, '5w'), 'done')
  assert.equal(network.say(CALL, 'hello'), 'done')
  assert.equal(network.press(CALL, '1'.repeat(999)), 'too-many-keys')
  await clock.advance(0)
  assert.equal(network.hangUp(CALL), 'done')
  assert.deepEqual(line.inputs.slice(2), [
    [3000, 'pressing 5w'],
    [3000, 'digit 5'],
    [3000, 'said hello'],
    [3000, 'hung-up'],
  ])
  assert.equal(network.hangUp(CALL), 'no-live-phone')
  assert.equal(network.press(OTHER_CALL, '1'), 'no-live-phone')
})

test('a phone that is hung up by hand while it rings declines', async () => {
  const { clock, network, dial } = aNetwork()
  const line = dial(PHONE)
  await clock.advance(1000)
  network.hangUp(CALL)
  await clock.untilIdle()
  assert.deepEqual(line.inputs, [RANG, [1000, 'rejected 603']])
})

/** A network whose numbers of ours are answered by a test: the inbound leg and what it is told. */
function withOurNumber() {
  const made = aNetwork()
  const inbound: { line: Line | null; incoming: IncomingCall | null } = { line: null, incoming: null }
  made.network.answerWith(async (incoming) => {
    if (incoming.to !== OURS) return null
    inbound.incoming = incoming
    inbound.line = made.lineTo((listener) => incoming.take(OTHER_CALL, listener))
    return OTHER_CALL
  })
  return { ...made, inbound }
}

test('a fax that dials sends its tone until it gives up', async () => {
  const { clock, network, configure, inbound } = withOurNumber()
  configure(PHONE, { fax: true })
  await network.place({ accountSid: ACCOUNT, from: PHONE, to: OURS })
  inbound.line!.leg.answer()
  await clock.advance(60_000)
  assert.deepEqual(inbound.line!.inputs, [
    [0, 'said (fax)'],
    [35_000, 'hung-up'],
  ])
})

test('a phone dials a number of ours, and follows its script once it is picked up', async () => {
  const { clock, network, configure, inbound, play } = withOurNumber()
  configure(PHONE, { answer: 'busy', script: [{ hear: 'hi' }, { press: '7' }] })
  assert.equal(await network.place({ accountSid: ACCOUNT, from: PHONE, to: OURS }), OTHER_CALL)
  assert.deepEqual([inbound.incoming?.from, inbound.incoming?.to, inbound.incoming?.accountSid], [PHONE, OURS, ACCOUNT])
  const line = inbound.line!
  await clock.advance(1000)
  assert.deepEqual(line.inputs, [])
  line.leg.answer()
  line.leg.answer()
  void play(line, say('Hi there'))
  await clock.advance(2000)
  assert.deepEqual(line.inputs, [
    [1000, 'script running 1'],
    [1120, 'script running 2'],
    [1120, 'pressing 7'],
    [1120, 'digit 7'],
    [1320, 'script done 2'],
    [1480, 'heard Hi there 480'],
  ])
})

test('a phone that dials a number nobody owns gets no call', async () => {
  const { network } = withOurNumber()
  assert.equal(await network.place({ accountSid: ACCOUNT, from: PHONE, to: '+15551230002' }), null)
})

test('a dialling phone that is refused ends quietly, and one that gives up is heard of', async () => {
  const { clock, network, inbound } = withOurNumber()
  await network.place({ accountSid: ACCOUNT, from: PHONE, to: OURS })
  inbound.line!.leg.reject('busy')
  assert.equal(network.hangUp(OTHER_CALL), 'no-live-phone')
  await network.place({ accountSid: ACCOUNT, from: PHONE, to: OURS })
  network.hangUp(OTHER_CALL)
  await clock.untilIdle()
  assert.deepEqual(inbound.line?.inputs, [[0, 'hung-up']])
})

async function joined() {
  const made = withOurNumber()
  const caller = made.dial(OURS)
  await made.clock.advance(500)
  return { ...made, caller, called: made.inbound.line! }
}

test('a number of ours that we dial rings, and is answered when its own call is', async () => {
  const { clock, caller, called } = await joined()
  assert.deepEqual(caller.inputs, [RANG])
  called.leg.answer()
  assert.deepEqual(caller.inputs, [RANG, [500, 'answered']])
  await clock.advance(60_000)
  assert.deepEqual(called.inputs, [])
})

test('a number of ours that answers at once has rung before', async () => {
  const { clock, dial, inbound } = withOurNumber()
  const caller = dial(OURS)
  await clock.advance(0)
  inbound.line!.leg.answer()
  await clock.advance(1000)
  assert.deepEqual(caller.inputs, [
    [0, 'rang'],
    [0, 'answered'],
  ])
})

test('either side of a joined pair hangs up the other', async () => {
  for (const side of ['caller', 'called'] as const) {
    const pair = await joined()
    pair.called.leg.answer()
    pair[side].leg.hangUp()
    const other = side === 'caller' ? pair.called : pair.caller
    assert.deepEqual(other.inputs.at(-1), [500, 'hung-up'])
    assert.deepEqual(
      pair[side].inputs.filter(([, what]) => what === 'hung-up'),
      [],
    )
  }
})

for (const [name, end, expected] of [
  ['rejects', (leg: Leg) => leg.reject('rejected'), 'rejected 603'],
  ['is busy', (leg: Leg) => leg.reject('busy'), 'busy 486'],
  ['ends without an answer', (leg: Leg) => leg.hangUp(), 'failed 480'],
] as const) {
  test(`the caller learns that the called side ${name}`, async () => {
    const { caller, called } = await joined()
    end(called.leg)
    assert.deepEqual(caller.inputs, [RANG, [500, expected]])
    assert.deepEqual(called.inputs, [])
  })
}

test('a caller that gives up before the answer is heard of', async () => {
  const { caller, called } = await joined()
  caller.leg.hangUp()
  assert.deepEqual(called.inputs, [[500, 'hung-up']])
})

test('a caller that gives up while the number is looked up leaves nobody ringing', async () => {
  const { clock, dial, inbound } = withOurNumber()
  const caller = dial(OURS)
  caller.leg.hangUp()
  await clock.untilIdle()
  assert.deepEqual(inbound.line?.inputs, [[0, 'hung-up']])
  assert.deepEqual(caller.inputs, [])
})

test('keys and words of one side of a joined pair arrive at the other', async () => {
  const { clock, caller, called, play } = await joined()
  called.leg.answer()
  caller.leg.pressed('1w2')
  void play(called, say('Hello caller'))
  const program: Program = { play: [], collect: { numDigits: 2, finishOnKey: '', timeoutMs: 5000 } }
  await clock.advance(2000)
  assert.deepEqual(called.inputs, [
    [500, 'pressing 1w2'],
    [500, 'digit 1'],
    [1200, 'digit 2'],
    [1220, 'heard Hello caller 720'],
  ])
  assert.deepEqual(caller.inputs.slice(2), [[500, 'said Hello caller']])
  const end = called.leg.media.run(program, new AbortController().signal)
  caller.leg.pressed('42')
  await clock.advance(1000)
  assert.deepEqual([(await end).digits, (await end).at], ['42', 2700])
})

test('a number that cannot be looked up fails the call', async () => {
  const { clock, network, dial } = aNetwork()
  network.answerWith(async () => {
    throw new Error('the store is gone')
  })
  const { inputs } = dial(OURS)
  await clock.advance(1000)
  assert.deepEqual(inputs, [[0, 'failed 500']])
})
