/** How a connection ends: by a key, a limit, REST, and what each side goes on with. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ADA, dialIn, dialledIn, spans } from '../kit/dials.ts'
import { journey } from '../kit/journey.ts'

test('the star drops the party and the caller goes on with the next verb', async (t) => {
  const run = await journey(t, { '/voice': () => `<Dial hangupOnStar="true">${ADA}</Dial><Say>Who next?</Say>` })
  await run.ringback.phone(ADA, { script: [{ say: 'Ada' }] })
  const callSid = await dialledIn(run, [{ hear: 'Ada' }, { waitMs: 500 }, { press: '*' }])
  const [child] = await run.client.calls.list({ parentCallSid: callSid })
  assert.deepEqual([child?.status, child?.duration], ['completed', '1'])
  // 100 ms to the ringing, two seconds to the answer, 180 ms of "Ada" (at least 300), half a second.
  const [, ada, next] = await spans(run, callSid)
  assert.deepEqual(ada, [2100, 'Dial', 'party', 'Ada', 300])
  assert.deepEqual(next?.slice(0, 4), [2100 + 300 + 500, 'Say', 'say', 'Who next?'])
})

test('the time limit counts from the connection', async (t) => {
  const run = await journey(t, {
    '/voice': () => `<Dial timeLimit="30" action="/done">${ADA}</Dial>`,
    '/done': () => '<Hangup/>',
  })
  const callSid = await dialledIn(run)
  const { DialCallDuration, DialCallStatus } = (await run.app.requested('/done')).parameters
  assert.deepEqual([DialCallDuration, DialCallStatus], ['30', 'completed'])
  assert.equal((await run.client.calls(callSid).fetch()).duration, '32')
})

test('the caller ID that the app names is what the party sees', async (t) => {
  const run = await journey(t, { '/voice': () => `<Dial callerId="+14155550100" timeout="5">${ADA}</Dial>` })
  await run.ringback.phone(ADA, { answer: 'no-answer' })
  const callSid = await dialledIn(run)
  const [child] = await run.client.calls.list({ parentCallSid: callSid })
  assert.deepEqual([child?.from, child?.to], ['+14155550100', ADA])
})

test('when REST redirects the caller the party is hung up and no action is asked', async (t) => {
  const run = await journey(
    t,
    { '/voice': () => `<Dial action="/done">${ADA}</Dial>`, '/moved': () => '<Say>Moved</Say>' },
    { held: true },
  )
  const { ringback, client, app } = run
  const callSid = await dialIn(run)
  await ringback.clock.advance(5000)
  await client.calls(callSid).update({ url: `${app.url}/moved` })
  await ringback.clock.advance(10_000)
  const [child] = await client.calls.list({ parentCallSid: callSid })
  assert.deepEqual([child?.status, child?.duration], ['completed', '3'])
  assert.equal((await spans(run, callSid)).at(-1)?.[3], 'Moved')
  assert.equal(app.to('/done').length, 0)
})

test('when REST redirects the party it lives on alone, and the caller goes on with the action', async (t) => {
  const run = await journey(
    t,
    {
      '/voice': () => `<Dial action="/done">${ADA}</Dial>`,
      '/moved': () => '<Say>Just you and me</Say>',
      '/done': () => '<Say>Ada has left</Say>',
    },
    { held: true },
  )
  const { ringback, client, app } = run
  const callSid = await dialIn(run)
  await ringback.clock.advance(5000)
  const [child] = await client.calls.list({ parentCallSid: callSid })
  await client.calls(child!.sid).update({ url: `${app.url}/moved` })
  await ringback.clock.advance(20_000)
  const done = (await app.requested('/done')).parameters
  assert.deepEqual(Object.fromEntries(Object.entries(done).filter(([name]) => name.startsWith('Dial'))), {
    DialCallStatus: 'completed',
    DialCallSid: child!.sid,
    DialBridged: 'true',
  })
  assert.equal((await spans(run, callSid)).at(-1)?.[3], 'Ada has left')
  assert.equal((await spans(run, child!.sid)).at(-1)?.[3], 'Just you and me')
  const [, moved] = [app.to('/voice')[0], app.to('/moved')[0]]
  assert.deepEqual([moved!.parameters.CallSid, moved!.parameters.ParentCallSid], [child!.sid, callSid])
})

for (const [update, status] of [
  [{ status: 'canceled' }, 'canceled'],
  [{ status: 'completed' }, 'canceled'],
] as const) {
  test(`REST makes a ringing party ${update.status}: the Dial ends as ${status}`, async (t) => {
    const run = await journey(
      t,
      { '/voice': () => `<Dial action="/done">${ADA}</Dial>`, '/done': () => '<Hangup/>' },
      { held: true },
    )
    const { ringback, client, app } = run
    await ringback.phone(ADA, { answer: 'no-answer' })
    const callSid = await dialIn(run)
    await ringback.clock.advance(1000)
    const [child] = await client.calls.list({ parentCallSid: callSid })
    assert.equal(child?.status, 'ringing')
    await client.calls(child!.sid).update(update)
    await ringback.clock.advance(1000)
    const { DialCallStatus, DialBridged } = (await app.requested('/done')).parameters
    assert.deepEqual([DialCallStatus, DialBridged], [status, 'false'])
  })
}
