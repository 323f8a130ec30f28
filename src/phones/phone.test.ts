import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkSteps, parsePhone } from './phone.ts'
import { PhoneMistake } from './phone-mistake.ts'

test('a phone that says nothing about itself answers after two seconds and listens', () => {
  assert.deepEqual(parsePhone({}), {
    answer: { afterMs: 2000 },
    greeting: null,
    machine: null,
    fax: false,
    keys: 'out-of-band',
    voice: null,
    script: [],
  })
})

test('hear waits 30 seconds unless told otherwise', () => {
  const { script } = parsePhone({ script: [{ hear: 'Hello' }, { hear: 'you', withinMs: 5 }] })
  assert.deepEqual(script, [
    { hear: 'Hello', withinMs: 30_000 },
    { hear: 'you', withinMs: 5 },
  ])
})

test('a machine beeps and has a greeting unless told otherwise', () => {
  assert.deepEqual(parsePhone({ machine: {} }).machine, { greeting: 'Please leave a message.', beep: true })
  assert.deepEqual(parsePhone({ machine: { greeting: 'Hi', beep: false } }).machine, { greeting: 'Hi', beep: false })
})

test('a beep is as it is asked for', () => {
  const beep = { hz: 440, lengthMs: 800 }
  assert.deepEqual(parsePhone({ machine: { beep } }).machine?.beep, beep)
})

for (const [body, what] of [
  [{ greeting: 'Hello?', machine: {} }, 'machine'],
  [{ greeting: 'Hello?', fax: true }, 'fax'],
  [{ machine: {}, fax: true }, 'fax'],
] as const)
  test(`${Object.keys(body).join(' and ')} at once are refused`, () => {
    assert.throws(
      () => parsePhone(body),
      (error: unknown) => error instanceof PhoneMistake && error.what === what,
    )
  })

for (const [why, script, step] of [
  ['two actions in one step', [{ waitMs: 1 }, { press: '1', say: 'one' }], 'script[1]'],
  ['a step without an action', [{}], 'script[0]'],
  ['withinMs without hear', [{ press: '1', withinMs: 5 }], 'script[0]'],
  ['keys that no phone has', [{ press: '1x' }], 'script[0].press'],
  ['a transfer to nobody', [{ transfer: 'bob' }], 'script[0].transfer'],
  ['a pattern that does not compile', [{ hear: '/[/' }], 'script[0].hear'],
  ['a message of 5000 levels', [{ message: JSON.parse('['.repeat(5000) + ']'.repeat(5000)) }], 'script[0].message'],
  ['a message of more than 10,000 characters', [{ message: 'x'.repeat(10_000) }], 'script[0].message'],
  ['hangup: false', [{ hangup: false }], 'script[0].hangup'],
  ['a step after hanging up', [{ hangup: true }, { say: 'bye' }], 'script[1]'],
] as const) {
  test(`${why} is refused`, () => {
    assert.throws(
      () => parsePhone({ script }),
      (error: unknown) => error instanceof PhoneMistake && error.what === step,
    )
  })
}

const MESSENGER = parsePhone({ script: [{ waitMs: 1 }, { message: null }] })

test('a phone at a client: address may send messages', () => checkSteps(MESSENGER, 'client:alice'))

for (const address of ['+15551230001', 'sip:alice@example.com'])
  test(`a phone at ${address} may not send messages`, () => {
    assert.throws(
      () => checkSteps(MESSENGER, address),
      (error: unknown) => error instanceof PhoneMistake && error.what === 'script[1].message',
    )
  })
