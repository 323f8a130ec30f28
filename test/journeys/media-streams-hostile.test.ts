/**
 * Apps at the other end of a stream that do what they should not. What such an app may take is bounded, it is told in the
 * alert that the reference has for it, and the call goes on.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { StartRingback } from '../../src/testing/index.ts'
import { CERTIFICATE, CERTIFICATE_KEY } from '../kit/certificate.ts'
import { type Journey, journey } from '../kit/journey.ts'
import { callPhone, recordedWav, ringPhone } from '../kit/recordings.ts'
import { type ServedStream, type StreamMessage, type StreamServer, startStreamServer } from '../kit/stream-server.ts'

const connect = (...urls: string[]) =>
  urls.map((url) => `<Connect><Stream url="${url}" statusCallback="/stream"/></Connect>`).join('')

interface Story {
  readonly run: Journey
  readonly sid: string
  readonly alerts: readonly string[]
  /** What the caller heard of the streams: `mark playedMs`. */
  readonly heard: readonly string[]
  /** Codes of the streams that failed, from their callbacks. */
  readonly errors: readonly (string | undefined)[]
}

/** A call that is connected to each of these in turn; in the end the caller must hear that the document went on. */
async function tell(t: TestContext, urls: readonly string[], options: StartRingback = {}): Promise<Story> {
  const run = await journey(
    t,
    { '/voice': () => `${connect(...urls)}<Say>Still here.</Say>`, '/stream': () => ({ status: 204 }) },
    options,
  )
  const { sid, heard } = await callPhone(run, [{ waitMs: 3_600_000 }], {
    record: true,
    recordingChannels: 'dual',
    trim: 'do-not-trim',
  })
  assert.equal(heard.heard.at(-1)?.text, 'Still here.')
  assert.equal(heard.status, 'completed')
  const alerts = await run.client.calls(sid).notifications.list()
  return {
    run,
    sid,
    alerts: alerts.map(({ errorCode }) => errorCode).toSorted(),
    heard: heard.heard.slice(0, -1).map(({ text, playedMs }) => `${text ?? '-'} ${playedMs}`),
    errors: run.app.to('/stream').flatMap(({ parameters }) => parameters.StreamErrorCode ?? []),
  }
}

/** An app that does this when the stream begins, and closes it once the mark `end` comes back. */
function badApp(t: TestContext, act: (stream: ServedStream) => void): Promise<StreamServer> {
  return startStreamServer(t, (stream, { event, mark }) => {
    if (event === 'start') act(stream)
    if (mark?.name === 'end') stream.socket.close(1000)
  })
}

const say = (stream: ServedStream, event: string, more: object) => stream.say({ event, ...more })

for (const [what, send, alert] of [
  ['text that is no JSON', (stream) => stream.socket.send('{"event":'), '31951'],
  ['JSON nested deep', (stream) => stream.socket.send('['.repeat(10_000)), '31951'],
  ['an event that is none', (stream) => say(stream, 'start', {}), '31951'],
  ['audio that is no base64', (stream) => say(stream, 'media', { media: { payload: '!' } }), '31951'],
  ['audio that is no text', (stream) => say(stream, 'media', { media: { payload: { length: 1e9 } } }), '31951'],
  ['a mark with a name that is none', (stream) => say(stream, 'mark', { mark: { name: 5 } }), '31951'],
  ['a clear of another stream', (stream) => say(stream, 'clear', { streamSid: 'MZ1' }), '31951'],
  ['audio as bytes', (stream) => stream.socket.send(Buffer.alloc(160, 0x20)), '31950'],
] as const satisfies readonly [string, (stream: ServedStream) => void, string][])
  test(`${what}, two thousand times: one alert, and the stream goes on`, async (t) => {
    const server = await badApp(t, (stream) => {
      for (let count = 0; count < 2000; count++) send(stream)
      stream.play(200)
      stream.mark('end')
    })
    const { alerts, heard, errors } = await tell(t, [server.url])
    assert.deepEqual([alerts, heard, errors], [[alert], ['end 200'], []])
  })

test('a message of 5 MiB: the socket is closed with 1009', async (t) => {
  const server = await badApp(t, (stream) => stream.socket.send('x'.repeat(5 * 1024 * 1024)))
  const { alerts, errors } = await tell(t, [server.url])
  assert.deepEqual([alerts, errors, server.streams[0]!.code], [['31924'], ['31924'], 1009])
})

test('each code that an app can close with: three are good', async (t) => {
  const codes = [1000, 1001, undefined, 1003, 1008, 1011, 1013, 3000, 4999]
  const server = await startStreamServer(t, (stream, { event }) => {
    if (event === 'start') stream.socket.close(codes[server.streams.length - 1])
  })
  const { alerts, errors } = await tell(
    t,
    codes.map(() => server.url),
  )
  assert.deepEqual([alerts, errors], [Array(6).fill('31921'), Array(6).fill('31921')])
})

test('a flood of tiny pieces, each with a mark: all are echoed, the audio is whole, the ledger has one entry in 20 ms', async (t) => {
  const pieces = 4800
  const server = await badApp(t, (stream) => {
    for (let count = 1; count <= pieces; count++) {
      say(stream, 'media', { media: { payload: Buffer.of(0x10 + (count % 0x50)).toString('base64') } })
      stream.mark(count === pieces ? 'end' : `m${count}`)
    }
  })
  const { run, sid, alerts, heard } = await tell(t, [server.url])
  assert.deepEqual(alerts, [])
  assert.equal(server.streams[0]!.of('mark').length, pieces)
  assert.deepEqual(
    heard.map((entry) => entry.split(' ')[1]),
    Array(pieces / 160).fill('20'),
  )
  const [recording] = await run.client.calls(sid).recordings.list()
  const [, played] = (await recordedWav(run.ringback, recording!.sid)).channels
  const from = played!.findIndex((sample) => sample !== 0)
  assert.ok(played!.subarray(from, from + pieces).every((sample) => sample !== 0))
})

test('marks without end: those that wait are five thousand at most, the others come back', async (t) => {
  const server = await badApp(t, (stream) => {
    for (let count = 0; count < 8000; count++) stream.mark(`early ${count}`)
    stream.play(1000)
    for (let count = 0; count < 8000; count++) stream.mark(`late ${count}`)
    say(stream, 'clear', {})
    stream.play(100)
    stream.mark('end')
  })
  const { alerts, heard } = await tell(t, [server.url])
  assert.deepEqual([alerts, heard.at(-1)], [['81020'], 'end 100'])
  assert.equal(server.streams[0]!.of('mark').length, 8000 + 5000 + 1)
})

test('twenty minutes of audio in a moment: ten wait, the rest is left out, and a clear is heard at once', async (t) => {
  const server = await startStreamServer(t, (stream, { event, media, mark }) => {
    if (event === 'start') for (let count = 0; count < 1200; count++) stream.play(1000)
    if (media?.chunk === '100') {
      say(stream, 'clear', {})
      stream.play(100)
      stream.mark('end')
    }
    if (mark) stream.socket.close(1000)
  })
  const { alerts, heard } = await tell(t, [server.url])
  assert.deepEqual([alerts, heard.length, heard[1]], [['31931'], 2, 'end 100'])
  const playedMs = Number(heard[0]!.split(' ')[1])
  assert.ok(playedMs >= 1900 && playedMs <= 2100, `${playedMs} ms were heard before the clear`)
})

test('an app that never reads, one way: audio is left out with one alert, and the call lasts as it should', async (t) => {
  const server = await startStreamServer(t, (stream, { event }) => {
    if (event === 'start') stream.socket.pause()
  })
  const run = await journey(t, {
    '/voice': () => `<Start><Stream url="${server.url}" track="both_tracks"/></Start><Pause length="900"/>`,
  })
  const { sid, heard } = await callPhone(run, [{ waitMs: 3_600_000 }])
  assert.equal(heard.status, 'completed')
  const call = await run.client.calls(sid).fetch()
  assert.equal(call.duration, '900')
  const alerts = await run.client.calls(sid).notifications.list()
  assert.deepEqual(
    alerts.map(({ errorCode }) => errorCode),
    ['31930'],
  )
  const metrics = await (await fetch(`${run.ringback.url}/metrics`)).text()
  const [, dropped] = /^ringback_stream_frames_dropped_total (\d+)$/m.exec(metrics) ?? []
  // Of 900 s all but what the sockets between us took in.
  assert.ok(Number(dropped) > 10_000 && Number(dropped) < 45_000, dropped)
})

test('an app that never reads the echoes of its marks: its socket is closed', async (t) => {
  const server = await startStreamServer(t, (stream, { event }) => {
    if (event !== 'start') return
    stream.socket.pause()
    for (let count = 0; count < 6000; count++) stream.mark('n'.repeat(4000))
  })
  const { alerts, errors } = await tell(t, [server.url])
  assert.deepEqual([alerts, errors], [['31921'], ['31921']])
})

test('pings without end, and nobody reads the answers: the connection is cut', async (t) => {
  const server = await startStreamServer(t, (stream, { event }) => {
    if (event !== 'start') return
    stream.socket.pause()
    for (let count = 0; count < 20_000; count++) stream.socket.ping()
  })
  const { alerts, errors } = await tell(t, [server.url])
  assert.deepEqual([alerts, errors], [['31921'], ['31921']])
})

test('an app that never answers the handshake: five seconds, then the next verb', async (t) => {
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  t.after(() => silent.close())
  const { alerts, errors, run } = await tell(t, [`ws://127.0.0.1:${(silent.address() as AddressInfo).port}`])
  assert.deepEqual([alerts, errors], [['31901'], ['31901']])
  assert.deepEqual(
    run.app.to('/stream').map(({ parameters }) => parameters.StreamEvent),
    ['stream-error'],
  )
})

test('wss: with a certificate that is trusted it works, with one that is not it is alert 31910', async (t) => {
  const server = await startStreamServer(
    t,
    (stream, { event, mark }) => {
      if (event === 'start') {
        stream.play(300)
        stream.mark('end')
      }
      if (mark) stream.socket.close(1000)
    },
    { cert: CERTIFICATE, key: CERTIFICATE_KEY },
  )
  const folder = await mkdtemp(join(tmpdir(), 'ringback-ca-'))
  t.after(() => rm(folder, { recursive: true }))
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, CERTIFICATE)
  const trusting = await tell(t, [server.url], { settings: { caFile } })
  assert.deepEqual([trusting.alerts, trusting.heard], [[], ['end 300']])
  const doubting = await tell(t, [server.url])
  assert.deepEqual([doubting.alerts, doubting.heard, doubting.errors], [['31910'], [], ['31910']])
})

test('while an app floods its stream, another call hears and is heard', async (t) => {
  let floods = 0
  const flood = (stream: ServedStream) => {
    if (stream.socket.readyState !== stream.socket.OPEN) return
    for (let count = 0; count < 500; count++) {
      stream.socket.send('{}')
      say(stream, 'media', { media: { payload: 'IA==' } })
      say(stream, 'clear', {})
    }
    floods += 1
    stream.socket.ping('', undefined, () => setImmediate(flood, stream))
  }
  const echo = (stream: ServedStream, { media }: StreamMessage) => {
    if (media) stream.say({ event: 'media', media: { payload: media.payload } })
    if (media?.chunk === '100') stream.mark('end')
  }
  const server = await startStreamServer(t, (stream, message) => {
    if (stream.path === '/echo') echo(stream, message)
    else if (message.event === 'start') flood(stream)
    if (message.mark) stream.socket.close(1000)
  })
  const run = await journey(
    t,
    {
      '/flood': () => connect(`${server.url}/flood`),
      '/echo': () => connect(`${server.url}/echo`),
      '/stream': () => ({ status: 204 }),
    },
    { clock: 'real' },
  )
  const script = { answer: { afterMs: 0 }, script: [{ waitMs: 60_000 }] }
  const flooded = await ringPhone(run, script, { url: `${run.app.url}/flood` })
  await run.app.requested('/stream')
  const { heard } = await callPhone(run, script, { url: `${run.app.url}/echo` })
  assert.equal(heard.status, 'completed')
  assert.ok(heard.heard.some(({ text }) => text === 'end'))
  const stream = server.streams.find(({ path }) => path === '/echo')!
  assert.deepEqual(
    stream
      .of('media')
      .map(({ media }) => media!.timestamp)
      .slice(0, 100),
    Array.from({ length: 100 }, (_, frame) => String(frame * 20)),
  )
  assert.ok(floods > 1, `${floods} floods`)
  await run.client.calls(flooded).update({ status: 'completed' })
  await run.ringback.over(flooded)
  const alerts = await run.client.calls(flooded).notifications.list()
  assert.deepEqual(
    alerts.map(({ errorCode }) => errorCode),
    ['31951'],
  )
})
