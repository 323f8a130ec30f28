import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallSid } from '../../lib/ids.ts'
import { type Beside, BesideCalls } from './beside-calls.ts'

const CALL = 'CA1' as CallSid

function aCall(sid = CALL) {
  const listeners: (() => void)[] = []
  const onEnd = (listener: () => void) => void listeners.push(listener)
  return { record: { sid }, onEnd, end: () => listeners.forEach((listener) => void listener()) }
}

const beside = (sid: string, name: string, running = true): Beside => ({ record: { sid, name }, running })

test('it is found by its SID and by its name, the last of that name, beside its own call only', () => {
  const besides = new BesideCalls()
  const [first, second] = [beside('MZ1', 'a', false), beside('MZ2', 'a')]
  const call = aCall()
  for (const one of [first, second]) besides.keep(call, one)
  besides.keep(aCall('CA2' as CallSid), beside('MZ3', 'b'))
  assert.equal(besides.find(CALL, 'MZ1'), first)
  assert.equal(besides.find(CALL, 'a'), second)
  assert.equal(besides.find(CALL, 'b'), null)
  assert.deepEqual(besides.running(CALL), [second])
})

test('with its call all is forgotten', () => {
  const besides = new BesideCalls()
  const call = aCall()
  besides.keep(call, beside('MZ1', 'a'))
  besides.keep(call, beside('MZ2', 'b'))
  call.end()
  assert.deepEqual([besides.find(CALL, 'MZ1'), besides.running(CALL)], [null, []])
})

test('of those that are over the oldest are forgotten, of those that run none', () => {
  const besides = new BesideCalls()
  const call = aCall()
  besides.keep(call, beside('MZ-runs', 'runs'))
  for (let number = 0; number < 30; number++) besides.keep(call, beside(`MZ${number}`, `n${number}`, false))
  assert.notEqual(besides.find(CALL, 'runs'), null)
  assert.equal(besides.find(CALL, 'n9'), null)
  assert.notEqual(besides.find(CALL, 'n10'), null)
})
