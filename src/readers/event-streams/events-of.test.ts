/** From the golden exchanges to events: which types, which ids, which members. */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import type { Exchange } from '../../journal/entry.ts'
import { parseCloudEvent } from '../../wire/cloudevents/index.ts'
import { defineCatalogue, type EventType } from './catalogue.ts'
import { eventId, eventsOf } from './events-of.ts'
import { golden, goldenEvent, OPTIONS } from './golden.ts'
import { VOICE_TYPES, voiceCatalogue } from './voice-types.ts'

const PREFIX = 'com.twilio.voice.'
const typesOf = (exchange: Exchange, options = OPTIONS): readonly string[] =>
  eventsOf(exchange, options).map(({ type }) => type.slice(PREFIX.length))

/** File of the golden exchange → types, besides the one it is named for. */
const SHADOWS: Readonly<Record<string, readonly string[]>> = {
  'status-callback.call.initiated': ['webhook.status-callback.call.initiated'],
  'status-callback.call.ringing': ['webhook.status-callback.call.ringing'],
  'status-callback.call.answered': ['webhook.status-callback.call.answered'],
  'status-callback.call.completed': ['webhook.status-callback.call.completed'],
}

const FILES = readdirSync(new URL('../../../test/golden/exchanges/', import.meta.url)).map((file) =>
  file.replace('.json', ''),
)

test('the golden exchanges cover all 26 types', () => {
  const covered = FILES.flatMap((name) => [name, ...(SHADOWS[name] ?? [])])
  assert.equal(VOICE_TYPES.length, 26)
  assert.deepEqual(covered.toSorted(), VOICE_TYPES.map(({ type }) => type.slice(PREFIX.length)).toSorted())
})

for (const name of FILES) {
  const types = [name, ...(SHADOWS[name] ?? [])]
  test(`the exchange of ${name} is ${types.length === 1 ? 'that event alone' : 'that event and its deprecated shadow'}`, () => {
    assert.deepEqual(typesOf(golden(name)), types)
  })
}

const twiml = golden('twiml.gather.finished')
const conference = golden('status-callback.conference.updated')
const content = {
  ...golden('status-callback.transcription.processed'),
  request: { ...twiml.request, parameters: { TranscriptionEvent: 'transcription-content' } },
}

for (const [what, exchange, types] of [
  ['an exchange nobody asked events for', { ...twiml, asked: false }, []],
  [
    'a refused request to change a call',
    { ...golden('api-request.call.modified'), response: { ...twiml.response!, code: 400 } },
    [],
  ],
  ['hold music', { ...twiml, purpose: 'hold', verb: 'Hold' }, []],
  ['waiting music', { ...twiml, purpose: 'wait', verb: 'Enqueue' }, []],
  ['an announcement', { ...twiml, purpose: 'announce', verb: 'Announce' }, []],
  ['a file that is played', { ...twiml, purpose: 'media', verb: 'Play' }, []],
  ['a user-defined message', { ...twiml, purpose: 'user-defined-message' }, []],
  ['a document of a verb without a type of its own', { ...twiml, verb: 'Pay' }, ['twiml.call.redirected']],
  ['a document after a REST update', { ...twiml, verb: 'Update' }, ['twiml.call.redirected']],
  ['the end of an outbound REFER', { ...twiml, verb: 'Refer' }, ['twiml.call.transferred']],
  ['a document answered 404', { ...twiml, response: { ...twiml.response!, code: 404 } }, ['twiml.request.failed']],
  [
    'a document behind too many redirects',
    { ...twiml, response: { ...twiml.response!, code: 302 } },
    ['twiml.request.failed'],
  ],
  ['a document that never came', { ...twiml, response: null }, ['twiml.request.failed']],
  ['the fallback of a failed gather', { ...twiml, fallback: true }, ['twiml.gather.finished']],
  [
    'a document over the size limit, answered 200',
    { ...twiml, error: { code: 11750, message: 'too large' } },
    ['twiml.gather.finished'],
  ],
  [
    'a callback that could not be delivered',
    { ...golden('status-callback.amd.detected'), response: null },
    ['status-callback.amd.detected'],
  ],
  ['real-time transcription content', content, []],
  [
    'a conference event that is new to us',
    { ...conference, request: { ...conference.request, parameters: {} } },
    ['status-callback.conference.updated'],
  ],
  ['a conference exchange of neither call nor conference', { ...conference, conferenceSid: undefined }, []],
] as readonly (readonly [string, Exchange, readonly string[]])[]) {
  test(`${what}: ${types.join(', ') || 'no event'}`, () => assert.deepEqual(typesOf(exchange), types))
}

test('transcription content becomes events when it is switched on', () => {
  assert.deepEqual(typesOf(content as Exchange, { ...OPTIONS, transcriptionContent: true }), [
    'status-callback.transcription.processed',
  ])
})

for (const [name, lifted] of [
  ['api-request.call.created', true],
  ['twiml.dial.finished', true],
  ['status-callback.amd.detected', false],
] as const) {
  test(`events.gate=always ${lifted ? 'lifts' : 'does not lift'} the gate for ${name}`, () => {
    const exchange = { ...golden(name), asked: false }
    assert.deepEqual(typesOf(exchange, { ...OPTIONS, gate: 'always' }), lifted ? [name] : [])
  })
}

test('an event is exactly this, member for member and in this order', () => {
  const exchange = golden('status-callback.call.completed')
  const { json } = goldenEvent('status-callback.call.completed').written(2)
  const type = 'com.twilio.voice.status-callback.call.completed'
  assert.equal(
    json,
    JSON.stringify({
      specversion: '1.0',
      type,
      source: `/2010-04-01/Accounts/${exchange.accountSid}/Calls/${exchange.callSid}.json`,
      id: `EZ${hash('sha256', `${exchange.sid}\n${type}`, 'hex').slice(0, 32)}`,
      dataschema: 'https://events-schemas.twilio.com/Voice.WebhookEvent/2',
      datacontenttype: 'application/json',
      time: '2026-01-02T03:05:40.678Z',
      data: {
        sid: exchange.callSid,
        requestDateCreated: 'Fri, 02 Jan 2026 03:05:40 +0000',
        timestamp: '2026-01-02T03:05:40.678Z',
        eventSid: exchange.sid,
        request: { method: 'POST', url: 'https://app.example.com/status', parameters: exchange.request.parameters },
        response: {
          responseCode: 500,
          requestDuration: 37,
          contentType: 'text/plain',
          responseBody: Buffer.from('database is down').toString('base64'),
          dateCreated: 'Fri, 02 Jan 2026 03:05:40 +0000',
        },
      },
    }),
  )
})

test('a request that was never answered has no response member', () => {
  const { event } = goldenEvent('twiml.request.failed').written(2)
  assert.deepEqual(Object.keys(event.data as object), ['sid', 'requestDateCreated', 'timestamp', 'eventSid', 'request'])
})

test("what belongs to no call carries the conference's SID and address", () => {
  const { event } = goldenEvent('status-callback.conference.updated').written(2)
  assert.equal((event.data as { sid: string }).sid, conference.conferenceSid)
  assert.equal(
    event.source,
    `/2010-04-01/Accounts/${conference.accountSid}/Conferences/${conference.conferenceSid}.json`,
  )
})

test("an event of a dialled leg carries that leg's SID", () => {
  const { event } = goldenEvent('twiml.call.transferred').written(2)
  assert.equal((event.data as { sid: string }).sid, golden('twiml.call.transferred').callSid)
})

test('the schema version changes the schema and nothing else', () => {
  const event = goldenEvent('twiml.call.requested')
  const [one, two] = [event.written(1), event.written(2)]
  assert.match(one.event.dataschema!, /\/1$/)
  assert.deepEqual({ ...one.event, dataschema: two.event.dataschema }, two.event)
})

test('an event is written once for each version, whoever asks', () => {
  const event = goldenEvent('twiml.call.requested')
  assert.equal(event.written(2), event.written(2))
})

test('the deprecated shadow is the same exchange under another id', () => {
  const [current, shadow] = eventsOf(golden('status-callback.call.ringing'), OPTIONS).map(
    (event) => event.written(2).event,
  )
  assert.notEqual(current!.id, shadow!.id)
  assert.equal(current!.data, shadow!.data)
})

test('the text of an event is read back as the event', () => {
  const { event, json } = goldenEvent('twiml.call.requested').written(2)
  assert.deepEqual(parseCloudEvent(json), event)
})

test('an id is EZ and 32 hex digits, the same each time', () => {
  assert.match(eventId('VW1', 'a'), /^EZ[0-9a-f]{32}$/)
  assert.equal(eventId('VW1', 'a'), eventId('VW1', 'a'))
  assert.notEqual(eventId('VW1', 'a'), eventId('VW1', 'b'))
})

const fixture = (status: EventType['status']): EventType => ({
  ...VOICE_TYPES[0]!,
  type: `fixture.${status}`,
  status,
  ...(status !== 'available' && { alternative: 'fixture.available' }),
  from: () => true,
})

for (const [status, received] of [
  ['available', true],
  ['deprecated', true],
  ['restricted', true],
  ['discontinued', false],
] as const) {
  test(`existing subscriptions ${received ? 'receive' : 'do not receive'} a type that is ${status}`, () => {
    const catalogue = defineCatalogue([fixture('available'), ...(status === 'available' ? [] : [fixture(status)])])
    const types = eventsOf(twiml, { ...OPTIONS, catalogue }).map(({ type }) => type)
    assert.equal(types.includes(`fixture.${status}`), received)
  })
}

test('the four call-progress types of old names are deprecated and name their successors', () => {
  const deprecated = voiceCatalogue.types.filter(({ status }) => status !== 'available')
  assert.deepEqual(
    deprecated.map(({ type, status, alternative }) => [type, status, alternative]),
    ['answered', 'completed', 'initiated', 'ringing'].map((event) => [
      `${PREFIX}webhook.status-callback.call.${event}`,
      'deprecated',
      `${PREFIX}status-callback.call.${event}`,
    ]),
  )
})

test('eleven types may go to Segment, all 26 to webhooks and Kinesis', () => {
  const allowed = (sink: 'webhook' | 'kinesis' | 'segment') =>
    VOICE_TYPES.filter(({ sinks }) => sinks.includes(sink)).length
  assert.deepEqual([allowed('webhook'), allowed('kinesis'), allowed('segment')], [26, 26, 11])
})
