import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { journey } from '../kit/journey.ts'

const TO = '+15551230001'

/** A call of a little over an hour: music on hold, a menu each minute, keys now and then. */
async function hourLongCall(t: TestContext) {
  let round = 0
  const { ringback, app, client } = await journey(t, {
    '/voice': () => '<Redirect>/hold</Redirect>',
    '/hold': () => {
      round += 1
      if (round > 60) return '<Say>Thank you for waiting. Goodbye.</Say>'
      return `<Say>You are number ${61 - round} in the queue.</Say><Gather numDigits="1" timeout="2" action="/key"><Pause length="55"/></Gather><Redirect/>`
    },
    '/key': ({ parameters }) => `<Say>You pressed ${parameters.Digits}.</Say><Redirect>/hold</Redirect>`,
    '/status': () => ({ status: 204 }),
  })
  await ringback.phone(TO, {
    script: [
      { hear: 'number 50', withinMs: 3_600_000 },
      { press: '1' },
      { hear: '/number 3\\d/', withinMs: 3_600_000 },
      { say: 'hello?' },
      { waitMs: 100_000 },
      { press: '2' },
    ],
  })
  const { sid } = await client.calls.create({
    to: TO,
    from: ringback.number,
    url: `${app.url}/voice`,
    statusCallback: `${app.url}/status`,
    statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
  })
  await ringback.over(sid)
  const same = (text: string) =>
    text.replaceAll(sid, 'CA…').replaceAll(ringback.accountSid, 'AC…').replaceAll(app.url, 'app:')
  return {
    ledger: same(JSON.stringify(await ringback.heard(sid))),
    parameters: app.requests.map(({ path, parameters }) => same(JSON.stringify([path, parameters]))).toSorted(),
    lastedMs: Number((await client.calls(sid).fetch()).duration) * 1000,
  }
}

test('the same hour-long call twice gives the same ledger and the same parameters', async (t) => {
  const first = await hourLongCall(t)
  const second = await hourLongCall(t)
  assert.ok(first.lastedMs >= 3_500_000, `it lasted ${first.lastedMs} ms`)
  assert.match(first.ledger, /"said":\[\{"atMs":\d+,"text":"hello\?"\}\]/)
  assert.equal(first.ledger, second.ledger)
  assert.deepEqual(first.parameters, second.parameters)
})

test('a redirect sent while the clock is held lands in the middle of the call', async (t) => {
  const { ringback, app, client } = await journey(
    t,
    {
      '/voice': () => '<Say>This sentence is forty characters long..</Say><Say>Never heard</Say>',
      '/other': () => '<Say>Other</Say>',
    },
    { held: true },
  )
  await ringback.phone(TO, { answer: { afterMs: 1000 } })
  const { sid } = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/voice` })
  await ringback.ask('POST', '/Clock', { advanceMs: 2500 })
  await client.calls(sid).update({ url: `${app.url}/other` })
  const { now } = await ringback.ask<{ now: string }>('GET', '/Clock')
  assert.equal(now, '2030-01-01T00:00:02.500Z')
  await ringback.ask('POST', '/Clock', { mode: 'auto' })
  await ringback.over(sid)
  const { heard } = await ringback.heard(sid)
  const [cut, other] = heard
  assert.equal(heard.length, 2)
  assert.deepEqual([cut?.cut, cut?.playedMs, cut?.lengthMs], [true, other?.atMs, 2400])
  assert.ok(cut && cut.playedMs > 1000 && cut.playedMs < 1500, `cut after ${cut?.playedMs} ms`)
  assert.equal(other?.text, 'Other')
})
