/** What the door says of messages and subscriptions: shapes, checks, refusals. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MessageService } from '../../../engine/messages/message-service.ts'
import { newSid } from '../../../lib/ids.ts'
import { createRestServer } from '../../server.ts'
import { ACCOUNT, aCall, authorization, fakePlatform, NOW } from '../fakes.ts'

const SENT = newSid('KX')
const SUBSCRIBED = newSid('ZY')
const DATE = 'Tue, 11 Aug 2020 17:44:08 +0000'

type Asked = readonly [what: keyof MessageService, ...unknown[]]

async function aServer(refusal: 'not-active' | 'not-a-client' | 'too-many' | null = null) {
  const fake = await fakePlatform()
  const call = aCall({ status: 'in-progress' })
  fake.calls.put(call)
  const asked: Asked[] = []
  const messages: MessageService = {
    async send(callSid, message) {
      asked.push(['send', message])
      if (refusal !== null) return refusal as 'not-active'
      return { sid: SENT, accountSid: ACCOUNT, callSid, createdAt: NOW }
    },
    subscribe(callSid, wanted) {
      asked.push(['subscribe', wanted])
      return refusal ?? { sid: SUBSCRIBED, accountSid: ACCOUNT, callSid, createdAt: NOW, callback: wanted.callback }
    },
    unsubscribe(callSid, sid) {
      asked.push(['unsubscribe', callSid, sid])
      return sid === SUBSCRIBED
    },
  }
  const app = createRestServer({ ...fake.deps, messages })
  const base = `/2010-04-01/Accounts/${ACCOUNT}/Calls`
  return {
    asked,
    call,
    base,
    async ask(
      method: 'POST' | 'DELETE' | 'GET',
      path: string,
      form?: Record<string, string>,
      callSid: string = call.sid,
    ) {
      const payload = form && new URLSearchParams(form).toString()
      const headers = {
        authorization: authorization(),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      }
      const url = `${base}/${callSid}/${path}.json`
      const response = await app.inject({ method, url, headers, ...(payload !== undefined && { payload }) })
      return { status: response.statusCode, body: response.body === '' ? null : response.json() }
    },
  }
}

test('a message that was sent has a SID, its account, call and date, and no address', async () => {
  const { ask, asked, call } = await aServer()
  const { status, body } = await ask('POST', 'UserDefinedMessages', { Content: '{"a": 1}', IdempotencyKey: '1' })
  assert.deepEqual([status, body], [201, { sid: SENT, account_sid: ACCOUNT, call_sid: call.sid, date_created: DATE }])
  assert.deepEqual(asked, [['send', { content: '{"a": 1}', idempotencyKey: '1' }]])
})

test('a subscription has an address besides, under which it is taken back', async () => {
  const { ask, asked, call, base } = await aServer()
  const callback = 'https://app.example/messages'
  const { status, body } = await ask('POST', 'UserDefinedMessageSubscriptions', { Callback: callback })
  const uri = `${base}/${call.sid}/UserDefinedMessageSubscriptions/${SUBSCRIBED}.json`
  const shown = { sid: SUBSCRIBED, account_sid: ACCOUNT, call_sid: call.sid, date_created: DATE, uri }
  assert.deepEqual([status, body], [201, shown])
  const form = { Callback: callback, Method: 'get', IdempotencyKey: 'k' }
  await ask('POST', 'UserDefinedMessageSubscriptions', form)
  assert.deepEqual(asked, [
    ['subscribe', { callback: { url: callback, method: 'POST' }, idempotencyKey: null }],
    ['subscribe', { callback: { url: callback, method: 'GET' }, idempotencyKey: 'k' }],
  ])
  assert.deepEqual(await ask('DELETE', `UserDefinedMessageSubscriptions/${SUBSCRIBED}`), { status: 204, body: null })
})

const lists = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
const URL_OK = { Callback: 'https://app.example/' }
for (const [what, path, form, status, code] of [
  ['no Content', 'UserDefinedMessages', {}, 400, 32702],
  ['an empty Content', 'UserDefinedMessages', { Content: '' }, 400, 32702],
  ['Content that is no JSON', 'UserDefinedMessages', { Content: 'hello' }, 400, 32702],
  ['10,001 characters', 'UserDefinedMessages', { Content: `"${'x'.repeat(9999)}"` }, 400, 32703],
  ['10,000 characters', 'UserDefinedMessages', { Content: `"${'x'.repeat(9998)}"` }, 201, undefined],
  ['101 levels', 'UserDefinedMessages', { Content: lists(101) }, 400, 32702],
  ['100 levels', 'UserDefinedMessages', { Content: lists(100) }, 201, undefined],
  ['5000 levels', 'UserDefinedMessages', { Content: lists(5000) }, 400, 32702],
  ['a word in JSON', 'UserDefinedMessages', { Content: 'null' }, 201, undefined],
  ['a key of 256 characters', 'UserDefinedMessages', { Content: '1', IdempotencyKey: 'k'.repeat(256) }, 400, 20001],
  ['no Callback', 'UserDefinedMessageSubscriptions', { Method: 'POST' }, 400, 20001],
  ['a Callback that is no URL', 'UserDefinedMessageSubscriptions', { Callback: '/messages' }, 400, 21609],
  ['a host with an underscore', 'UserDefinedMessageSubscriptions', { Callback: 'https://my_app.example/' }, 400, 21609],
  ['another method', 'UserDefinedMessageSubscriptions', { ...URL_OK, Method: 'PUT' }, 400, 21209],
] as readonly (readonly [string, string, Record<string, string>, number, number | undefined])[]) {
  test(`${path} with ${what}: ${code ?? status}`, async () => {
    const { ask } = await aServer()
    const answer = await ask('POST', path, form)
    assert.deepEqual([answer.status, answer.body.code], [status, code])
  })
}

for (const [refusal, code] of [
  ['not-active', 21220],
  ['not-a-client', 21220],
  ['too-many', 20409],
] as const) {
  test(`${refusal} is ${code}`, async () => {
    const { ask } = await aServer(refusal)
    assert.equal((await ask('POST', 'UserDefinedMessageSubscriptions', URL_OK)).body.code, code)
    if (refusal !== 'too-many')
      assert.equal((await ask('POST', 'UserDefinedMessages', { Content: '1' })).body.code, code)
  })
}

test('what is not there is 404: calls, subscriptions, and other methods are 405', async () => {
  const { ask } = await aServer()
  const codes = [
    await ask('POST', 'UserDefinedMessages', { Content: '1' }, newSid('CA')),
    await ask('POST', 'UserDefinedMessageSubscriptions', URL_OK, newSid('CA')),
    await ask('DELETE', `UserDefinedMessageSubscriptions/${newSid('ZY')}`),
    await ask('DELETE', 'UserDefinedMessageSubscriptions/ZY1'),
    await ask('GET', 'UserDefinedMessages'),
    await ask('GET', `UserDefinedMessageSubscriptions/${SUBSCRIBED}`),
  ].map(({ body }) => body.code)
  assert.deepEqual(codes, [20404, 20404, 20404, 20404, 20004, 20004])
})
