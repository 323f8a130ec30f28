/** Phones that hear each other through the media engine: their scripts answer one another. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HEARD } from '../engine/media/test-legs.ts'
import { ACCOUNT, aNetwork, CALL, OTHER_CALL, OURS, PHONE, say, type Told } from './test-network.ts'

const OTHER_PHONE = '+15551230002'
const THIRD_PHONE = '+15551230003'

const spoken = (inputs: readonly Told[]) =>
  inputs.filter(([, what]) => /^(heard|said|hung-up|script failed)/.test(what))

function twoPhones(scripts: Parameters<ReturnType<typeof aNetwork>['configure']>[1]['script'][]) {
  const base = aNetwork()
  const [near, far] = [PHONE, OTHER_PHONE].map((number, index) => {
    base.configure(number, { answer: { afterMs: 0 }, ...(scripts[index] && { script: scripts[index] }) })
    return base.dial(number, index === 0 ? CALL : OTHER_CALL)
  })
  return { ...base, near: near!, far: far! }
}

test('two phones on a bridge talk to each other', async () => {
  const { clock, media, near, far } = twoPhones([
    [{ say: 'What is your name' }, { hear: 'alice' }, { say: 'Bye' }, { hangup: true }],
    [{ hear: 'your name' }, { say: 'I am Alice' }],
  ])
  clock.after(100, () => media.bridge(near.leg.media, far.leg.media, 'Dial'))
  await clock.untilIdle()
  assert.deepEqual(spoken(near.inputs), [
    [100, 'said What is your name'],
    [1720, 'heard I am Alice 600'],
    [1720, 'said Bye'],
    [2020, 'hung-up'],
  ])
  assert.deepEqual(spoken(far.inputs), [
    [1120, 'heard What is your name 1020'],
    [1120, 'said I am Alice'],
    [2020, 'heard Bye 300'],
  ])
})

test('a phone does not hear itself, nor a phone that it is not bridged with', async () => {
  const { clock, near, far } = twoPhones([
    [{ say: 'hello' }, { hear: 'hello', withinMs: 1000 }],
    [{ hear: 'hello', withinMs: 1000 }],
  ])
  await clock.untilIdle()
  assert.deepEqual(
    spoken(near.inputs).map(([, what]) => what),
    ['said hello', 'script failed 2 wanted hello', 'hung-up'],
  )
  assert.deepEqual(
    spoken(far.inputs).map(([, what]) => what),
    ['script failed 1 wanted hello', 'hung-up'],
  )
})

test('of two who speak at once in a room a third understands both', async () => {
  const { clock, media, configure, dial, near, far } = twoPhones([
    [{ waitMs: 1000 }, { say: 'the red one is mine' }],
    [{ waitMs: 1200 }, { say: 'no blue' }],
  ])
  configure(THIRD_PHONE, { answer: { afterMs: 0 }, script: [{ hear: 'blue' }, { hear: 'is mine' }, { hangup: true }] })
  const third = dial(THIRD_PHONE, `CA${'3'.repeat(32)}` as typeof CALL)
  const room = media.room()
  clock.after(200, () => {
    for (const { leg } of [near, far, third]) room.enter(leg.media, HEARD, 'Conference')
  })
  await clock.untilIdle()
  assert.deepEqual(spoken(third.inputs), [
    [1720, 'heard no blue 420'],
    [2240, 'heard the red one is mine 1140'],
    [2240, 'hung-up'],
  ])
})

test('words from the far end of a line of ours reach the phone that the line is bridged with', async () => {
  const { clock, media, network, configure, lineTo, dial, play } = aNetwork()
  let called: ReturnType<typeof lineTo> | null = null
  network.answerWith(async (incoming) => {
    if (incoming.to !== OURS) return null
    called = lineTo((listener) => incoming.take(OTHER_CALL, listener))
    return OTHER_CALL
  })
  configure(PHONE, { answer: { afterMs: 0 }, script: [{ hear: 'press 1' }, { say: 'no' }] })
  const caller = dial(PHONE)
  const near = lineTo((listener) =>
    network.dial(
      { callSid: `CA${'4'.repeat(32)}` as typeof CALL, accountSid: ACCOUNT, from: PHONE, to: OURS },
      listener,
    ),
  )
  await clock.advance(500)
  const far = called as ReturnType<typeof lineTo> | null
  far!.leg.answer()
  media.bridge(caller.leg.media, near.leg.media, 'Dial')
  void play(far!, say('please press 1'))
  await clock.advance(5000)
  assert.deepEqual(spoken(caller.inputs), [
    [1340, 'heard please press 1 840'],
    [1340, 'said no'],
  ])
  // The line's own ledger: what the called number is played is said to the caller, and what the caller's phone says is
  // said to the number.
  assert.deepEqual(spoken(near.inputs), [
    [500, 'said please press 1'],
    [1640, 'heard no 300'],
  ])
  assert.deepEqual(spoken(far!.inputs), [
    [1340, 'heard please press 1 840'],
    [1340, 'said no'],
  ])
})
