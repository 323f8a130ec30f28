// Recordings through the reference's own client, over a socket; and what is refused.
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import twilio from 'twilio'
import type { ConferenceSid, Instant, RecordingSid } from '../../../lib/ids.ts'
import { createRestServer } from '../../server.ts'
import { ACCOUNT, aCall, authorization, fakePlatform, NOW, STRANGER, TOKEN } from '../fakes.ts'
import { aRecording, over } from './fakes.ts'

const CALL = `CA${'1'.repeat(32)}` as ReturnType<typeof aCall>['sid']
const OTHER_CALL = `CA${'2'.repeat(32)}` as typeof CALL
const ENDED_CALL = `CA${'3'.repeat(32)}` as typeof CALL
const BUSY_CALL = `CA${'4'.repeat(32)}` as typeof CALL
const CONFERENCE = `CF${'1'.repeat(32)}` as ConferenceSid
const recordingSid = (digit: string) => `RE${digit.repeat(32)}` as RecordingSid
const base = `/2010-04-01/Accounts/${ACCOUNT}`

async function platform() {
  const fake = await fakePlatform()
  for (const [sid, status] of [
    [CALL, 'in-progress'],
    [OTHER_CALL, 'in-progress'],
    [BUSY_CALL, 'in-progress'],
    [ENDED_CALL, 'completed'],
  ] as const)
    fake.calls.put(aCall({ sid, status }))
  return { ...fake, app: createRestServer(fake.deps) }
}

/** The same, listening, and a client for it. */
async function listening(t: TestContext) {
  const fake = await platform()
  await fake.app.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => fake.app.close())
  const { port } = fake.app.server.address() as AddressInfo
  const client = twilio(ACCOUNT, TOKEN)
  client.api.baseUrl = `http://127.0.0.1:${port}`
  return { ...fake, client, address: `http://127.0.0.1:${port}` }
}

const refusal = (code: number, status: number) => (error: { code?: number; status?: number }) =>
  error.code === code && error.status === status
const sidsOf = (recordings: readonly { readonly sid: string }[]) => recordings.map(({ sid }) => sid)
const at = (ms: number) => (NOW + ms) as Instant

test('a recording of a call is started, and shown with every field', async (t) => {
  const { client, app } = await listening(t)
  const made = await client.calls(CALL).recordings.create()
  const response = await app.inject({
    url: `${base}/Calls/${CALL}/Recordings/${made.sid}.json`,
    headers: { authorization: authorization() },
  })
  assert.deepEqual(response.json(), {
    account_sid: ACCOUNT,
    api_version: '2010-04-01',
    call_sid: CALL,
    conference_sid: null,
    channels: 1,
    date_created: 'Tue, 11 Aug 2020 17:44:08 +0000',
    date_updated: 'Tue, 11 Aug 2020 17:44:08 +0000',
    start_time: 'Tue, 11 Aug 2020 17:44:08 +0000',
    price: null,
    price_unit: null,
    duration: null,
    sid: made.sid,
    source: 'StartCallRecordingAPI',
    status: 'in-progress',
    error_code: null,
    encryption_details: null,
    track: 'both',
    uri: `${base}/Calls/${CALL}/Recordings/${made.sid}.json`,
  })
})

test('as a resource of the account it has an address of its audio and no track', async (t) => {
  const { app, recordings } = await platform()
  t.after(() => app.close())
  recordings.put(over({ sid: recordingSid('1'), accountSid: ACCOUNT, callSid: CALL, channels: 2 }))
  const path = `${base}/Recordings/${recordingSid('1')}`
  const headers = { authorization: authorization(), host: 'ringback.test:2010' }
  const view = (await app.inject({ url: `${path}.json`, headers })).json()
  assert.equal('track' in view, false)
  assert.equal(view.channels, 2)
  assert.equal(view.status, 'completed')
  assert.equal(view.duration, '4')
  assert.equal(view.price_unit, 'USD')
  assert.equal(view.uri, `${path}.json`)
  assert.equal(view.media_url, `http://ringback.test:2010${path}`)
  assert.deepEqual(view.subresource_uris, {
    add_on_results: `${path}/AddOnResults.json`,
    transcriptions: `${path}/Transcriptions.json`,
  })
})

test('every parameter of a create reaches the engine, with defaults where nothing was said', async (t) => {
  const { client, recordings } = await listening(t)
  await client.calls(CALL).recordings.create()
  await client.calls(OTHER_CALL).recordings.create({
    recordingStatusCallback: 'https://app.example.com/recording',
    recordingStatusCallbackMethod: 'GET',
    recordingStatusCallbackEvent: ['in-progress', 'absent'],
    trim: 'trim-silence',
    recordingChannels: 'dual',
    recordingTrack: 'both',
  })
  await client.calls(BUSY_CALL).recordings.create({ recordingChannels: 'dual', recordingTrack: 'inbound' })
  assert.deepEqual(recordings.started, [
    { channels: 1, track: 'both', trim: 'do-not-trim', callback: null },
    {
      channels: 2,
      track: 'both',
      trim: 'trim-silence',
      callback: {
        url: 'https://app.example.com/recording',
        method: 'GET',
        events: ['in-progress', 'absent'],
      },
    },
    { channels: 1, track: 'inbound', trim: 'do-not-trim', callback: null },
  ])
})

test('a second create while the first runs makes no second recording', async (t) => {
  const { client } = await listening(t)
  const { recordings } = client.calls(CALL)
  assert.equal((await recordings.create()).sid, (await recordings.create()).sid)
  assert.equal((await recordings.list()).length, 1)
})

test('an event that does not exist is left out, with a warning in the story of the call', async (t) => {
  const { client, recordings, store } = await listening(t)
  const events = ['completed', 'failed']
  const url = 'https://app.example.com/recording?token=secret'
  await client.calls(CALL).recordings.create({ recordingStatusCallback: url, recordingStatusCallbackEvent: events })
  assert.deepEqual(recordings.started[0]?.callback?.events, ['completed'])
  const [fact] = store.facts
  assert.equal(fact?.callSid, CALL)
  assert.ok(fact.body.fact === 'alert')
  assert.equal(fact.body.alert.code, 21626)
  assert.ok(!JSON.stringify(fact).includes('secret'))
})

test('a recording is paused, goes on and is stopped, by its SID or as the one that runs', async (t) => {
  const { client, recordings } = await listening(t)
  const { sid } = await client.calls(CALL).recordings.create()
  const named = client.calls(CALL).recordings(sid)
  const current = client.calls(CALL).recordings('Twilio.CURRENT')
  assert.equal((await named.update({ status: 'paused', pauseBehavior: 'skip' })).status, 'paused')
  assert.equal((await current.update({ status: 'in-progress' })).sid, sid)
  assert.equal((await current.fetch()).status, 'in-progress')
  assert.equal((await current.update({ status: 'stopped' })).status, 'stopped')
  assert.deepEqual(recordings.changes, [
    { status: 'paused', pauseBehavior: 'skip' },
    { status: 'in-progress', pauseBehavior: 'silence' },
    { status: 'stopped', pauseBehavior: 'silence' },
  ])
})

test("a call's list has its recordings only, newest first, without deleted ones", async (t) => {
  const { client, recordings } = await listening(t)
  const of = { accountSid: ACCOUNT, callSid: CALL }
  recordings.put(over({ ...of, sid: recordingSid('1') }))
  recordings.put(over({ ...of, sid: recordingSid('2'), createdAt: at(86_400_000) }))
  recordings.put(over({ ...of, sid: recordingSid('3'), deletedAt: at(5000) }))
  recordings.put(over({ ...of, sid: recordingSid('4'), callSid: OTHER_CALL }))
  const { recordings: ofCall } = client.calls(CALL)
  assert.deepEqual(sidsOf(await ofCall.list()), ['2', '1'].map(recordingSid))
  assert.deepEqual(sidsOf(await ofCall.list({ dateCreated: new Date(NOW) })), [recordingSid('1')])
  assert.deepEqual(sidsOf(await ofCall.list({ dateCreatedAfter: new Date(at(86_400_000)) })), [recordingSid('2')])
  assert.deepEqual(sidsOf(await ofCall.list({ dateCreatedBefore: new Date(NOW) })), [recordingSid('1')])
  await assert.rejects(ofCall(recordingSid('3')).fetch(), refusal(20404, 404))
  await assert.rejects(ofCall(recordingSid('4')).fetch(), refusal(20404, 404))
})

test("the account's list is narrowed by date, call, conference and deletion", async (t) => {
  const { client, recordings } = await listening(t)
  const of = { accountSid: ACCOUNT, callSid: CALL }
  recordings.put(over({ ...of, sid: recordingSid('1') }))
  recordings.put(over({ ...of, sid: recordingSid('2'), createdAt: at(60_000), callSid: OTHER_CALL }))
  recordings.put(over({ ...of, sid: recordingSid('3'), createdAt: at(120_000), deletedAt: at(130_000) }))
  recordings.put(over({ ...of, sid: recordingSid('4'), createdAt: at(180_000), conferenceSid: CONFERENCE }))
  recordings.put(over({ ...of, sid: recordingSid('5'), accountSid: STRANGER }))
  for (const [filter, found] of [
    [{}, ['4', '2', '1']],
    [{ includeSoftDeleted: true }, ['4', '3', '2', '1']],
    [{ callSid: OTHER_CALL }, ['2']],
    [{ conferenceSid: CONFERENCE }, ['4']],
    [{ dateCreated: new Date(NOW) }, ['4', '2', '1']],
    [{ dateCreatedAfter: new Date(at(60_000)) }, ['4', '2']],
    [{ dateCreatedBefore: new Date(at(60_000)), includeSoftDeleted: true }, ['2', '1']],
    [{ dateCreatedAfter: new Date(at(60_000)), dateCreatedBefore: new Date(at(130_000)) }, ['2']],
  ] as const)
    assert.deepEqual(sidsOf(await client.recordings.list(filter)), found.map(recordingSid), JSON.stringify(filter))
})

test('a list is read page by page, and goes on behind recordings deleted on the way', async (t) => {
  const { client, recordings } = await listening(t)
  for (let n = 0; n < 7; n++)
    recordings.put(over({ sid: recordingSid(String(n)), accountSid: ACCOUNT, callSid: CALL, createdAt: at(n) }))
  const first = await client.recordings.page({ pageSize: 3 })
  assert.deepEqual(sidsOf(first.instances), ['6', '5', '4'].map(recordingSid))
  for (const { sid } of first.instances) assert.equal(await client.recordings(sid).remove(), true)
  const second = await first.nextPage()
  assert.deepEqual(sidsOf(second?.instances ?? []), ['3', '2', '1'].map(recordingSid))
  const back = await second?.previousPage()
  assert.deepEqual(sidsOf(back?.instances ?? []), [], 'all before it were deleted')
  assert.equal((await client.recordings.list({ includeSoftDeleted: true, pageSize: 2 })).length, 7)
})

test('a deleted recording is gone, but for those who ask for deleted ones', async (t) => {
  const { client, recordings } = await listening(t)
  for (const digit of ['1', '2']) recordings.put(over({ sid: recordingSid(digit), accountSid: ACCOUNT, callSid: CALL }))
  const one = client.recordings(recordingSid('1'))
  assert.equal(await one.remove(), true)
  assert.equal(await client.calls(CALL).recordings(recordingSid('2')).remove(), true)
  await assert.rejects(one.fetch(), refusal(20404, 404))
  await assert.rejects(one.remove(), refusal(20404, 404))
  await assert.rejects(
    client.calls(CALL).recordings(recordingSid('1')).update({ status: 'stopped' }),
    refusal(20404, 404),
  )
  const kept = await one.fetch({ includeSoftDeleted: true })
  assert.equal(kept.status, 'deleted')
  assert.equal(kept.duration, '4')
})

test('without recordings the platform has no such resources', async (t) => {
  const { deps } = await fakePlatform()
  const { recordings: _, ...others } = deps
  const app = createRestServer(others)
  t.after(() => app.close())
  for (const path of [
    '/Recordings.json',
    `/Recordings/${recordingSid('1')}.json`,
    `/Recordings/${recordingSid('1')}`,
  ]) {
    const response = await app.inject({ url: base + path, headers: { authorization: authorization() } })
    assert.equal(response.json().code, 20404)
  }
})

const RUNNING = recordingSid('a')
const COMPLETED = recordingSid('b')
const DELETED = recordingSid('c')
const STRANGERS = recordingSid('d')
const NOBODYS = recordingSid('0')

type Method = 'GET' | 'POST' | 'DELETE' | 'PUT'
const asked = (method: Method, path: string, form: string | null = null): InjectOptions => ({
  method,
  url: path.startsWith('/2010') ? path : base + path,
  headers: {
    authorization: authorization(),
    ...(form === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
  },
  ...(form === null ? {} : { payload: form }),
})
const create = (form: string, call: string = CALL) => asked('POST', `/Calls/${call}/Recordings.json`, form)
const update = (sid: string, form: string, call: string = CALL) =>
  asked('POST', `/Calls/${call}/Recordings/${sid}.json`, form)

const BAD: readonly (readonly [what: string, request: InjectOptions, status: number, code: number])[] = [
  ['recording a call that has ended', create('', ENDED_CALL), 400, 21220],
  ['recording an unknown call', create('', `CA${'0'.repeat(32)}`), 404, 20404],
  ['a callback without a scheme', create('RecordingStatusCallback=app.example.com'), 400, 21609],
  ['a callback method that is none', create('RecordingStatusCallbackMethod=PUT'), 400, 21209],
  ['channels that are none', create('RecordingChannels=stereo'), 400, 20001],
  ['channels as a number', create('RecordingChannels=2'), 400, 20001],
  ['a track that is none', create('RecordingTrack=outbound_track'), 400, 20001],
  ['a trim that is none', create('Trim=true'), 400, 20001],

  ['an update without a status', update(RUNNING, 'PauseBehavior=skip'), 400, 20001],
  ['an update to a status that cannot be asked for', update(RUNNING, 'Status=completed'), 400, 20001],
  ['a pause behaviour that is none', update(RUNNING, 'Status=paused&PauseBehavior=mute'), 400, 20001],
  ['an update to the status it has', update(RUNNING, 'Status=in-progress'), 400, 21220],
  ['an update of one that is over', update(COMPLETED, 'Status=stopped'), 400, 21220],
  ['an update of an unknown one', update(NOBODYS, 'Status=stopped'), 404, 20404],
  ['an update of a deleted one', update(DELETED, 'Status=stopped'), 404, 20404],
  ["an update of another account's", update(STRANGERS, 'Status=stopped'), 404, 20404],
  ['an update under another call', update(RUNNING, 'Status=stopped', OTHER_CALL), 404, 20404],
  ['an update of the current one where none runs', update('Twilio.CURRENT', 'Status=stopped', OTHER_CALL), 404, 20404],
  ['an update of the current one where two run', update('Twilio.CURRENT', 'Status=stopped', BUSY_CALL), 400, 16108],
  ['the current one where two run', asked('GET', `/Calls/${BUSY_CALL}/Recordings/Twilio.CURRENT.json`), 404, 20404],

  ['a SID that is none', asked('GET', '/Recordings/RE1.json'), 404, 20404],
  ['a suffix that does not exist', asked('GET', `/Recordings/${COMPLETED}.xml`), 404, 20404],
  ['audio with the suffix of the resource behind it', asked('GET', `/Recordings/${COMPLETED}.wav.json`), 404, 20404],
  ['an unknown recording', asked('GET', `/Recordings/${NOBODYS}.json`), 404, 20404],
  ['a deleted recording', asked('GET', `/Recordings/${DELETED}.json`), 404, 20404],
  ["another account's recording", asked('GET', `/Recordings/${STRANGERS}.json`), 404, 20404],
  ["another account's list", asked('GET', `/2010-04-01/Accounts/${STRANGER}/Recordings.json`), 404, 20404],
  ['IncludeSoftDeleted that is neither', asked('GET', '/Recordings.json?IncludeSoftDeleted=1'), 400, 20001],
  [
    'IncludeSoftDeleted that is neither, on one',
    asked('GET', `/Recordings/${DELETED}.json?IncludeSoftDeleted=yes`),
    400,
    20001,
  ],
  ['a date that is none', asked('GET', '/Recordings.json?DateCreated=yesterday'), 400, 20001],
  [
    "a date that is none, in a call's list",
    asked('GET', `/Calls/${CALL}/Recordings.json?DateCreated%3E=x`),
    400,
    20001,
  ],
  ['a page too large', asked('GET', '/Recordings.json?PageSize=1001'), 400, 20007],
  ["a page token of another list's", asked('GET', `/Recordings.json?PageToken=PA${CALL}`), 400, 21481],
  ['the list of an unknown call', asked('GET', `/Calls/CA${'0'.repeat(32)}/Recordings.json`), 404, 20404],

  ['deleting one that runs', asked('DELETE', `/Recordings/${RUNNING}.json`), 409, 20009],
  ['deleting one that runs, under its call', asked('DELETE', `/Calls/${CALL}/Recordings/${RUNNING}.json`), 409, 20009],
  ['deleting a deleted one', asked('DELETE', `/Recordings/${DELETED}.json`), 404, 20404],
  ['deleting one under another call', asked('DELETE', `/Calls/${OTHER_CALL}/Recordings/${COMPLETED}.json`), 404, 20404],
  ["deleting another account's", asked('DELETE', `/Recordings/${STRANGERS}.json`), 404, 20404],
  ['creating without a call', asked('POST', '/Recordings.json', ''), 405, 20004],
  ['changing without a call', asked('POST', `/Recordings/${RUNNING}.json`, 'Status=stopped'), 405, 20004],
  ['deleting a list', asked('DELETE', `/Calls/${CALL}/Recordings.json`), 405, 20004],
]

for (const [what, request, status, code] of BAD)
  test(`${what} is refused: ${status}, ${code}`, async (t) => {
    const { app, recordings } = await platform()
    t.after(() => app.close())
    const of = { accountSid: ACCOUNT, callSid: CALL }
    recordings.put(aRecording({ ...of, sid: RUNNING, source: 'OutboundAPI' }))
    recordings.put(over({ ...of, sid: COMPLETED }))
    recordings.put(over({ ...of, sid: DELETED, deletedAt: at(5000) }))
    recordings.put(over({ ...of, sid: STRANGERS, accountSid: STRANGER }))
    for (const source of ['OutboundAPI', 'StartCallRecordingTwiML'] as const)
      recordings.put(aRecording({ ...of, callSid: BUSY_CALL, source }))
    const before = [...recordings.records.values()]
    const response = await app.inject(request)
    assert.deepEqual([response.statusCode, response.json().code], [status, code], response.body)
    assert.deepEqual([...recordings.records.values()], before, 'nothing has changed')
  })
