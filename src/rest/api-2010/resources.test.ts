// Numbers, applications, keys, accounts and notifications through the reference's own client, over a socket.
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import twilio from 'twilio'
import { newSid } from '../../lib/ids.ts'
import { createRestServer } from '../server.ts'
import {
  ACCOUNT,
  aCall,
  type FakePlatform,
  fakePlatform,
  NOW,
  ownNumber,
  STRANGER,
  SUBACCOUNT,
  TOKEN,
} from './fakes.ts'

type Client = ReturnType<typeof twilio>

/** A listening server, and clients for it. */
async function platform(
  t: TestContext,
): Promise<FakePlatform & { as(user: string, password: string, account?: string): Client; client: Client }> {
  const fake = await fakePlatform()
  const app = createRestServer(fake.deps)
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => app.close())
  const { port } = app.server.address() as AddressInfo
  const as = (user: string, password: string, accountSid = ACCOUNT): Client => {
    const client = twilio(user, password, { accountSid })
    client.api.baseUrl = `http://127.0.0.1:${port}`
    return client
  }
  return { ...fake, as, client: as(ACCOUNT, TOKEN) }
}

const refusal = (code: number, status: number) => (error: { code?: number; status?: number }) =>
  error.code === code && error.status === status

test('the account is shown with its token and the lists it has', async (t) => {
  const { client } = await platform(t)
  const account = await client.api.accounts(ACCOUNT).fetch()
  assert.equal(account.authToken, TOKEN)
  assert.equal(account.ownerAccountSid, ACCOUNT)
  assert.equal(account.status, 'active')
  assert.equal(account.dateCreated.getTime(), NOW)
  assert.equal(account.subresourceUris.calls, `/2010-04-01/Accounts/${ACCOUNT}/Calls.json`)
})

test("a main account may use its subaccount's path; not the other way round, and nobody a stranger's", async (t) => {
  const { as, client } = await platform(t)
  assert.equal((await client.api.accounts(SUBACCOUNT).fetch()).ownerAccountSid, ACCOUNT)
  assert.deepEqual(await client.api.accounts(SUBACCOUNT).calls.list(), [])
  await assert.rejects(as(SUBACCOUNT, TOKEN, SUBACCOUNT).api.accounts(ACCOUNT).calls.list(), refusal(20404, 404))
  await assert.rejects(client.api.accounts(STRANGER).fetch(), refusal(20404, 404))
})

test('a key works like the token, but not for accounts and keys, and not after its deletion', async (t) => {
  const { as, client, store } = await platform(t)
  const key = await client.newKeys.create({ friendlyName: 'CI' })
  assert.match(key.sid, /^SK[0-9a-f]{32}$/)
  assert.match(key.secret, /^[0-9a-f]{32}$/)
  assert.doesNotMatch(JSON.stringify(await store.resources('key')), new RegExp(key.secret))

  const keyed = as(key.sid, key.secret)
  assert.equal((await keyed.incomingPhoneNumbers.list()).length, 1)
  await assert.rejects(keyed.api.accounts(ACCOUNT).fetch(), refusal(20003, 401))
  await assert.rejects(keyed.keys.list(), refusal(20003, 401))
  await assert.rejects(as(key.sid, 'wrong').calls.list(), refusal(20003, 401))

  assert.equal((await client.keys(key.sid).update({ friendlyName: 'CI 2' })).friendlyName, 'CI 2')
  const listed = await client.keys.list()
  assert.deepEqual(
    listed.map(({ sid, friendlyName }) => [sid, friendlyName]),
    [[key.sid, 'CI 2']],
  )
  assert.equal('secret' in (await client.keys(key.sid).fetch()).toJSON(), false)

  await client.keys(key.sid).remove()
  await assert.rejects(keyed.calls.list(), refusal(20003, 401))
})

test('an application is made, found by its name, changed and deleted', async (t) => {
  const { client } = await platform(t)
  const bare = await client.applications.create()
  assert.equal(bare.friendlyName, null)
  assert.equal(bare.voiceUrl, null)
  assert.equal(bare.voiceMethod, 'POST')
  const made = await client.applications.create({
    friendlyName: 'ivr',
    voiceUrl: 'http://example.com/voice',
    voiceMethod: 'GET',
  })
  assert.match(made.sid, /^AP[0-9a-f]{32}$/)
  assert.deepEqual(
    (await client.applications.list({ friendlyName: 'ivr' })).map(({ sid }) => sid),
    [made.sid],
  )
  const changed = await client
    .applications(made.sid)
    .update({ voiceUrl: '', statusCallback: 'http://example.com/status' })
  assert.equal(changed.voiceUrl, null)
  assert.equal(changed.voiceMethod, 'GET')
  assert.equal((await client.applications(made.sid).fetch()).statusCallback, 'http://example.com/status')
  assert.equal(await client.applications(made.sid).remove(), true)
  await assert.rejects(client.applications(made.sid).fetch(), refusal(20404, 404))
})

test('a number is had by its digits or by area code, and shows what the reference shows', async (t) => {
  const { client } = await platform(t)
  const chosen = await client.incomingPhoneNumbers.create({
    phoneNumber: '(415) 555-2671',
    voiceUrl: 'http://example.com/voice',
  })
  assert.equal(chosen.phoneNumber, '+14155552671')
  assert.equal(chosen.friendlyName, '(415) 555-2671')
  assert.deepEqual(chosen.capabilities, { voice: true, sms: false, mms: false, fax: false })
  const { dateCreated, dateUpdated, sid, uri, ...rest } = chosen.toJSON()
  assert.equal(dateCreated.getTime(), NOW)
  assert.equal(dateUpdated.getTime(), NOW)
  assert.equal(uri, `/2010-04-01/Accounts/${ACCOUNT}/IncomingPhoneNumbers/${sid}.json`)
  assert.equal(rest.voiceApplicationSid, '')
  assert.equal(rest.trunkSid, null)
  assert.equal(rest.status, 'in-use')
  assert.equal(rest.type, 'local')
  const inArea = await client.incomingPhoneNumbers.create({ areaCode: '212' })
  const next = await client.incomingPhoneNumbers.create({ areaCode: '212' })
  assert.deepEqual([inArea.phoneNumber, next.phoneNumber], ['+12125550100', '+12125550101'])
})

test('two requests for one number at the same time: one gets it', async (t) => {
  const { client } = await platform(t)
  const outcomes = await Promise.allSettled(
    [1, 2].map(() => client.incomingPhoneNumbers.create({ phoneNumber: '+14155552671' })),
  )
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  assert.equal((await client.incomingPhoneNumbers.list({ phoneNumber: '+14155552671' })).length, 1)
})

test('a number points to an application or to a trunk, whichever was set last', async (t) => {
  const { client, store } = await platform(t)
  const { sid } = await ownNumber(store)
  const application = await client.applications.create({ voiceUrl: 'http://example.com/' })
  const trunkSid = `TK${'1'.repeat(32)}`
  const number = client.incomingPhoneNumbers(sid)
  assert.equal((await number.update({ trunkSid })).trunkSid, trunkSid)
  const pointed = await number.update({ voiceApplicationSid: application.sid })
  assert.deepEqual([pointed.voiceApplicationSid, pointed.trunkSid], [application.sid, null])
  const again = await number.update({ trunkSid })
  assert.deepEqual([again.voiceApplicationSid, again.trunkSid], ['', trunkSid])
})

test('numbers are found by part, wildcard, name and kind', async (t) => {
  const { client } = await platform(t)
  await client.incomingPhoneNumbers.local.create({ phoneNumber: '+14155552671', friendlyName: 'front desk' })
  await client.incomingPhoneNumbers.mobile.create({ phoneNumber: '+447700900123' })
  await client.incomingPhoneNumbers.tollFree.create({ phoneNumber: '+18005550100' })
  const numbers = async (list: Promise<{ phoneNumber: string }[]>) => (await list).map(({ phoneNumber }) => phoneNumber)
  assert.deepEqual(await numbers(client.incomingPhoneNumbers.list({ phoneNumber: '+1415' })), ['+14155552671'])
  assert.deepEqual(await numbers(client.incomingPhoneNumbers.list({ phoneNumber: '415***2671' })), ['+14155552671'])
  assert.deepEqual(await numbers(client.incomingPhoneNumbers.list({ friendlyName: 'front desk' })), ['+14155552671'])
  assert.deepEqual(await numbers(client.incomingPhoneNumbers.mobile.list()), ['+447700900123'])
  assert.deepEqual(await numbers(client.incomingPhoneNumbers.tollFree.list()), ['+18005550100'])
  assert.equal((await client.incomingPhoneNumbers.list({ origin: 'hosted' })).length, 0)
  assert.equal((await client.incomingPhoneNumbers.list({ beta: false })).length, 4)
})

test('a number moves to a subaccount and is gone from the main account', async (t) => {
  const { client, store } = await platform(t)
  const { sid } = await ownNumber(store)
  await assert.rejects(client.incomingPhoneNumbers(sid).update({ accountSid: STRANGER }), refusal(21470, 400))
  assert.equal((await client.incomingPhoneNumbers(sid).update({ accountSid: SUBACCOUNT })).accountSid, SUBACCOUNT)
  assert.equal((await client.incomingPhoneNumbers.list()).length, 0)
  assert.equal((await client.api.accounts(SUBACCOUNT).incomingPhoneNumbers.list()).length, 1)
})

test('a released number can be had again', async (t) => {
  const { client, store } = await platform(t)
  const { sid } = await ownNumber(store)
  assert.equal(await client.incomingPhoneNumbers(sid).remove(), true)
  assert.equal((await client.incomingPhoneNumbers.create({ phoneNumber: '+15005550006' })).phoneNumber, '+15005550006')
})

test("static add-on results are kept as text and shown as the number's add_ons", async (t) => {
  const { client, as, store } = await platform(t)
  const { sid } = await ownNumber(store)
  const addOns = '{"status":"successful","results":{}}'
  const uri = `${client.api.baseUrl}/2010-04-01/Accounts/${ACCOUNT}/IncomingPhoneNumbers/${sid}.json`
  const updated = await as(ACCOUNT, TOKEN).request({ method: 'post', uri, data: { AddOns: addOns } })
  assert.equal((updated.body as { add_ons: string }).add_ons, addOns)
  assert.equal((await ownNumber(store)).row.addOns, addOns)
  const cleared = await as(ACCOUNT, TOKEN).request({ method: 'post', uri, data: { AddOns: '' } })
  assert.equal((cleared.body as { add_ons: null }).add_ons, null)
})

test('the client pages through a list to its end, forward and back', async (t) => {
  const { client } = await platform(t)
  for (let count = 0; count < 5; count++) await client.applications.create({ friendlyName: `app ${count}` })
  const names = (await client.applications.list({ pageSize: 2 })).map(({ friendlyName }) => friendlyName)
  assert.deepEqual(names, ['app 0', 'app 1', 'app 2', 'app 3', 'app 4'])
  const first = await client.applications.page({ pageSize: 2 })
  const second = await first.nextPage()
  const back = await second?.previousPage()
  assert.deepEqual(
    back?.instances.map(({ friendlyName }) => friendlyName),
    ['app 0', 'app 1'],
  )
  const third = await second?.nextPage()
  assert.deepEqual(
    (await third?.previousPage())?.instances.map(({ sid }) => sid),
    second?.instances.map(({ sid }) => sid),
  )
  assert.equal(await third?.nextPage(), undefined)
})

test('calls are created, fetched and listed; a refusal carries code and status', async (t) => {
  const { client, calls } = await platform(t)
  const made = await client.calls.create({
    to: '+14155550100',
    from: '+15005550006',
    url: 'http://example.com/voice',
    statusCallback: 'http://example.com/status',
    statusCallbackEvent: ['initiated', 'ringing'],
  })
  assert.equal(made.status, 'queued')
  assert.deepEqual(calls.created[0]?.statusCallback?.events, ['initiated', 'ringing'])
  assert.equal((await client.calls(made.sid).fetch()).dateCreated.getTime(), NOW)
  assert.equal((await client.calls.list({ startTimeAfter: new Date(NOW) })).length, 0)
  assert.equal((await client.calls(made.sid).events.list()).length, 1)
  await assert.rejects(
    client.calls.create({ to: '+15005550003', from: '+15005550006', url: 'http://x.test/' }),
    refusal(21215, 400),
  )
})

test('alerts are notifications: newest first, filtered, one by one', async (t) => {
  const { client, calls, store } = await platform(t)
  const call = aCall()
  calls.put(call)
  const sids = [newSid('NO'), newSid('NO'), newSid('NO')] as const
  for (const [index, sid] of sids.entries()) {
    await store.append([
      {
        kind: 'fact',
        accountSid: ACCOUNT,
        callSid: index === 2 ? null : call.sid,
        place: index,
        at: (NOW + index * 86_400_000) as typeof NOW,
        body: {
          fact: 'alert',
          alert: {
            sid,
            code: index === 0 ? 11200 : 12200,
            level: index === 0 ? 'error' : 'warning',
            message: `number ${index}`,
            request: { method: 'POST', url: 'http://example.com/', parameters: { Digits: ['1', '2'], From: '+1' } },
            response: { code: 404, body: 'not here' },
          },
        },
      },
    ])
  }
  const account = client.api.accounts(ACCOUNT)
  const listed = async (options = {}) => (await account.notifications.list(options)).map(({ sid }) => sid)
  assert.deepEqual(await listed(), [sids[2], sids[1], sids[0]])
  assert.deepEqual(await listed({ pageSize: 1 }), [sids[2], sids[1], sids[0]])
  assert.deepEqual(await listed({ log: 0 }), [sids[0]])
  assert.deepEqual(await listed({ messageDate: new Date(NOW) }), [sids[0]])
  const ofCall = await account.calls(call.sid).notifications.list()
  assert.deepEqual(
    ofCall.map(({ sid }) => sid),
    [sids[1], sids[0]],
  )
  const whole = await account.calls(call.sid).notifications(sids[0]).fetch()
  assert.equal(whole.errorCode, '11200')
  assert.equal(whole.log, '0')
  assert.equal(whole.moreInfo, 'https://www.twilio.com/docs/errors/11200')
  assert.equal(whole.requestVariables, 'Digits=1&Digits=2&From=%2B1')
  assert.equal(whole.responseBody, 'not here')
  assert.equal(whole.messageDate.getTime(), NOW)
  await assert.rejects(account.calls(call.sid).notifications(sids[2]).fetch(), refusal(20404, 404))
})
