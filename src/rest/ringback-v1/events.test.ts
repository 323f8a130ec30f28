import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { Exchange } from '../../journal/entry.ts'
import { defineCatalogue } from '../../readers/event-streams/catalogue.ts'
import { OPTIONS } from '../../readers/event-streams/golden.ts'
import { VOICE_TYPES } from '../../readers/event-streams/voice-types.ts'
import type { CloudEvent } from '../../wire/cloudevents/index.ts'
import type { HiddenView } from './events.ts'
import { followFeed } from './test-feed.ts'
import { ACCOUNT, aPlatform, CALL, OTHER_ACCOUNT, OTHER_CALL, type TestPlatform } from './test-platform.ts'

const VOICE = 'com.twilio.voice.'

/** A golden exchange as one of the test's account and call. */
function exchange(name: string, change: Partial<Exchange> = {}): Exchange {
  const file = new URL(`../../../test/golden/exchanges/${name}.json`, import.meta.url)
  const golden = JSON.parse(readFileSync(file, 'utf8')) as Exchange
  return { ...golden, accountSid: ACCOUNT, callSid: CALL, ...change }
}

const follow = (t: TestContext, platform: TestPlatform, query = '?after=start', headers: Record<string, string> = {}) =>
  followFeed<CloudEvent>(t, platform, `/Events${query}`, headers)

const typesOf = (messages: readonly { readonly data: { readonly type: string } }[]) =>
  messages.map(({ data }) => data.type.replace(VOICE, ''))

function platformOf(t: TestContext, ...more: Parameters<typeof aPlatform>): TestPlatform {
  const platform = aPlatform(...more)
  t.after(() => platform.app.close())
  return platform
}

test('an exchange is told as the CloudEvent that sinks get, under the latest schema', async (t) => {
  const platform = platformOf(t)
  const reader = await follow(t, platform, '')
  await platform.journal.append([exchange('twiml.gather.finished')])
  const [message] = await reader.take(1)
  assert.deepEqual([message?.id, message?.event], ['1', ''])
  const { specversion, type, source, dataschema, data } = message!.data
  assert.deepEqual(
    [specversion, type, source, dataschema],
    [
      '1.0',
      `${VOICE}twiml.gather.finished`,
      `/2010-04-01/Accounts/${ACCOUNT}/Calls/${CALL}.json`,
      'https://events-schemas.twilio.com/Voice.WebhookEvent/2',
    ],
  )
  assert.equal((data as { sid: string }).sid, CALL)
})

test('facts, and exchanges that are no events, are passed over', async (t) => {
  const platform = platformOf(t)
  await platform.journal.append([
    platform.fact({ fact: 'pressed', atMs: 0, digits: '1' }),
    exchange('twiml.gather.finished', { purpose: 'media', verb: 'Play' }),
    exchange('twiml.gather.finished', { accountSid: OTHER_ACCOUNT }),
    exchange('twiml.record.finished'),
  ])
  assert.deepEqual(typesOf(await (await follow(t, platform)).take(1)), ['twiml.record.finished'])
})

const RINGING = 'status-callback.call.ringing'
const REQUESTED = 'twiml.call.requested'
const GATHERED = 'twiml.gather.finished'
const OLD_RINGING = 'webhook.status-callback.call.ringing'

for (const [what, type, told] of [
  ['nothing in particular', '', [RINGING, REQUESTED, GATHERED, RINGING, GATHERED]],
  ['one type', `${VOICE}${GATHERED}`, [GATHERED, GATHERED]],
  ['a group of types', `${VOICE}twiml`, [REQUESTED, GATHERED, GATHERED]],
  ['a group named with its dot', `${VOICE}twiml.`, [REQUESTED, GATHERED, GATHERED]],
  ['several', `${VOICE}twiml.gather, ${VOICE}status-callback`, [RINGING, GATHERED, RINGING, GATHERED]],
  ['a type and its deprecated name', `${VOICE}${RINGING},${VOICE}webhook`, [RINGING, RINGING]],
  ['the deprecated name alone', `${VOICE}webhook`, [OLD_RINGING, OLD_RINGING]],
] as const) {
  test(`asked for ${what} the feed tells ${told.join(', ')}`, async (t) => {
    const platform = platformOf(t)
    const names = [RINGING, REQUESTED, GATHERED, RINGING, GATHERED]
    await platform.journal.append(names.map((name) => exchange(name)))
    const reader = await follow(t, platform, `?after=start&type=${encodeURIComponent(type)}`)
    assert.deepEqual(typesOf(await reader.take(told.length)), told)
  })
}

test('a feed is filtered by call', async (t) => {
  const platform = platformOf(t)
  await platform.journal.append([
    exchange('twiml.call.requested', { callSid: OTHER_CALL }),
    exchange('twiml.gather.finished'),
  ])
  const reader = await follow(t, platform, `?after=start&callSid=${CALL}`)
  assert.deepEqual(typesOf(await reader.take(1)), ['twiml.gather.finished'])
})

test('a client that comes back goes on where it was', async (t) => {
  const platform = platformOf(t)
  await platform.journal.append([REQUESTED, GATHERED, RINGING].map((name) => exchange(name)))
  const [first] = await (await follow(t, platform)).take(1)
  const again = await follow(t, platform, '', { 'last-event-id': first!.id })
  assert.deepEqual(typesOf(await again.take(2)), [GATHERED, RINGING])
})

test('of two events of one exchange only the last has a place, so that no break loses one', async (t) => {
  const twice = ['a.one', 'a.two'].map((type) => ({ ...VOICE_TYPES[0]!, type, from: () => true }))
  const platform = platformOf(t, { events: { ...OPTIONS, catalogue: defineCatalogue(twice) } })
  await platform.journal.append([exchange(REQUESTED)])
  const messages = await (await follow(t, platform)).take(2)
  assert.deepEqual(
    messages.map(({ id, data }) => [id, data.type]),
    [
      ['', 'a.one'],
      ['1', 'a.two'],
    ],
  )
})

test('what the gate holds back is told when asked for, and is no CloudEvent', async (t) => {
  const platform = platformOf(t)
  await platform.journal.append([exchange('twiml.call.requested', { asked: false }), exchange('twiml.gather.finished')])
  assert.deepEqual(typesOf(await (await follow(t, platform)).take(1)), ['twiml.gather.finished'])
  const [hidden, event] = await (await follow(t, platform, '?after=start&hidden=true')).take(2)
  assert.deepEqual(
    [hidden?.event, hidden?.id, hidden?.data as unknown as HiddenView],
    ['hidden', '1', { type: `${VOICE}twiml.call.requested`, callSid: CALL, time: hidden?.data.time }],
  )
  assert.deepEqual(typesOf([event!]), ['twiml.gather.finished'])
})

test('an open gate tells API and document requests of every call', async (t) => {
  const platform = platformOf(t, { events: { ...OPTIONS, gate: 'always' } })
  await platform.journal.append([exchange('twiml.call.requested', { asked: false })])
  assert.deepEqual(typesOf(await (await follow(t, platform, '?after=start&hidden=true')).take(1)), [
    'twiml.call.requested',
  ])
})

for (const [name, query] of [
  ['a type that is none', `?type=${VOICE}twiml.gathering`],
  ['half a word of a type', `?type=${VOICE}twi`],
  ['one such among others', `?type=${VOICE}twiml,`],
  ['a call that is none', '?callSid=CA1'],
  ['a cursor that the journal did not give', '?after=yesterday'],
  ['hidden that is neither true nor false', '?hidden=some'],
] as const) {
  test(`${name} is refused before the feed begins`, async (t) => {
    const platform = platformOf(t)
    assert.equal((await platform.ask('GET', `/Events${query}`)).json().code, 20001)
    assert.equal(platform.journal.listeners, 0)
  })
}
