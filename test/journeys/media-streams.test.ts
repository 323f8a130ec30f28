/** A call's audio on an app's WebSocket: what it is told, in which order, and how streams begin and end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import twilio from 'twilio'
import { journey } from '../kit/journey.ts'
import { callPhone, ringPhone } from '../kit/recordings.ts'
import { createSink, eventsTo, subscribe, voice } from '../kit/sinks.ts'
import { startStreamServer } from '../kit/stream-server.ts'

const NO_CONTENT = () => ({ status: 204 })
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

test('a stream one way: connected, start, media of 20 ms, stop; signed, and told by callbacks', async (t) => {
  const server = await startStreamServer(t)
  const run = await journey(t, {
    '/voice': () =>
      `<Start><Stream url="${server.url}/media" statusCallback="/stream"><Parameter name="First" value="Jane"/></Stream></Start><Pause length="2"/>`,
    '/stream': NO_CONTENT,
  })
  const { ringback, app } = run
  const { sid: callSid } = await callPhone(run, [{ say: 'Hello there.' }, { waitMs: 5000 }])
  const [stream] = server.streams
  assert.ok(stream)
  const [connected, start, ...rest] = stream.messages
  const streamSid = start?.streamSid ?? ''
  assert.match(streamSid, /^MZ[0-9a-f]{32}$/)
  assert.deepEqual(connected, { event: 'connected', protocol: 'Call', version: '1.0.0' })
  assert.deepEqual(start, {
    event: 'start',
    sequenceNumber: '1',
    start: {
      accountSid: ringback.accountSid,
      streamSid,
      callSid,
      tracks: ['inbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters: { First: 'Jane' },
    },
    streamSid,
  })
  const media = stream.of('media')
  assert.deepEqual(
    media.map(({ event, sequenceNumber, streamSid: sid, media: { payload, ...about } = assert.fail() }) => [
      event,
      sequenceNumber,
      sid,
      about,
      Buffer.from(payload, 'base64').length,
    ]),
    range(100).map((index) => [
      'media',
      String(index + 2),
      streamSid,
      { track: 'inbound', chunk: String(index + 1), timestamp: String(index * 20) },
      160,
    ]),
  )
  const silent = media.map(({ media: { payload } = assert.fail() }) =>
    Buffer.from(payload, 'base64').every((code) => code === 0xff),
  )
  assert.ok(silent.includes(false) && silent.at(-1), 'the phone is heard, and the silence after it is sent')
  assert.deepEqual(rest.at(-1), {
    event: 'stop',
    sequenceNumber: '102',
    streamSid,
    stop: { accountSid: ringback.accountSid, callSid },
  })
  assert.equal(stream.code, 1000)
  assert.ok(
    twilio.validateRequest(ringback.authToken, String(stream.headers['x-twilio-signature']), `${server.url}/media`, {}),
  )
  const callbacks = app.to('/stream').map(({ parameters }) => parameters)
  const about = { AccountSid: ringback.accountSid, CallSid: callSid, StreamSid: streamSid, StreamName: streamSid }
  assert.deepEqual(
    callbacks.map(({ Timestamp, ...parameters }) => parameters),
    [
      { ...about, StreamEvent: 'stream-started' },
      { ...about, StreamEvent: 'stream-stopped' },
    ],
  )
  assert.deepEqual(
    callbacks.map(({ Timestamp }) => new Date(Timestamp ?? '').toISOString() === Timestamp),
    [true, true],
  )
})

test('both tracks on one socket: in turn, each with chunks of its own, and each with its own sound', async (t) => {
  const server = await startStreamServer(t)
  const run = await journey(t, {
    '/voice': () =>
      `<Start><Stream url="${server.url}" track="both_tracks"/></Start><Say>Good morning.</Say><Pause length="1"/>`,
  })
  await callPhone(run, [{ waitMs: 9000 }])
  const media = server.streams[0]!.of('media').map(({ media: one = assert.fail() }) => one)
  assert.ok(media.length > 80)
  assert.deepEqual(
    media.map(({ track, chunk, timestamp }) => [track, chunk, timestamp]),
    range(media.length).map((index) => {
      const frame = Math.floor(index / 2)
      return [index % 2 === 0 ? 'inbound' : 'outbound', String(frame + 1), String(frame * 20)]
    }),
  )
  const heard = (wanted: string) =>
    media.some(({ track, payload }) => track === wanted && Buffer.from(payload, 'base64').some((code) => code !== 0xff))
  assert.deepEqual([heard('inbound'), heard('outbound')], [false, true])
})

test('Stop by name, REST by SID and by name, the app itself: each ends its stream, and the call goes on', async (t) => {
  const server = await startStreamServer(t, (stream, { media }) => {
    if (stream.path === '/d' && media?.chunk === '20') stream.socket.close(1000)
  })
  const stream = (name: string) => `<Stream name="${name}" url="${server.url}/${name}" statusCallback="/${name}"/>`
  const run = await journey(
    t,
    {
      '/voice': () =>
        `<Start>${['a', 'b', 'c', 'd'].map(stream).join('')}</Start><Pause length="1"/><Stop>${stream('a')}</Stop><Pause length="9"/>`,
      '/a': NO_CONTENT,
      '/b': NO_CONTENT,
      '/c': NO_CONTENT,
      '/d': NO_CONTENT,
    },
    { held: true },
  )
  const { ringback, app, client } = run
  const callSid = await ringPhone(run, { answer: { afterMs: 1000 }, script: [{ waitMs: 20_000 }] })
  await ringback.clock.advance(3100)
  const [, sid = ''] = server.streams.map(({ messages }) => messages[1]?.streamSid)
  const call = client.calls(callSid)
  const byPath = (path: string) => server.streams.find((one) => one.path === path)!
  const sidOf = (path: string) => byPath(path).messages[1]!.streamSid!
  assert.ok(sid)
  const stopped = await call.streams(sidOf('/b')).update({ status: 'stopped' })
  assert.deepEqual([stopped.sid, stopped.name, stopped.status], [sidOf('/b'), 'b', 'stopped'])
  assert.equal((await call.streams('c').update({ status: 'stopped' })).sid, sidOf('/c'))
  assert.equal((await call.streams('c').update({ status: 'stopped' })).status, 'stopped')
  assert.equal((await call.fetch()).status, 'in-progress')
  for (const name of ['a', 'b', 'c', 'd']) {
    await app.requested(`/${name}`, 2)
    assert.deepEqual(
      app.to(`/${name}`).map(({ parameters: { StreamName, StreamEvent } }) => [StreamName, StreamEvent]),
      [
        [name, 'stream-started'],
        [name, 'stream-stopped'],
      ],
    )
  }
  const lengths = ['/a', '/b', '/c'].map((path) => byPath(path).of('media').length)
  assert.deepEqual(lengths, [50, 100, 100])
  assert.deepEqual(
    ['/a', '/b', '/c', '/d'].map((path) => byPath(path).of('stop').length),
    [1, 1, 1, 0],
  )
  ringback.clock.auto()
  await ringback.over(callSid)
  await assert.rejects(call.streams('c').update({ status: 'stopped' }), { status: 400, code: 21220 })
})

test('streams by REST: parameters, names that are taken, four tracks, a call that is not up', async (t) => {
  const server = await startStreamServer(t)
  const run = await journey(t, { '/voice': () => '<Pause length="9"/>', '/stream': NO_CONTENT }, { held: true })
  const { ringback, app, client } = run
  const callSid = await ringPhone(run, { answer: { afterMs: 1000 }, script: [{ waitMs: 20_000 }] })
  const { streams } = client.calls(callSid)
  const url = `${server.url}/rest`
  await assert.rejects(streams.create({ url }), { status: 400, code: 21220 })
  await ringback.clock.advance(1200)
  for (const [wrong, code] of [
    ['', 20001],
    ['https://app.test/', 31922],
    ['app.test/media', 31923],
    [`${url}?a=1`, 31923],
  ] as const)
    await assert.rejects(streams.create({ url: wrong }), { status: 400, code })
  await assert.rejects(
    streams.create({ url, 'parameter1.name': 'n'.repeat(200), 'parameter1.value': 'v'.repeat(300) }),
    {
      code: 20001,
    },
  )
  const created = await streams.create({
    url,
    name: 'mine',
    track: 'both_tracks',
    statusCallback: `${app.url}/stream`,
    statusCallbackMethod: 'GET',
    'parameter1.name': 'One',
    'parameter1.value': '1',
    'parameter99.name': 'Last',
    'parameter99.value': 'of all',
  })
  assert.deepEqual(
    [created.accountSid, created.callSid, created.name, created.status],
    [ringback.accountSid, callSid, 'mine', 'in-progress'],
  )
  assert.match(created.uri, new RegExp(`/Calls/${callSid}/Streams/${created.sid}.json$`))
  const { method, parameters } = await app.requested('/stream')
  assert.deepEqual([method, parameters.StreamName, parameters.StreamSid], ['GET', 'mine', created.sid])
  assert.deepEqual(server.streams[0]!.messages[1]!.start, {
    ...server.streams[0]!.messages[1]!.start,
    streamSid: created.sid,
    tracks: ['inbound', 'outbound'],
    customParameters: { One: '1', Last: 'of all' },
  })
  await assert.rejects(streams.create({ url, name: 'mine' }), { status: 409, code: 20409 })
  await streams.create({ url, track: 'outbound_track' })
  await assert.rejects(streams.create({ url, track: 'both_tracks' }), { status: 400, code: 31941 })
  await streams.create({ url })
  await assert.rejects(client.calls(callSid).streams('other').update({ status: 'stopped' }), { status: 404 })
  ringback.clock.auto()
  await ringback.over(callSid)
})

test('an app that refuses, a port that nobody is at, hosts that are not allowed, no address, a broken socket: stream-error, and the call goes on', async (t) => {
  const server = await startStreamServer(t, (stream, { media }) => {
    if (media?.chunk === '5') stream.socket.close(1011, 'out of memory')
    else if (media?.chunk === '1' && stream.path === '/lost') stream.socket.terminate()
    else if (media?.chunk === '1' && stream.path === '/nonsense')
      (stream.socket as unknown as { _socket: { write(data: Buffer): void } })._socket.write(Buffer.from([0xff, 0xff]))
  })
  const run = await journey(t, {
    '/voice': () =>
      [
        ...[
          `${run.app.url.replace('http', 'ws')}/refused`,
          'ws://127.0.0.1:9/',
          'ws://10.0.0.1/',
          'wss://169.254.169.254/',
          'https://app.test/media',
          '/media',
          `${server.url}/closed`,
          `${server.url}/lost`,
          `${server.url}/nonsense`,
        ].map((url) => `<Connect><Stream url="${url}" statusCallback="/stream"/></Connect>`),
        '<Say>Still here.</Say>',
      ].join(''),
    '/stream': NO_CONTENT,
  })
  const { sid, heard } = await callPhone(run, [{ waitMs: 60_000 }])
  const ends = run.app.to('/stream').filter(({ parameters }) => parameters.StreamEvent !== 'stream-started')
  assert.deepEqual(
    ends.map(({ parameters: { StreamEvent, StreamErrorCode } }) => [StreamEvent, StreamErrorCode]),
    [
      ['stream-error', '31920'],
      ['stream-error', '31902'],
      ['stream-error', '31922'],
      ['stream-error', '31904'],
      ['stream-error', '31922'],
      ['stream-error', '31923'],
      ['stream-error', '31921'],
      ['stream-error', '31921'],
      ['stream-error', '31924'],
    ],
  )
  assert.match(ends[0]?.parameters.StreamError ?? '', /404/)
  assert.match(ends[2]?.parameters.StreamError ?? '', /10\.0\.0\.1 is reached by ws:/)
  assert.match(ends[5]?.parameters.StreamError ?? '', /absolute wss:/)
  assert.match(ends[6]?.parameters.StreamError ?? '', /1011: out of memory/)
  assert.deepEqual(
    heard.heard.map(({ text }) => text),
    ['Still here.'],
  )
  const alerts = await run.client.calls(sid).notifications.list()
  assert.deepEqual(alerts.map(({ errorCode }) => errorCode).toSorted(), [
    '31902',
    '31904',
    '31920',
    '31921',
    '31921',
    '31922',
    '31922',
    '31923',
    '31924',
  ])
})

test('what cannot be streamed is an alert: no address, a query, a name twice, a fifth track', async (t) => {
  const server = await startStreamServer(t)
  const stream = (more: string, path = '') => `<Stream url="${server.url}/${path}" ${more}/>`
  const run = await journey(t, {
    '/voice': () =>
      `<Start><Stream/>${stream('', '?a=1')}${stream('name="x"')}${stream('name="x"')}${stream('track="both_tracks"')}${stream('track="both_tracks"')}</Start>
       <Stop><Stream name="y"/></Stop><Pause length="1"/>`,
  })
  const { sid } = await callPhone(run, [{ waitMs: 9000 }])
  assert.equal(server.streams.length, 2)
  const alerts = await run.client.calls(sid).notifications.list()
  assert.deepEqual(alerts.map(({ errorCode }) => errorCode).toSorted(), ['31923', '31923', '31941', '81001', '81020'])
})

test('an event sink hears of a stream what the app hears', async (t) => {
  const server = await startStreamServer(t)
  const run = await journey(t, {
    '/voice': () =>
      `<Start><Stream url="${server.url}" name="tap" statusCallback="/stream"/></Start><Pause length="1"/>`,
    '/stream': NO_CONTENT,
    '/events': () => ({}),
  })
  const { app, client, ringback } = run
  const sink = await createSink(client, 'webhook', { destination: `${app.url}/events`, method: 'POST' })
  await subscribe(client, sink, [voice('status-callback.stream.updated')])
  const { sid } = await callPhone(run, [{ waitMs: 9000 }])
  await ringback.clock.untilIdle()
  assert.deepEqual(
    eventsTo(app, '/events').map(({ data }) => [data.sid, data.request.parameters.StreamEvent]),
    [
      [sid, 'stream-started'],
      [sid, 'stream-stopped'],
    ],
  )
})

test('on the real clock, from the media worker', async (t) => {
  const server = await startStreamServer(t, (stream, { media }) => {
    if (media?.chunk === '10') stream.socket.close(1000)
  })
  const run = await journey(
    t,
    {
      '/voice': () => `<Connect><Stream url="${server.url}" statusCallback="/stream"/></Connect>`,
      '/stream': NO_CONTENT,
    },
    { clock: 'real' },
  )
  await callPhone(run, { answer: { afterMs: 0 }, script: [{ waitMs: 9000 }] })
  assert.ok(server.streams[0]!.of('media').length >= 10)
  assert.deepEqual(
    run.app.to('/stream').map(({ parameters }) => parameters.StreamEvent),
    ['stream-started', 'stream-stopped'],
  )
})
