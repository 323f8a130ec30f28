/** A Dial that calls an application: a second call runs its voice URL, and the caller talks with it. By the table in the manual. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { testDecisions } from '../../src/engine/verbs/dial/test-dial-manual.ts'
import { CALLER, dialledIn, spans } from '../kit/dials.ts'
import { type Journey, journey } from '../kit/journey.ts'

/** An application with a menu, and a number whose document dials it. */
async function aMenu(t: TestContext, attributes = ''): Promise<Journey> {
  const run = await journey(t, {
    '/menu': () => '<Gather numDigits="1" action="/choice"><Say>Press a key</Say></Gather>',
    '/choice': () => '<Say>Well done</Say>',
    '/done': () => '<Hangup/>',
    '/status': () => ({}),
  })
  const { app, client } = run
  const { sid } = await client.applications.create({
    friendlyName: 'Menu',
    voiceUrl: `${app.url}/menu`,
    statusCallback: `${app.url}/status`,
  })
  app.route(
    '/voice',
    () =>
      `<Dial action="/done"><Application ${attributes}><ApplicationSid>${sid}</ApplicationSid><Parameter name="Team" value="blue"/><Parameter name="CallSid" value="CA0"/></Application></Dial>`,
  )
  return run
}

const pressing = [{ hear: 'a key' }, { press: '4' }] as const

testDecisions('Application', {
  'What is called': async (t) => {
    const run = await aMenu(t)
    const { app, client } = run
    const callSid = await dialledIn(run, pressing)
    const menu = (await app.requested('/menu')).parameters
    const done = (await app.requested('/done')).parameters
    assert.equal(app.to('/choice')[0]?.parameters.Digits, '4')
    assert.deepEqual([done.DialCallStatus, done.DialBridged], ['completed', 'true'])
    const heard = (await spans(run, callSid)).map(([, verb, kind, text]) => [verb, kind, text])
    assert.deepEqual(heard.slice(-2), [
      ['Dial', 'party', 'Press a key'],
      ['Dial', 'party', 'Well done'],
    ])
    assert.notEqual(done.DialCallSid, menu.CallSid)
    const [leg, applied] = await Promise.all([
      client.calls(done.DialCallSid!).fetch(),
      client.calls(menu.CallSid!).fetch(),
    ])
    assert.deepEqual([leg.status, leg.direction, leg.parentCallSid], ['completed', 'outbound-dial', callSid])
    assert.deepEqual([applied.status, applied.direction, applied.phoneNumberSid], ['completed', 'inbound', null])
    assert.equal((await app.requested('/status')).parameters.CallSid, menu.CallSid)
  },

  'What the application is told': async (t) => {
    for (const copyParentTo of [false, true]) {
      const run = await aMenu(t, `copyParentTo="${copyParentTo}"`)
      await dialledIn(run, pressing)
      const [application] = await run.client.applications.list()
      const menu = (await run.app.requested('/menu')).parameters
      assert.deepEqual(
        [menu.From, menu.To, menu.Direction, menu.CallStatus, menu.Team],
        [CALLER, copyParentTo ? run.ringback.number : application!.sid, 'inbound', 'ringing', 'blue'],
      )
      assert.match(menu.CallSid!, /^CA[0-9a-f]{32}$/)
    }
  },

  customerId: async (t) => {
    const run = await aMenu(t, 'customerId="c7"')
    const callSid = await dialledIn(run, pressing)
    assert.equal((await run.app.requested('/done')).parameters.DialBridged, 'true')
    const { alerts } = await run.ringback.ask<{ alerts: unknown[] }>('GET', `/Alerts?callSid=${callSid}`)
    assert.deepEqual(alerts, [])
  },

  'An application that the account does not have': async (t) => {
    const run = await journey(t, {
      '/voice': () => `<Dial action="/done"><Application>AP${'0'.repeat(32)}</Application></Dial>`,
      '/done': () => '<Hangup/>',
    })
    await dialledIn(run)
    const { DialCallStatus, DialBridged } = (await run.app.requested('/done')).parameters
    assert.deepEqual([DialCallStatus, DialBridged], ['failed', 'false'])
  },
})
