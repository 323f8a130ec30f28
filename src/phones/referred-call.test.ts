/** Phones that ask to be replaced, and phones that are asked to call somebody else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from './phone.ts'
import { aNetwork, PHONE } from './test-network.ts'

const SIP_PHONE = 'sip:ada@example.com'
const TARGET = 'sip:bob@example.com'

for (const [answer, notifyCode, afterMs] of [
  [{ afterMs: 2000 }, 200, 2100],
  ['busy', 486, 200],
  ['reject', 603, 200],
  ['unreachable', 404, 100],
  ['no-answer', 408, 60_100],
] as const satisfies readonly (readonly [Answer, number, number])[]) {
  test(`a SIP phone that calls one that is ${JSON.stringify(answer)} reports ${notifyCode}`, async () => {
    const { clock, configure, dial } = aNetwork()
    configure(SIP_PHONE, { answer: { afterMs: 0 } })
    configure(TARGET, { answer })
    const line = dial(SIP_PHONE)
    await clock.advance(100)
    const asked = line.leg.refer(`${TARGET}?x-team=blue`)!.then((referral) => [clock.now() - 100, referral])
    await clock.untilIdle()
    assert.deepEqual(await asked, [afterMs, { sipResponseCode: 202, notifyCode }])
    assert.equal(line.inputs.at(-1)?.[1], 'answered')
  })
}

test('when the line ends, what was known of the referred call is told', async () => {
  const { clock, configure, dial } = aNetwork()
  configure(SIP_PHONE, { answer: { afterMs: 0 } })
  configure(TARGET, { answer: 'no-answer' })
  for (const [waitMs, notifyCode] of [
    [50, null],
    [5000, 180],
  ] as const) {
    const line = dial(SIP_PHONE)
    await clock.advance(100)
    const asked = line.leg.refer(TARGET)
    await clock.advance(waitMs)
    line.leg.hangUp()
    assert.deepEqual(await asked, { sipResponseCode: 202, notifyCode })
    assert.equal(clock.pending, 0)
  }
})

test('phones at numbers and clients, and phones that only ring, cannot be asked', async () => {
  const { clock, configure, dial } = aNetwork()
  for (const address of [PHONE, 'client:joe', SIP_PHONE]) {
    configure(address, { answer: { afterMs: address === SIP_PHONE ? 5000 : 0 } })
    const line = dial(address)
    await clock.advance(100)
    assert.equal(line.leg.refer(TARGET), null)
  }
})

test('a script asks to be replaced and goes on', async () => {
  const { clock, configure, dial } = aNetwork()
  configure(PHONE, { answer: { afterMs: 0 }, script: [{ transfer: TARGET }, { press: '1' }] })
  const line = dial(PHONE)
  await clock.untilIdle()
  assert.deepEqual(
    line.inputs.slice(2).map(([, what]) => what),
    ['script running 1', `transfer ${TARGET}`, 'script running 2', 'pressing 1', 'digit 1', 'script done 2'],
  )
})
