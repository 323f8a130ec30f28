import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LegInput } from '../../engine/ports/leg.ts'
import { ACCOUNT, aPlatform, CALL, OTHER_ACCOUNT } from './test-platform.ts'

async function aCall(to: string = '+15551230001') {
  const platform = aPlatform()
  const inputs: LegInput[] = []
  platform.calls.set(CALL, { accountSid: ACCOUNT, status: 'in-progress' })
  const leg = platform.network.dial(
    { callSid: CALL, accountSid: ACCOUNT, from: '+15005550006', to },
    (input) => void inputs.push(input),
  )
  await platform.clock.advance(1000)
  return { ...platform, inputs, leg }
}

test('keys, words and hanging up by hand reach the call', async () => {
  const { ask, clock, inputs } = await aCall()
  await clock.advance(2000)
  inputs.length = 0
  assert.deepEqual((await ask('POST', `/Calls/${CALL}/Press`, { digits: '5' })).json(), { callSid: CALL })
  assert.equal((await ask('POST', `/Calls/${CALL}/Say`, { text: 'hello' })).statusCode, 200)
  assert.equal((await ask('POST', `/Calls/${CALL}/Hangup`)).statusCode, 200)
  assert.deepEqual(inputs, [
    { input: 'pressing', digits: '5' },
    { input: 'digit', digit: '5' },
    { input: 'said', text: 'hello', sound: { id: 'sound-300-128', lengthMs: 300 } },
    { input: 'hung-up' },
  ])
  const late = await ask('POST', `/Calls/${CALL}/Press`, { digits: '5' })
  assert.deepEqual([late.statusCode, late.json().code], [404, 20404])
})

test('a phone at a client: address sends messages by hand, also before it has answered', async () => {
  const { ask, inputs } = await aCall('client:alice')
  for (const content of [{ typed: '12' }, null, 'hello'])
    assert.deepEqual((await ask('POST', `/Calls/${CALL}/Message`, { content })).json(), { callSid: CALL })
  assert.deepEqual(inputs, [
    { input: 'rang' },
    { input: 'message', content: '{"typed":"12"}' },
    { input: 'message', content: 'null' },
    { input: 'message', content: '"hello"' },
  ])
})

test('a phone at a number sends none', async () => {
  const { ask } = await aCall()
  const response = await ask('POST', `/Calls/${CALL}/Message`, { content: {} })
  assert.deepEqual([response.statusCode, response.json().code], [409, 20409])
})

test('an empty JSON body is no body', async () => {
  const { ask } = await aCall()
  assert.equal(
    (await ask('POST', `/Calls/${CALL}/Hangup`, undefined, { 'content-type': 'application/json' })).statusCode,
    200,
  )
})

test('a phone that still rings cannot press', async () => {
  const { ask } = await aCall()
  const response = await ask('POST', `/Calls/${CALL}/Press`, { digits: '5' })
  assert.deepEqual([response.statusCode, response.json().code], [409, 20409])
})

for (const [name, path, body] of [
  ['no keys', 'Press', { digits: '' }],
  ['other characters', 'Press', { digits: 'x' }],
  ['101 keys', 'Press', { digits: '1'.repeat(101) }],
  ['no body', 'Press', undefined],
  ['no words', 'Say', {}],
  ['nothing to say', 'Message', {}],
  ['101 levels', 'Message', { content: JSON.parse('['.repeat(101) + ']'.repeat(101)) }],
  ['10,001 characters', 'Message', { content: 'x'.repeat(9999) }],
  ['4097 characters', 'Say', { text: 'x'.repeat(4097) }],
] as const) {
  test(`${path} with ${name} is refused`, async () => {
    const { ask } = await aCall()
    assert.equal((await ask('POST', `/Calls/${CALL}/${path}`, body)).json().code, 20001)
  })
}

test("another account's call is not there", async () => {
  const { ask } = await aCall()
  assert.equal((await ask('POST', `/Calls/${CALL}/Hangup`, undefined, { account: OTHER_ACCOUNT })).statusCode, 404)
})
