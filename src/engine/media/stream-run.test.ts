/** One stream against an app that the test plays: what it is sent, what is left out, and when it is given up. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSid } from '../../lib/ids.ts'
import type { StreamEvent, StreamOrder, StreamOver } from '../ports/leg-media.ts'
import { LegStreams } from './leg-streams.ts'
import { Outbound } from './outbound.ts'
import { aClock, testSockets } from './test-streams.ts'
import { Track } from './track.ts'

const order = (more: Partial<StreamOrder> = {}): StreamOrder => ({
  streamSid: newSid('MZ'),
  accountSid: newSid('AC'),
  callSid: newSid('CA'),
  url: 'wss://app.test/',
  headers: {},
  track: 'inbound_track',
  bothWays: true,
  parameters: [],
  ...more,
})

function aStream(more: Partial<StreamOrder> = {}) {
  const clock = aClock()
  const sockets = testSockets()
  const told: string[] = []
  const spans: string[] = []
  const streams = new LegStreams({
    clock,
    sockets,
    inbound: new Track(),
    outbound: new Outbound(),
    ear: { spanStarted() {}, spanEnded: ({ text, playedMs }) => void spans.push(`${text} ${playedMs}`) },
    knownUntil: () => null,
  })
  const asked = order(more)
  const onEvent = (event: StreamEvent) => void told.push('code' in event ? `${event.code}` : event.event)
  const stream = streams.start(asked, onEvent)
  const [app] = sockets.opened
  assert.ok(app)
  let over: StreamOver | null = null
  void stream.over.then((how) => {
    over = how
  })
  return {
    app,
    told,
    spans,
    stream,
    streams,
    pass: (ms: number) => clock.advance(ms),
    over: () => over,
    say: (message: object) => app.events.message(JSON.stringify({ streamSid: asked.streamSid, ...message }), false),
    frames: () => app.sent.flatMap(({ media }) => media ?? []),
  }
}

const media = (ms: number) => ({
  event: 'media',
  media: { payload: Buffer.alloc(ms * 8, 0x21).toString('base64') },
})
const mark = (name: string) => ({ event: 'mark', mark: { name } })

test('an app that does not read is sent less, never later: frames left out are counted, and told once', async () => {
  const { app, told, pass, frames, stream, over } = aStream()
  app.events.opened()
  await pass(1000)
  assert.equal(frames().length, 50)
  app.reads = false
  app.bufferedBytes = 256 * 1024 + 1
  await pass(2000)
  assert.equal(frames().length, 50)
  app.reads = true
  app.bufferedBytes = 0
  await pass(1000)
  const sent = frames()
  assert.equal(sent.length, 100)
  assert.deepEqual(
    [sent[49]!, sent[50]!].map(({ timestamp, chunk }) => [timestamp, chunk]),
    [
      ['980', '50'],
      ['3000', '51'],
    ],
  )
  app.bufferedBytes = 256 * 1024 + 1
  await pass(500)
  assert.deepEqual(told, ['started', '31930'])
  stream.stop()
  await stream.over
  assert.deepEqual(over(), { fault: null, droppedFrames: 125 })
})

test('at the limit frames are still sent', async () => {
  const { app, pass, frames } = aStream()
  app.events.opened()
  app.bufferedBytes = 256 * 1024
  await pass(100)
  assert.equal(frames().length, 5)
})

test('echoes that nobody reads: at four MiB the socket is closed with 1008, and that is a fault', async () => {
  const { app, say, stream, over, pass, frames } = aStream()
  app.events.opened()
  app.reads = false
  let marks = 0
  while (app.closed.length === 0 && marks < 100_000) {
    say(mark('n'.repeat(4096)))
    marks += 1
  }
  assert.deepEqual(app.closed, [1008])
  assert.ok(app.bufferedBytes > 4 * 2 ** 20 && app.bufferedBytes < 4.1 * 2 ** 20, `${app.bufferedBytes} bytes`)
  await stream.over
  assert.equal(over()?.fault?.code, 31921)
  const sent = app.sent.length
  say(mark('more'))
  await pass(1000)
  assert.deepEqual([app.sent.length, frames().length], [sent, 0])
})

test('the same in the middle of a clear: nothing is echoed after it', async () => {
  const { app, say, over, stream } = aStream()
  app.events.opened()
  say(media(1000))
  for (let count = 0; count < 60; count++) say(mark('n'.repeat(4096)))
  app.reads = false
  app.bufferedBytes = 4 * 2 ** 20 - 10_000
  say({ event: 'clear' })
  await stream.over
  assert.equal(over()?.fault?.code, 31921)
  assert.equal(app.sent.filter(({ event }) => event === 'mark').length, 3)
})

test('keys that nobody reads: the same', async () => {
  const { app, streams, stream } = aStream()
  app.events.opened()
  app.bufferedBytes = 4 * 2 ** 20 + 1
  streams.key('5')
  assert.equal((await stream.over).fault?.code, 31921)
})

for (const [what, text, code] of [
  ['no JSON', 'hello', '31951'],
  ['JSON that is no object', '[]', '31951'],
  ['an event that is none', '{"event":"start"}', '31951'],
  ['another stream', '{"event":"clear","streamSid":"MZ1"}', '31951'],
  ['audio that is no base64', '{"event":"media","streamSid":"MZ1","media":{"payload":"?"}}', '31951'],
] as const)
  test(`${what}: left out, alert ${code} once, and the stream goes on`, async () => {
    const { app, told, say, spans, pass } = aStream()
    app.events.opened()
    for (let count = 0; count < 100; count++) app.events.message(text, false)
    say(media(100))
    say(mark('fine'))
    await pass(100)
    assert.deepEqual([told, spans], [['started', code], ['fine 100']])
  })

test('bytes, too much audio and too many marks have alerts of their own', async () => {
  const { app, told, say } = aStream()
  app.events.opened()
  app.events.message('{"event":"clear"}', true)
  app.events.message('{"event":"clear"}', true)
  say(media(300_000))
  say(media(300_000))
  say(media(1))
  say(media(1))
  for (let count = 0; count < 5002; count++) say(mark('m'))
  assert.deepEqual(told, ['started', '31950', '31931', '81020'])
})

test('on a stream one way nothing that comes matters', async () => {
  const { app, told, say, pass, frames } = aStream({ bothWays: false, track: 'both_tracks' })
  app.events.opened()
  app.events.message('hello', false)
  app.events.message('hello', true)
  say(media(100))
  await pass(200)
  assert.deepEqual([told, frames().length], [['started'], 20])
})

for (const [how, code] of [
  ['unanswered', 31901],
  ['not-listening', 31902],
  ['unreachable', 31904],
  ['unencrypted', 31922],
  ['insecure', 31910],
  ['refused', 31920],
  ['broken', 31921],
  ['nonsense', 31924],
] as const)
  test(`a socket that is ${how}: ${code}`, async () => {
    const { app, stream } = aStream()
    app.events.ended({ how, why: 'so' })
    assert.deepEqual((await stream.over).fault, { code, message: 'so' })
  })

test('what the app says while it hangs up cuts what it said before', async () => {
  const { app, say, pass, spans, stream } = aStream()
  app.events.opened()
  say(media(1000))
  say(mark('cut'))
  await pass(400)
  app.events.ended({ how: 'closed' })
  assert.deepEqual(await stream.over, { fault: null, droppedFrames: 0 })
  assert.deepEqual(spans, ['cut 400'])
})
