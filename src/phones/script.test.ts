import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aSound } from '../engine/media/test-sounds.ts'
import type { Program } from '../engine/ports/leg-media.ts'
import { aNetwork, PHONE, RANG, say } from './test-network.ts'

test('a script waits, hears, presses, speaks and hangs up, each in its time', async () => {
  const { clock, configure, dial, play } = aNetwork()
  configure(PHONE, {
    answer: { afterMs: 0 },
    script: [{ waitMs: 1000 }, { hear: 'press 1' }, { press: '1#' }, { say: 'hello' }, { hangup: true }],
  })
  const line = dial(PHONE)
  await clock.advance(2000)
  // "press 1" ends with the 20th character.
  void play(line, say('To go on now press 1, or wait for us'))
  await clock.untilIdle()
  assert.deepEqual(line.inputs, [
    RANG,
    [100, 'answered'],
    [100, 'script running 1'],
    [1100, 'script running 2'],
    [3200, 'script running 3'],
    [3200, 'pressing 1#'],
    [3200, 'digit 1'],
    [3400, 'digit #'],
    [3600, 'script running 4'],
    [3600, 'said hello'],
    [3900, 'script done 5'],
    [3900, 'heard To go on now press 1, or wait for us 1900 cut'],
    [3900, 'hung-up'],
  ])
})

test('a key pressed by a script is collected by the running program and cuts its prompts', async () => {
  const { clock, configure, dial } = aNetwork()
  configure(PHONE, { answer: { afterMs: 0 }, script: [{ hear: 'press 1' }, { press: '1' }] })
  const line = dial(PHONE)
  await clock.advance(100)
  const program: Program = {
    play: [{ prompt: say('Please press 1 or press 2'), times: 1 }],
    collect: { numDigits: 1, finishOnKey: '#', timeoutMs: 5000 },
  }
  const end = line.leg.media.run(program, new AbortController().signal)
  await clock.advance(5000)
  assert.deepEqual(await end, {
    outcome: 'collected',
    digits: '1',
    finishedOnKey: '',
    at: 100 + 14 * 60,
    recorded: null,
  })
})

test('a phone that does not hear what it wants in time hangs up, and its script has failed', async () => {
  const { clock, configure, dial, play } = aNetwork()
  configure(PHONE, {
    answer: { afterMs: 0 },
    script: [{ hear: 'welcome' }, { hear: 'press 9', withinMs: 4000 }, { press: '9' }],
  })
  const line = dial(PHONE)
  await clock.advance(100)
  void play(line, say('Welcome. Press 1.'), { kind: 'silence', lengthMs: 60_000 })
  await clock.untilIdle()
  assert.deepEqual(line.inputs.slice(2), [
    [100, 'script running 1'],
    [520, 'script running 2'],
    [1120, 'heard Welcome. Press 1. 1020'],
    [4520, 'script failed 2 wanted press 9'],
    [4520, 'hung-up'],
  ])
})

test('hear waits thirty seconds unless it is told otherwise', async () => {
  const { clock, configure, dial } = aNetwork()
  configure(PHONE, { answer: { afterMs: 0 }, script: [{ hear: 'anything' }] })
  const line = dial(PHONE)
  await clock.untilIdle()
  assert.deepEqual(line.inputs.at(-1), [30_100, 'hung-up'])
})

/** What a phone that wants `hear` does when it is played the prompts from 100 ms on: when it understands, or null. */
for (const [name, hear, prompts, understoodAt] of [
  ['the moment its last character is spoken', 'one', [say('Press one now')], 100 + 9 * 60],
  ['across spans', 'one now', [say('Press one'), say('now')], 100 + 540 + 300],
  ['in the last character of a span', 'now', [say('Press now')], 100 + 9 * 60],
  ['whatever the case and the spaces', 'PRESS ONE', [say('press \n one')], 100 + 11 * 60],
  ['by a pattern', '/code \\d+/', [say('Your code 12345 is good')], 100 + 15 * 60],
  [
    'a file, by its URL, as soon as it begins',
    'welcome.mp3',
    [say('Hi'), { kind: 'play', verb: 'Play', url: 'http://app.test/welcome.mp3', sound: aSound(9000) }],
    400,
  ],
  ['tones, when they end', '12#', [{ kind: 'tone', verb: 'Play', text: '12#', sound: aSound(600) }], 700],
  ['words that are not said: never', 'two', [say('Press one now')], null],
] as const) {
  test(`a phone understands ${name}`, async () => {
    const { clock, configure, dial, play } = aNetwork()
    configure(PHONE, { answer: { afterMs: 0 }, script: [{ hear }] })
    const line = dial(PHONE)
    await clock.advance(100)
    void play(line, ...prompts)
    await clock.advance(20_000)
    assert.deepEqual(
      line.inputs.filter(([, what]) => what === 'script done 1').map(([at]) => at)[0] ?? null,
      understoodAt,
    )
  })
}

test('words that are cut off before they are spoken are not understood', async () => {
  const { clock, configure, dial } = aNetwork()
  configure(PHONE, { answer: { afterMs: 0 }, script: [{ hear: 'one now', withinMs: 5000 }] })
  const line = dial(PHONE)
  await clock.advance(100)
  const stop = new AbortController()
  void line.leg.media.run({ play: [{ prompt: say('Press one now'), times: 1 }] }, stop.signal)
  await clock.advance(13 * 60 - 1)
  stop.abort()
  await clock.untilIdle()
  assert.deepEqual(line.inputs.slice(-2), [
    [5100, 'script failed 1 wanted one now'],
    [5100, 'hung-up'],
  ])
})

test('what a cut left over of a pattern is understood at the cut', async () => {
  const { clock, configure, dial } = aNetwork()
  configure(PHONE, { answer: { afterMs: 0 }, script: [{ hear: '/press .*/' }] })
  const line = dial(PHONE)
  await clock.advance(100)
  const stop = new AbortController()
  void line.leg.media.run({ play: [{ prompt: say('Press one or two or three'), times: 1 }] }, stop.signal)
  await clock.advance(600)
  stop.abort()
  await clock.advance(0)
  assert.deepEqual(line.inputs.slice(-2), [
    [700, 'heard Press one or two or three 600 cut'],
    [700, 'script done 1'],
  ])
})

test('words already understood do not count twice', async () => {
  const { clock, configure, dial, play } = aNetwork()
  configure(PHONE, { answer: { afterMs: 0 }, script: [{ hear: 'one' }, { hear: 'one' }] })
  const line = dial(PHONE)
  await clock.advance(100)
  void play(line, say('Press one'), { kind: 'silence', lengthMs: 1000 }, say('one'))
  await clock.advance(10_000)
  assert.deepEqual(line.inputs.at(-1), [100 + 540 + 1000 + 300, 'heard one 300'])
  assert.deepEqual(line.inputs.at(-2), [100 + 540 + 1000 + 300, 'script done 2'])
})

test('words that come while the phone presses, and after it began to, are not missed', async () => {
  const { clock, configure, dial, play } = aNetwork()
  configure(PHONE, {
    answer: { afterMs: 0 },
    script: [{ hear: 'press' }, { press: '1' }, { waitMs: 2000 }, { hear: 'thanks' }],
  })
  const line = dial(PHONE)
  await clock.advance(100)
  void play(line, say('Press'), say('Thanks'))
  await clock.advance(10_000)
  assert.deepEqual(line.inputs.at(-1), [100 + 300 + 200 + 2000, 'script done 4'])
})

test('what was said before the phone began to press is forgotten', async () => {
  const { clock, configure, dial, play } = aNetwork()
  configure(PHONE, {
    answer: { afterMs: 0 },
    script: [{ waitMs: 1000 }, { press: '1' }, { hear: 'hello', withinMs: 3000 }],
  })
  const line = dial(PHONE)
  await clock.advance(100)
  void play(line, say('Hello'))
  await clock.untilIdle()
  assert.deepEqual(line.inputs.at(-2), [4300, 'script failed 3 wanted hello'])
})

test('a phone hangs up with the last character of what it waited for', async () => {
  const { clock, configure, dial, play } = aNetwork()
  configure(PHONE, { answer: { afterMs: 0 }, script: [{ hear: 'goodbye' }, { hangup: true }] })
  const line = dial(PHONE)
  await clock.advance(100)
  const end = play(line, say('Goodbye'))
  await clock.advance(1000)
  assert.equal((await end).outcome, 'gone')
  assert.deepEqual(line.inputs.slice(-3), [
    [520, 'script done 2'],
    [520, 'heard Goodbye 420'],
    [520, 'hung-up'],
  ])
})

test('a pattern that would take for ever fails its script and delays nobody', async () => {
  const { clock, configure, dial, play } = aNetwork()
  configure(PHONE, { answer: { afterMs: 0 }, script: [{ hear: '/(a+)+$/', withinMs: 10_000 }] })
  const line = dial(PHONE)
  await clock.advance(100)
  void play(line, say(`${'a'.repeat(60)}!`))
  await clock.untilIdle()
  assert.deepEqual(line.inputs.at(-2), [10_100, 'script failed 1 wanted /(a+)+$/'])
})

test('when the platform hangs up, the phone does nothing more', async () => {
  const { clock, configure, dial } = aNetwork()
  configure(PHONE, { answer: { afterMs: 0 }, script: [{ press: '123' }, { say: 'hello' }, { hear: 'x' }] })
  const line = dial(PHONE)
  await clock.advance(350)
  line.leg.hangUp()
  await clock.untilIdle()
  assert.deepEqual(line.inputs.slice(2), [
    [100, 'script running 1'],
    [100, 'pressing 123'],
    [100, 'digit 1'],
    [300, 'digit 2'],
  ])
  assert.equal(clock.pending, 0)
})

test('a message is sent at once, and what was heard before it counts for the next step', async () => {
  const { clock, configure, dial, play } = aNetwork()
  const script = [{ waitMs: 1000 }, { message: { typed: ['1', 2, null] } }, { hear: 'hello' }, { hangup: true }]
  configure('client:alice', { answer: { afterMs: 0 }, script })
  const line = dial('client:alice')
  await clock.advance(100)
  void play(line, say('hello'))
  await clock.untilIdle()
  assert.deepEqual(line.inputs.slice(-6), [
    [400, 'heard hello 300'],
    [1100, 'script running 2'],
    [1100, 'message {"typed":["1",2,null]}'],
    [1100, 'script running 3'],
    [1100, 'script done 4'],
    [1100, 'hung-up'],
  ])
})
