/**
 * All 26 event types, from real calls to three sinks of different kinds. What came of it is one table, which stands in
 * the manual: it is printed, compared, and every cell of it asserted.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Ajv, type ValidateFunction } from 'ajv'
import { VOICE_TYPES } from '../../src/readers/event-streams/voice-types.ts'
import type { Ringback } from '../../src/testing/index.ts'
import type { AppRequest, Handler } from '../kit/customer-app.ts'
import { ADA, BOB, CALLER } from '../kit/dials.ts'
import { type Journey, journey } from '../kit/journey.ts'
import { startKinesis } from '../kit/kinesis.ts'
import { readDoc } from '../kit/markdown.ts'
import { segmentApi } from '../kit/segment.ts'
import { createSink, eventsTo, placeCall, type SentEvent, short, subscribe, typesFor } from '../kit/sinks.ts'
import { startStreamServer } from '../kit/stream-server.ts'

const QUIET = () => ({ status: 204 })
const FIRST = '+15551232001'
const SECOND = '+15551232002'
/** The busy phone: a call to it ends at once. */
const BUSY = '+15005550101'

/** A caller who is found to be human, streamed, understood word by word, and leaves a message that is written down. */
const MAILBOX: Readonly<Record<string, Handler>> = {
  '/topic': () =>
    '<Gather input="speech" speechTimeout="1" action="/gathered" partialResultCallback="/partial"><Say>What is it about?</Say></Gather>',
  '/gathered': () => '<Redirect>/message</Redirect>',
  '/message': () =>
    '<Record action="/recorded" playBeep="false" timeout="4" recordingStatusCallback="/recording" transcribe="true" transcribeCallback="/written"/>',
  '/recorded': () => '<Hangup/>',
  '/partial': QUIET,
  '/recording': QUIET,
  '/written': QUIET,
  '/amd': QUIET,
  '/stream': QUIET,
}

/** One who leaves a queue, is connected, is handed on by the other party, and then by the app to a page that is broken. */
const SWITCHBOARD: Readonly<Record<string, Handler>> = {
  '/queue': () => '<Enqueue action="/left" waitUrl="/wait">support</Enqueue>',
  '/wait': () => '<Leave/>',
  '/left': () => `<Dial referUrl="/refer" action="/dialled">${ADA}</Dial>`,
  '/refer': () => `<Dial action="/dialled">${BOB}</Dial>`,
  '/broken': () => ({ status: 500 }),
}

const ROOM =
  '<Dial><Conference statusCallback="/conference" statusCallbackEvent="start end join leave announcement">Room</Conference></Dial>'

/** Whatever the app does of its own, it does while it answers: the clock stands still as long. */
function apps(run: () => Journey): Readonly<Record<string, Handler>> {
  const room = ({ parameters }: AppRequest) => run().client.conferences(parameters.ConferenceSid ?? '')
  let joined = 0
  return {
    ...MAILBOX,
    ...SWITCHBOARD,
    '/dialled': async ({ parameters }) => {
      const { client, app } = run()
      await client.calls(parameters.CallSid!).update({ url: `${app.url}/broken` })
      return '<Pause length="60"/>'
    },
    '/room': () => ROOM,
    '/announce': () => '<Say>Welcome</Say>',
    '/conference': async (request) => {
      const event = request.parameters.StatusCallbackEvent
      if (event === 'participant-join' && ++joined === 1) await placeCall(run(), toRoom(run(), SECOND))
      else if (event === 'participant-join') await room(request).update({ announceUrl: `${run().app.url}/announce` })
      else if (event === 'announcement-end') await room(request).update({ status: 'completed' })
      return { status: 204 }
    },
    '/status': QUIET,
    '/events': () => ({ status: 200 }),
  }
}

const toRoom = ({ app }: Journey, to: string) => ({ to, url: `${app.url}/room` })

/** Makes the calls, one after another. @returns the SID of the last. */
async function makeCalls(run: Journey, streamUrl: string): Promise<string> {
  const { ringback, app } = run
  app.route(
    '/voice',
    () => `<Start><Stream url="${streamUrl}" statusCallback="/stream"/></Start><Redirect>/topic</Redirect>`,
  )
  await ringback.phone(CALLER, {
    greeting: 'Hello?',
    script: [
      { hear: 'about' },
      { say: 'My invoice' },
      { waitMs: 3000 },
      { say: 'This is Ada, please ring me back about it.' },
      { waitMs: 20_000 },
    ],
  })
  const asynchronous = {
    machineDetection: 'Enable',
    asyncAmd: 'true',
    asyncAmdStatusCallback: `${app.url}/amd`,
  }
  await ringback.over(await placeCall(run, { to: CALLER, ...asynchronous }))

  await ringback.phone(ADA, { script: [{ waitMs: 1000 }, { transfer: BOB }, { waitMs: 5000 }] })
  await ringback.phone(BOB, { script: [{ waitMs: 1000 }, { hangup: true }] })
  await ringback.phone(CALLER, {})
  await ringback.over(await placeCall(run, { to: CALLER, url: `${app.url}/queue` }))

  await ringback.over(await placeCall(run, toRoom(run, FIRST)))
  await ringback.clock.untilIdle()
  const last = await placeCall(run, { to: BUSY })
  await ringback.over(last)
  await ringback.clock.untilIdle()
  return last
}

/** A feed of the platform from its beginning, up to and with the message that is the last. */
async function readFeed<Message>(ringback: Ringback, path: string, isLast: (message: Message) => boolean) {
  const messages: Message[] = []
  const authorization = `Basic ${Buffer.from(`${ringback.accountSid}:${ringback.authToken}`).toString('base64')}`
  const response = await fetch(`${ringback.url}/ringback/v1${path}`, { headers: { authorization } })
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data: ')) messages.push(JSON.parse(line.slice(6)) as Message)
    if (messages.some(isLast)) break
  }
  return messages
}

/** Every event that there was, deprecated names too: the feed has those only when it is asked for nothing else. */
async function firedEvents(ringback: Ringback, lastCall: string): Promise<SentEvent[]> {
  const isLast = ({ type, data }: SentEvent) => data.sid === lastCall && type.endsWith('call.completed')
  const [current, deprecated] = await Promise.all(
    ['', '&type=com.twilio.voice.webhook'].map((more) =>
      readFeed<SentEvent>(ringback, `/Events?after=start${more}`, isLast),
    ),
  )
  return [...current!, ...deprecated!]
}

async function schemaOf({ url }: Ringback, version: number): Promise<ValidateFunction> {
  const answer = await fetch(`${url}/schemas/Voice.WebhookEvent/${version}`)
  return new Ajv({ strict: true }).compile((await answer.json()) as object)
}

/** The same events, each at least once. */
const all = (fired: readonly SentEvent[], got: readonly { readonly id: string }[]): boolean => {
  const ids = new Set(got.map(({ id }) => id))
  return fired.length > 0 && fired.length === ids.size && fired.every(({ id }) => ids.has(id))
}

async function threeSinks(t: TestContext) {
  process.env.AWS_ACCESS_KEY_ID = 'platform'
  process.env.AWS_SECRET_ACCESS_KEY = 'platform'
  const kinesis = await startKinesis()
  t.after(() => kinesis.close())
  const segment = segmentApi('WRITE_KEY')
  const run: Journey = await journey(
    t,
    { ...apps(() => run), '/v1/batch': segment.route },
    { settings: { eventsStsEndpoint: kinesis.stsEndpoint } },
  )
  const { app, client } = run
  const allowed: Record<string, readonly string[]> = {}
  for (const [kind, configuration] of [
    ['webhook', { destination: `${app.url}/events`, method: 'POST' }],
    ['kinesis', kinesis.configuration],
    ['segment', { write_key: 'WRITE_KEY', endpoint: `${app.url}/v1/batch` }],
  ] as const) {
    allowed[kind] = await typesFor(client, kind)
    await subscribe(client, await createSink(client, kind, configuration), allowed[kind])
  }
  const received = async () => ({
    webhook: eventsTo(app, '/events'),
    kinesis: (await kinesis.read()).map(({ event }) => event),
    segment: segment.tracks.map(({ event, messageId, properties }) => {
      const { ce_source: _source, ce_dataschema: _schema, account_sid: _account, ...data } = properties
      return { type: event, id: messageId, data }
    }),
  })
  return { run, received, allowed }
}

const HEAD = ['type', 'fired', 'valid v1', 'valid v2', 'webhook', 'Kinesis', 'Segment']
const toRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

test('all 26 types are fired by real calls, valid under both schemas, and reach every sink that allows them', async (t) => {
  const { run, received, allowed } = await threeSinks(t)
  const { ringback } = run
  const server = await startStreamServer(t)
  const last = await makeCalls(run, `${server.url}/media`)
  const fired = await firedEvents(ringback, last)
  const schemas = await Promise.all([1, 2].map((version) => schemaOf(ringback, version)))
  const got = await received()

  const rows = VOICE_TYPES.map(({ type, sinks }) => {
    const ofType = <Event extends { readonly type: string }>(events: readonly Event[]) =>
      events.filter((event) => event.type === type)
    const events = ofType(fired)
    const sent = [...events, ...ofType(got.webhook), ...ofType(got.kinesis), ...ofType(got.segment)]
    const yes = (is: boolean) => (is ? 'yes' : 'NO')
    return [
      `\`${short({ type })}\``,
      yes(events.length > 0),
      ...schemas.map((valid) => yes(sent.length > 0 && sent.every(({ data }) => valid(data)))),
      ...(['webhook', 'kinesis', 'segment'] as const).map((kind) => {
        assert.equal(allowed[kind]!.includes(type), sinks.includes(kind), `${kind} and ${type}`)
        return sinks.includes(kind) ? yes(all(events, ofType(got[kind]))) : ofType(got[kind]).length > 0 ? 'NO' : '–'
      }),
    ]
  })
  const table = [HEAD, HEAD.map(() => '---'), ...rows].map(toRow).join('\n')
  console.log(table)
  assert.equal(rows.length, 26)
  assert.deepEqual(
    rows.filter((cells) => cells.includes('NO')),
    [],
  )
  assert.ok(
    readDoc('compat/event-streams.md').includes(`\n${table}\n`),
    'docs/compat/event-streams.md has another table',
  )

  await likeGolden(ringback, fired)
})

interface Told {
  readonly sid: string
  readonly purpose: string
  readonly verb: string
}

/** The exchanges that unit tests read are of the purposes and verbs that calls make. */
async function likeGolden(ringback: Ringback, fired: readonly SentEvent[]): Promise<void> {
  const last = fired.filter(({ type }) => type.endsWith('call.completed')).at(-1)!.data.eventSid
  const exchanges = await readFeed<Told>(ringback, '/Live?types=exchange&after=start', ({ sid }) => sid === last)
  const made = new Map(exchanges.map(({ sid, purpose, verb }) => [sid, `${purpose} ${verb}`]))
  for (const { type, alternative } of VOICE_TYPES) {
    if (alternative !== undefined) continue
    const file = join(import.meta.dirname, '../golden/exchanges', `${short({ type })}.json`)
    const golden = JSON.parse(readFileSync(file, 'utf8')) as Told
    const real = new Set(fired.filter((event) => event.type === type).map(({ data }) => made.get(data.eventSid)))
    assert.ok(real.has(`${golden.purpose} ${golden.verb}`), `${file} is no exchange such as ${[...real].join(', ')}`)
  }
}
