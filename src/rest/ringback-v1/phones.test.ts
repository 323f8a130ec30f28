import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCOUNT, aPlatform, CALL, OTHER_ACCOUNT } from './test-platform.ts'

const NUMBER = '/Phones/+15551230001'

test('a phone is configured, read, listed and deleted', async () => {
  const { ask, journal, network } = aPlatform()
  const body = {
    answer: { afterMs: 500 },
    script: [{ hear: 'press 1', withinMs: 5000 }, { press: '1#' }, { hangup: true }],
  }
  const put = await ask('PUT', NUMBER, body)
  assert.equal(put.statusCode, 200)
  const view = {
    number: '+15551230001',
    greeting: null,
    machine: null,
    fax: false,
    keys: 'out-of-band',
    voice: null,
    ...body,
    createdAt: '2030-01-01T00:00:00.000Z',
    updatedAt: '2030-01-01T00:00:00.000Z',
  }
  assert.deepEqual(put.json(), view)
  assert.deepEqual((await ask('GET', '/Phones/%2B15551230001')).json(), view)
  assert.deepEqual((await ask('GET', '/Phones')).json(), { phones: [view], nextPageToken: null })
  assert.deepEqual(network.book.phoneAt(ACCOUNT, '+15551230001').answer, { afterMs: 500 })
  assert.equal((await ask('DELETE', NUMBER)).statusCode, 204)
  assert.equal((await ask('GET', NUMBER)).statusCode, 404)
  assert.deepEqual(network.book.phoneAt(ACCOUNT, '+15551230001').answer, { afterMs: 2000 })
  assert.deepEqual(
    journal.writes.map((write) => [
      write.kind,
      'resource' in write ? write.resource.sid : 'sid' in write ? write.sid : null,
    ]),
    [
      ['resource', `${ACCOUNT}/+15551230001`],
      ['delete-resource', `${ACCOUNT}/+15551230001`],
    ],
  )
})

test('configuring a phone again replaces it and keeps when it was made', async () => {
  const { ask, clock } = aPlatform()
  await ask('PUT', NUMBER, { answer: 'busy', script: [{ say: 'hello' }] })
  await clock.advance(1000)
  const again = (await ask('PUT', NUMBER, { machine: { greeting: 'Hi' } })).json()
  assert.deepEqual(again, {
    number: '+15551230001',
    answer: { afterMs: 2000 },
    greeting: null,
    machine: { greeting: 'Hi', beep: true },
    fax: false,
    keys: 'out-of-band',
    voice: null,
    script: [],
    createdAt: '2030-01-01T00:00:00.000Z',
    updatedAt: '2030-01-01T00:00:01.000Z',
  })
})

test('phones of one account are not seen by another', async () => {
  const { ask } = aPlatform()
  await ask('PUT', NUMBER, { answer: 'busy' })
  const other = { account: OTHER_ACCOUNT }
  assert.equal((await ask('GET', NUMBER, undefined, other)).statusCode, 404)
  assert.deepEqual((await ask('GET', '/Phones', undefined, other)).json().phones, [])
  assert.equal((await ask('DELETE', NUMBER, undefined, other)).statusCode, 404)
})

test('phones are listed in pages', async () => {
  const { ask } = aPlatform()
  for (const last of [3, 1, 2]) await ask('PUT', `/Phones/+1555123000${last}`, {})
  const first = (await ask('GET', '/Phones?pageSize=2')).json()
  assert.deepEqual(
    first.phones.map(({ number }: { number: string }) => number),
    ['+15551230001', '+15551230002'],
  )
  const second = (await ask('GET', `/Phones?pageSize=2&pageToken=${encodeURIComponent(first.nextPageToken)}`)).json()
  assert.deepEqual(
    second.phones.map(({ number }: { number: string }) => number),
    ['+15551230003'],
  )
  assert.equal(second.nextPageToken, null)
})

test('client and SIP addresses can be configured too', async () => {
  const { ask } = aPlatform()
  for (const address of ['client:alice', 'sip:bob@example.com']) {
    assert.equal((await ask('PUT', `/Phones/${encodeURIComponent(address)}`, {})).json().number, address)
  }
})

test('a message is any JSON value, and is shown as it was set', async () => {
  const { ask } = aPlatform()
  const script = [{ message: { typed: [1, '2', true, null] } }, { message: null }, { message: 0 }, { message: '' }]
  const path = `/Phones/${encodeURIComponent('client:alice')}`
  assert.deepEqual((await ask('PUT', path, { script })).json().script, script)
  assert.deepEqual((await ask('GET', path)).json().script, script)
})

for (const [name, path, body, sentence] of [
  [
    'a number that is none',
    '/Phones/15551230001',
    {},
    "Parameter number is not valid: '15551230001', expected a number such as +15551230001, or a client: or sip: address",
  ],
  [
    'an answer nobody gives',
    NUMBER,
    { answer: 'maybe' },
    `Parameter answer is not valid: 'maybe', expected {"afterMs": n}, busy, no-answer, reject or unreachable`,
  ],
  [
    'an answer before the call',
    NUMBER,
    { answer: { afterMs: -1 } },
    "Parameter answer.afterMs is not valid: '-1', expected at least 0",
  ],
  ['an answer without its time', NUMBER, { answer: {} }, 'Parameter answer.afterMs is required'],
  [
    'a misspelt member',
    NUMBER,
    { scripts: [] },
    "Parameter scripts is not valid: '[]', expected no parameter of this name",
  ],
  [
    'a misspelt step',
    NUMBER,
    { script: [{ press: '1' }, { hangUp: true }] },
    "Parameter script[1].hangUp is not valid: 'true', expected no parameter of this name",
  ],
  [
    'a wait of more than a day',
    NUMBER,
    { script: [{ waitMs: 86_400_001 }] },
    "Parameter script[0].waitMs is not valid: '86400001', expected at most 86400000",
  ],
  [
    'a message of a telephone',
    NUMBER,
    { script: [{ message: {} }] },
    "Parameter script[0].message is not valid: '+15551230001', expected a phone at a client: address",
  ],
  [
    '201 steps',
    NUMBER,
    { script: Array(201).fill({ waitMs: 1 }) },
    /^Parameter script is not valid: .* expected at most 200 items$/,
  ],
  [
    'a script that is no list',
    NUMBER,
    { script: { waitMs: 5 } },
    `Parameter script is not valid: '{"waitMs":5}', expected a list`,
  ],
  [
    'keys that no phone has',
    NUMBER,
    { script: [{ press: '1a' }] },
    "Parameter script[0].press is not valid: '1a', expected keys out of 0-9 A-D # * w W",
  ],
  [
    'too long a text',
    NUMBER,
    { script: [{ say: 'x'.repeat(4097) }] },
    /^Parameter script\[0\]\.say is not valid: .* expected at most 4096 characters$/,
  ],
  [
    'two actions in one step',
    NUMBER,
    { script: [{ press: '1', say: 'one' }] },
    `Parameter script[0] is not valid: '{"press":"1","say":"one"}', expected exactly one of waitMs, hear, press, say, play, transfer, message, hangup`,
  ],
  [
    'a pattern that does not compile',
    NUMBER,
    { script: [{ hear: '/(/' }] },
    /^Parameter script\[0\]\.hear is not valid: '\/\(\/', expected a pattern that compiles/,
  ],
  [
    'a beep that nobody hears',
    NUMBER,
    { machine: { beep: { hz: 20_000 } } },
    /^Parameter machine\.?\S* is not valid: /,
  ],
  [
    'a person and a fax in one',
    NUMBER,
    { greeting: 'Hello?', fax: true },
    "Parameter fax is not valid: 'greeting and fax', expected only one of greeting, machine, fax",
  ],
  ['a body that is no object', NUMBER, [1], "Parameter body is not valid: '[1]', expected an object"],
] as const) {
  test(`${name} is refused with a sentence, and changes nothing`, async () => {
    const { ask, journal } = aPlatform()
    const response = await ask('PUT', path, body)
    const { code, status, message } = response.json()
    assert.deepEqual([response.statusCode, status, code], [400, 400, 20001])
    if (typeof sentence === 'string') assert.equal(message, sentence)
    else assert.match(message, sentence)
    assert.deepEqual(journal.writes, [])
  })
}

test('a phone dials a number of ours', async () => {
  const { ask, network } = aPlatform()
  const dialled: unknown[] = []
  network.answerWith(async ({ from, to, accountSid }) => {
    dialled.push([accountSid, from, to])
    return to === '+15005550006' ? CALL : null
  })
  const response = await ask('POST', `${NUMBER}/Calls`, { to: '+15005550006' })
  assert.deepEqual([response.statusCode, response.json()], [201, { callSid: CALL }])
  assert.deepEqual(dialled, [[ACCOUNT, '+15551230001', '+15005550006']])
})

test('a phone that dials a number of nobody is told so', async () => {
  const { ask } = aPlatform()
  const response = await ask('POST', `${NUMBER}/Calls`, { to: '+15551239999' })
  assert.deepEqual([response.statusCode, response.json().code], [404, 20404])
  assert.equal((await ask('POST', `${NUMBER}/Calls`, { to: 'sales' })).json().code, 20001)
  assert.equal((await ask('POST', `${NUMBER}/Calls`, {})).json().message, 'Parameter to is required')
})

test('nothing is told to who has no credentials', async () => {
  const { ask } = aPlatform()
  for (const path of ['/Phones', '/Clock', '/Live', '/Alerts', '/Nothing', `/Calls/${CALL}/Heard`]) {
    assert.equal((await ask('GET', path, undefined, { account: 'nobody' })).statusCode, 401, path)
  }
  assert.equal((await ask('GET', '/Nothing')).json().code, 20404)
})
