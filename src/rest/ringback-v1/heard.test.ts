import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HeardSpan } from '../../journal/entry.ts'
import { newSid } from '../../lib/ids.ts'
import { ACCOUNT, aPlatform, CALL, OTHER_ACCOUNT, OTHER_CALL } from './test-platform.ts'

const span = (text: string, more: Partial<HeardSpan> = {}): HeardSpan => ({
  verb: 'Say',
  kind: 'say',
  text,
  playedMs: 600,
  lengthMs: 600,
  cut: false,
  ...more,
})

test('the ledger of a call is built from its facts', async () => {
  const { ask, calls, journal, fact } = aPlatform()
  calls.set(CALL, { accountSid: ACCOUNT, status: 'completed' })
  await journal.append([
    fact({ fact: 'script', state: 'running', step: 1 }),
    fact({ fact: 'heard', atMs: 0, span: span('Press one', { playedMs: 400, cut: true }) }),
    fact({ fact: 'pressed', atMs: 400, digits: '12#' }),
    fact({ fact: 'call-status', status: 'completed' }),
    fact({
      fact: 'heard',
      atMs: 700,
      span: { verb: 'Play', kind: 'play', url: 'http://app.test/a.mp3', playedMs: 50, lengthMs: 50, cut: false },
    }),
    fact({ fact: 'said', atMs: 900, text: 'hello' }),
    fact({ fact: 'heard', atMs: 1, span: span('Elsewhere') }, { callSid: OTHER_CALL }),
    fact({ fact: 'script', state: 'failed', step: 2, wanted: 'press 9' }),
  ])
  const response = await ask('GET', `/Calls/${CALL}/Heard`)
  assert.equal(response.statusCode, 200)
  assert.deepEqual(response.json(), {
    callSid: CALL,
    status: 'completed',
    heard: [
      { atMs: 0, verb: 'Say', kind: 'say', text: 'Press one', playedMs: 400, lengthMs: 600, cut: true },
      { atMs: 700, verb: 'Play', kind: 'play', url: 'http://app.test/a.mp3', playedMs: 50, lengthMs: 50, cut: false },
    ],
    pressed: [{ atMs: 400, digits: '12#' }],
    said: [{ atMs: 900, text: 'hello' }],
    script: { state: 'failed', step: 2, wanted: 'press 9' },
  })
})

test('a live call shows the sound of the moment as far as it has got', async () => {
  const { ask, calls, journal, fact } = aPlatform()
  const now = { span: span('And then', { playedMs: 120 }), atMs: 900 }
  calls.set(CALL, { accountSid: ACCOUNT, status: 'in-progress', hearing: now })
  await journal.append([
    fact({ fact: 'heard', atMs: 0, span: span('First') }),
    fact({ fact: 'script', state: 'running', step: 1 }),
  ])
  const { heard, script } = (await ask('GET', `/Calls/${CALL}/Heard`)).json()
  assert.deepEqual(heard[1], { atMs: 900, ...now.span })
  assert.deepEqual(script, { state: 'running', step: 1 })
})

test('a script that the end of the call cut short says so', async () => {
  const { ask, calls, journal, fact } = aPlatform()
  calls.set(CALL, { accountSid: ACCOUNT, status: 'completed' })
  await journal.append([fact({ fact: 'script', state: 'running', step: 2 })])
  assert.deepEqual((await ask('GET', `/Calls/${CALL}/Heard`)).json().script, { state: 'cut', step: 2 })
})

test('a call without a script has none in its ledger', async () => {
  const { ask, calls } = aPlatform()
  calls.set(CALL, { accountSid: ACCOUNT, status: 'queued' })
  assert.deepEqual((await ask('GET', `/Calls/${CALL}/Heard`)).json(), {
    callSid: CALL,
    status: 'queued',
    heard: [],
    pressed: [],
    said: [],
  })
})

test('messages of the app and of the phone stand in the ledger as the values they are', async () => {
  const { ask, calls, journal, fact } = aPlatform()
  calls.set(CALL, { accountSid: ACCOUNT, status: 'in-progress' })
  const sid = newSid('KX')
  await journal.append([
    fact({ fact: 'message', atMs: 0, sid, from: 'app', content: '{ "show": "menu" }' }),
    fact({ fact: 'message', atMs: 900, sid, from: 'phone', content: '["1",2]' }),
  ])
  assert.deepEqual((await ask('GET', `/Calls/${CALL}/Heard`)).json().messages, [
    { atMs: 0, sid, from: 'app', content: { show: 'menu' } },
    { atMs: 900, sid, from: 'phone', content: ['1', 2] },
  ])
})

for (const path of [`/Calls/${OTHER_CALL}/Heard`, '/Calls/CA1/Heard', '/Calls/*/Heard']) {
  test(`${path} of no call of ours is 404`, async () => {
    const { ask, calls } = aPlatform()
    calls.set(OTHER_CALL, { accountSid: OTHER_ACCOUNT, status: 'queued' })
    assert.equal((await ask('GET', path)).json().code, 20404)
  })
}
