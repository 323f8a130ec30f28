import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { RestConfig } from '../deps.ts'
import { createRestServer } from '../server.ts'
import { ACCOUNT, aCall, authorization, type FakePlatform, fakePlatform, ownNumber, STRANGER, TOKEN } from './fakes.ts'

const LIVE = `CA${'1'.repeat(32)}` as ReturnType<typeof aCall>['sid']
const QUEUED = `CA${'2'.repeat(32)}` as typeof LIVE
const OVER = `CA${'3'.repeat(32)}` as typeof LIVE
const APP_WITHOUT_URL = `AP${'1'.repeat(32)}`
const NOBODY = '0'.repeat(32)

const base = `/2010-04-01/Accounts/${ACCOUNT}`
const FORM = 'application/x-www-form-urlencoded'

async function platform(config: Partial<RestConfig> = {}): Promise<FakePlatform & { app: FastifyInstance }> {
  const fake = await fakePlatform(config)
  fake.calls.put(aCall({ sid: LIVE, status: 'in-progress' }))
  fake.calls.put(aCall({ sid: QUEUED, status: 'queued' }))
  fake.calls.put(aCall({ sid: OVER, status: 'completed' }))
  const row = { friendlyName: 'no url', voiceUrl: null, statusCallback: null }
  await fake.store.append([
    {
      kind: 'resource',
      resource: { type: 'application', sid: APP_WITHOUT_URL, accountSid: ACCOUNT, createdAt: 0 as never, row },
    },
  ])
  return { ...fake, app: createRestServer(fake.deps) }
}

type Fields = Record<string, string | undefined>

const encode = (fields: Fields): string =>
  new URLSearchParams(
    Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined),
  ).toString()

function post(path: string, fields: Fields | string): InjectOptions {
  const payload = typeof fields === 'string' ? fields : encode(fields)
  return {
    method: 'POST',
    url: base + path,
    payload,
    headers: { authorization: authorization(), 'content-type': FORM },
  }
}

const get = (path: string): InjectOptions => ({
  method: 'GET',
  url: base + path,
  headers: { authorization: authorization() },
})

/** A create that would be accepted, but for these. */
const create = (fields: Fields): InjectOptions =>
  post('/Calls.json', { To: '+14155550100', From: '+15005550006', Url: 'http://127.0.0.1/voice', ...fields })

const signed = (request: InjectOptions, user: string, password: string): InjectOptions => ({
  ...request,
  headers: { ...request.headers, authorization: authorization(user, password) },
})

const BAD: readonly (readonly [what: string, request: InjectOptions, status: number, code: number])[] = [
  ['no credentials', { method: 'GET', url: `${base}/Calls.json` }, 401, 20003],
  ['a wrong token', signed(get('/Calls.json'), ACCOUNT, 'wrong'), 401, 20003],
  ['an account that does not exist', signed(get('/Calls.json'), `AC${NOBODY}`, TOKEN), 401, 20003],
  ['a key that does not exist', signed(get('/Calls.json'), `SK${NOBODY}`, 'secret'), 401, 20003],
  [
    'credentials that are not Basic',
    { method: 'GET', url: `${base}/Calls.json`, headers: { authorization: 'Bearer x' } },
    401,
    20003,
  ],
  ['no credentials for an unknown path', { method: 'GET', url: `${base}/Nothing.json` }, 401, 20003],
  ["another account's path", { ...get(''), url: `/2010-04-01/Accounts/${STRANGER}/Calls.json` }, 404, 20404],
  ['an account SID that is none', { ...get(''), url: '/2010-04-01/Accounts/AC1/Calls.json' }, 404, 20404],
  ['an unknown resource', get('/Nothing.json'), 404, 20404],
  ['an unknown subresource of a call', get(`/Calls/${LIVE}/Streams.json`), 404, 20404],
  ['a path outside every API', { method: 'GET', url: '/nothing' }, 404, 20404],
  ['an unknown call', get(`/Calls/CA${NOBODY}.json`), 404, 20404],
  ['a call SID that is none', get('/Calls/CA1.json'), 404, 20404],
  ['events of an unknown call', get(`/Calls/CA${NOBODY}/Events.json`), 404, 20404],
  ['a method the list does not know', { ...post('/Calls.json', {}), method: 'PUT' }, 405, 20004],
  ['deleting an account', { ...get('.json'), method: 'DELETE' }, 405, 20004],
  ['writing to Call Events', post(`/Calls/${LIVE}/Events.json`, {}), 405, 20004],
  [
    'a JSON body',
    { ...post('/Calls.json', '{}'), headers: { authorization: authorization(), 'content-type': 'application/json' } },
    415,
    20415,
  ],
  [
    'a multipart body',
    {
      ...post('/Calls.json', 'x'),
      headers: { authorization: authorization(), 'content-type': 'multipart/form-data; boundary=x' },
    },
    415,
    20415,
  ],
  ['a body over 256 KiB', post('/Calls.json', `To=${'1'.repeat(256 * 1024)}`), 413, 20413],
  ['more than 1000 parameters', post('/Calls.json', 'a=1&'.repeat(1001)), 400, 20400],
  ['a NUL in a parameter', post('/Calls.json', 'To=%00'), 400, 20400],
  ['a NUL in the query', get('/Calls.json?To=%00'), 400, 20400],
  ['a path that cannot be decoded', get('/Calls/%E0%A4%A.json'), 400, 20400],
  ['a path part over 200 characters', get(`/Calls/${'C'.repeat(300)}.json`), 404, 20404],

  ['no To', create({ To: undefined }), 400, 21201],
  ['an empty To', create({ To: '' }), 400, 21201],
  ['a To that is no number', create({ To: 'hello' }), 400, 21211],
  ['a To that is too short', create({ To: '+123' }), 400, 21211],
  ['a client without a name', create({ To: 'client:' }), 400, 21211],
  ['a SIP address without a host', create({ To: 'sip:bob@' }), 400, 21211],
  ['SIP headers over 1023 characters', create({ To: `sip:bob@example.com?X-A=${'a'.repeat(1100)}` }), 400, 21227],
  ['a SIP header with a bad name', create({ To: 'sip:bob@example.com?X_A!=1' }), 400, 21228],
  ['a SIP header with a line end', create({ To: 'sip:bob@example.com?X-A=1%0d%0aVia' }), 400, 21229],
  ['the test number that is invalid', create({ To: '+15005550001' }), 400, 21217],
  ['the test number that cannot be reached', create({ To: '+15005550002' }), 400, 21214],
  ['the test number that may not be called', create({ To: '+15005550003' }), 400, 21215],
  ['the test number that is blocked', create({ To: '+15005550004' }), 400, 21216],
  ['no From', create({ From: undefined }), 400, 21213],
  ['a From that is no number', create({ From: 'Bob' }), 400, 21212],
  ['a client calling a number', create({ From: 'client:bob' }), 400, 21212],
  ['the test number that is no From', create({ From: '+15005550001' }), 400, 21212],
  ['no document', create({ Url: undefined }), 400, 21205],
  ['a relative Url', create({ Url: '/voice' }), 400, 21205],
  ['a Url of another scheme', create({ Url: 'ftp://example.com/' }), 400, 21205],
  ['a Url with a space', create({ Url: 'http://example.com/a b' }), 400, 21205],
  ['a Url over 4000 characters', create({ Url: `http://example.com/${'a'.repeat(4000)}` }), 400, 21205],
  ['a bad FallbackUrl', create({ FallbackUrl: 'nowhere' }), 400, 21205],
  ['a Twiml over 4000 characters', create({ Url: undefined, Twiml: 'x'.repeat(4001) }), 400, 32018],
  ['an application SID that is none', create({ ApplicationSid: 'AP1' }), 400, 21218],
  ['an application that does not exist', create({ ApplicationSid: `AP${NOBODY}` }), 400, 21218],
  ['an application without a URL', create({ ApplicationSid: APP_WITHOUT_URL }), 400, 21205],
  ['a Method that is neither GET nor POST', create({ Method: 'PUT' }), 400, 21209],
  ['a bad FallbackMethod', create({ FallbackMethod: 'HEAD' }), 400, 21209],
  ['a bad StatusCallbackMethod', create({ StatusCallbackMethod: 'DELETE' }), 400, 21209],
  ['a StatusCallback that is no URL', create({ StatusCallback: 'localhost:3000/status' }), 400, 21609],
  ['a StatusCallback host with an underscore', create({ StatusCallback: 'http://my_app/status' }), 400, 21609],
  ['SendDigits with letters', create({ SendDigits: '12xyz' }), 400, 21206],
  ['SendDigits over 32 keys', create({ SendDigits: '1'.repeat(33) }), 400, 21206],
  ['a Timeout of words', create({ Timeout: 'soon' }), 400, 21208],
  ['a Timeout over ten minutes', create({ Timeout: '601' }), 400, 21208],
  ['a negative Timeout', create({ Timeout: '-1' }), 400, 21208],
  ['a TimeLimit of zero', create({ TimeLimit: '0' }), 400, 20001],
  ['a Record that is no truth value', create({ Record: 'maybe' }), 400, 20001],
  ['three recording channels', create({ RecordingChannels: 'three' }), 400, 20001],
  ['an unknown Trim', create({ Trim: 'all' }), 400, 20001],
  ['a bad RecordingStatusCallback', create({ RecordingStatusCallback: 'x' }), 400, 21609],
  [
    'a SIP user name over 255 characters',
    create({ SipAuthUsername: 'u'.repeat(256), SipAuthPassword: 'p' }),
    400,
    21221,
  ],
  ['a SIP user name with a quote', create({ SipAuthUsername: 'a"b', SipAuthPassword: 'p' }), 400, 21222],
  [
    'a SIP password over 255 characters',
    create({ SipAuthUsername: 'u', SipAuthPassword: 'p'.repeat(256) }),
    400,
    21223,
  ],
  ['a SIP password with a quote', create({ SipAuthUsername: 'u', SipAuthPassword: 'a"b' }), 400, 21224],
  ['a SIP user name alone', create({ SipAuthUsername: 'u' }), 400, 21225],
  ['an unknown MachineDetection', create({ MachineDetection: 'Maybe' }), 400, 21234],
  [
    'a MachineDetectionTimeout over a minute',
    create({ MachineDetection: 'Enable', MachineDetectionTimeout: '61' }),
    400,
    21234,
  ],
  ['a trunk SID that is none', create({ Byoc: 'TK1' }), 400, 20001],

  ['an unknown Status on update', post(`/Calls/${LIVE}.json`, { Status: 'paused' }), 400, 20001],
  ['a bad Url on update', post(`/Calls/${LIVE}.json`, { Url: 'x' }), 400, 21205],
  ['a bad Method on update', post(`/Calls/${LIVE}.json`, { Url: 'http://example.com/', Method: 'PUT' }), 400, 21209],
  ['redirecting a queued call', post(`/Calls/${QUEUED}.json`, { Url: 'http://example.com/' }), 400, 21220],
  ['redirecting a finished call', post(`/Calls/${OVER}.json`, { Twiml: '<Response/>' }), 400, 21220],
  ['updating an unknown call', post(`/Calls/CA${NOBODY}.json`, { Status: 'completed' }), 404, 20404],
  ['deleting a live call', { ...get(`/Calls/${LIVE}.json`), method: 'DELETE' }, 409, 20009],

  ['a page of 1001', get('/Calls.json?PageSize=1001'), 400, 20007],
  ['a page of none', get('/Calls.json?PageSize=0'), 400, 20001],
  ['a page number of words', get('/Calls.json?Page=two'), 400, 20001],
  ['a page token of another kind', get('/Calls.json?PageToken=PAXX'), 400, 21481],
  ['a page token for events that is none', get(`/Calls/${LIVE}/Events.json?PageToken=PAVW1`), 400, 21481],
  ['a page token of a key that is gone', get(`/Applications.json?PageToken=PAAP${NOBODY}`), 400, 21481],
  ['a status that does not exist as filter', get('/Calls.json?Status=asleep'), 400, 20001],
  ['a date that is none as filter', get('/Calls.json?StartTime%3E=yesterday'), 400, 20001],
  ['a log level that does not exist', get('/Notifications.json?Log=7'), 400, 20001],
  ['an unknown notification', get(`/Notifications/NO${NOBODY}.json`), 404, 20404],

  ['a number without PhoneNumber or AreaCode', post('/IncomingPhoneNumbers.json', {}), 400, 21421],
  ['a PhoneNumber that is none', post('/IncomingPhoneNumbers.json', { PhoneNumber: '12' }), 400, 21421],
  [
    'the test number that is invalid to buy',
    post('/IncomingPhoneNumbers.json', { PhoneNumber: '+15005550001' }),
    400,
    21421,
  ],
  ['the test number that is taken', post('/IncomingPhoneNumbers.json', { PhoneNumber: '+15005550000' }), 400, 21422],
  ['a number that somebody has', post('/IncomingPhoneNumbers.json', { PhoneNumber: '+15005550006' }), 400, 21422],
  ['the area code that is empty', post('/IncomingPhoneNumbers.json', { AreaCode: '533' }), 400, 21452],
  ['an area code for /Local', post('/IncomingPhoneNumbers/Local.json', { AreaCode: '415' }), 400, 21421],
  ['a bad VoiceUrl', post('/IncomingPhoneNumbers.json', { AreaCode: '415', VoiceUrl: 'x' }), 400, 21402],
  ['a bad VoiceMethod', post('/IncomingPhoneNumbers.json', { AreaCode: '415', VoiceMethod: 'x' }), 400, 21403],
  [
    'a fallback without a main URL',
    post('/IncomingPhoneNumbers.json', { AreaCode: '415', VoiceFallbackUrl: 'http://example.com/' }),
    400,
    21405,
  ],
  [
    'a VoiceApplicationSid of nobody',
    post('/IncomingPhoneNumbers.json', { AreaCode: '415', VoiceApplicationSid: `AP${NOBODY}` }),
    400,
    21420,
  ],
  ['add-ons that are not JSON', post('/IncomingPhoneNumbers.json', { AreaCode: '415', AddOns: '{' }), 400, 20001],
  ['a friendly name over 64 characters', post('/Applications.json', { FriendlyName: 'x'.repeat(65) }), 400, 20001],
  ['a bad URL of an application', post('/Applications.json', { VoiceUrl: 'x' }), 400, 21402],
  ['an unknown application', get(`/Applications/AP${NOBODY}.json`), 404, 20404],
  ['an unknown key', get(`/Keys/SK${NOBODY}.json`), 404, 20404],
]

for (const [what, request, status, code] of BAD) {
  test(`${what}: ${status}, ${code}`, async () => {
    const { app } = await platform()
    const response = await app.inject(request)
    const body = response.json() as Record<string, unknown>
    assert.equal(response.statusCode, status, response.body)
    assert.equal(response.headers['content-type'], 'application/json')
    assert.deepEqual(
      Object.keys(body),
      status === 401
        ? ['code', 'detail', 'message', 'more_info', 'status']
        : ['code', 'message', 'more_info', 'status'],
    )
    assert.equal(body.code, code, response.body)
    assert.equal(body.status, status)
    assert.equal(body.more_info, `https://www.twilio.com/docs/errors/${code}`)
    assert.doesNotMatch(response.body, /\{(name|value|why)\}|\.ts:|undefined/)
  })
}

test('a 401 says how to authenticate, a 405 what is allowed, a 404 what was not found', async () => {
  const { app } = await platform()
  const unauthorized = await app.inject({ method: 'GET', url: `${base}/Calls.json` })
  assert.match(String(unauthorized.headers['www-authenticate']), /^Basic realm=/)
  assert.equal(unauthorized.json().detail, 'Your AccountSid or AuthToken was incorrect.')
  const notAllowed = await app.inject({ ...post('/Calls.json', ''), method: 'PUT' })
  assert.equal(notAllowed.headers.allow, 'GET, POST')
  const notFound = await app.inject(get(`/Calls/CA${NOBODY}.json?x=1`))
  assert.equal(notFound.json().message, `The requested resource ${base}/Calls/CA${NOBODY}.json was not found`)
})

test('with callerId=owned a From or CallerId of nobody is refused with 21210, an own one accepted', async () => {
  const { app, store } = await platform({ callerId: 'owned' })
  for (const fields of [{ From: '+14155550199' }, { CallerId: '+14155550199' }]) {
    const response = await app.inject(create(fields))
    assert.equal(response.json().code, 21210)
    assert.match(response.json().message, /\+14155550199/)
  }
  const accepted = await app.inject(create({ CallerId: '(500) 555-0006' }))
  assert.equal(accepted.statusCode, 201)
  assert.equal(accepted.json().phone_number_sid, (await ownNumber(store)).sid)
})

test('a suspended account is refused with 403, 20005', async () => {
  const { app, store } = await platform()
  const account = await store.resource('account', ACCOUNT)
  await store.append([
    { kind: 'resource', resource: { ...account!, row: { ...(account!.row as object), status: 'suspended' } } },
  ])
  const response = await app.inject(get('/Calls.json'))
  assert.equal(response.statusCode, 403)
  assert.equal(response.json().code, 20005)
})

test('our own failure is a 500 without its reason', async () => {
  const { app, calls } = await platform()
  calls.find = async () => {
    throw new Error('the disk is on fire')
  }
  const response = await app.inject(get(`/Calls/${LIVE}.json`))
  assert.equal(response.statusCode, 500)
  assert.equal(response.json().code, 20500)
  assert.doesNotMatch(response.body, /disk/)
})
