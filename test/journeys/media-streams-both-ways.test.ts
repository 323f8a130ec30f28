/** An app that hears a caller and speaks to them: what is heard of it, marks, barge-in, keys, and how it ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { journey } from '../kit/journey.ts'
import { callPhone, near, recordedWav, ringPhone } from '../kit/recordings.ts'
import { startStreamServer } from '../kit/stream-server.ts'
import { soundings } from '../kit/wav-file.ts'

const connect = (url: string, more = '') => `<Connect ${more}><Stream url="${url}"/></Connect>`

test('an echo: the phone hears itself 20 ms later, as long as the app sends it back', async (t) => {
  const server = await startStreamServer(t, (stream, { event, media }) => {
    if (event !== 'media' || !media) return
    stream.say({ event: 'media', media: { payload: media.payload } })
    if (media.chunk === '200') stream.mark('end of echo')
    if (media.chunk === '201') stream.socket.close(1000)
  })
  const run = await journey(t, { '/voice': () => connect(server.url), '/recorded': () => ({ status: 204 }) })
  const { sid, heard } = await callPhone(run, [{ say: 'Can you hear me? I can.' }, { waitMs: 9000 }], {
    record: true,
    recordingChannels: 'dual',
    trim: 'do-not-trim',
  })
  const [echo, ...more] = heard.heard
  assert.deepEqual(more, [])
  assert.deepEqual(
    [echo?.verb, echo?.kind, echo?.text, echo?.lengthMs, echo?.playedMs, echo?.cut],
    ['Connect', 'stream', 'end of echo', 4000, 4000, false],
  )
  near(echo?.atMs, 20)
  assert.equal(server.streams[0]!.of('mark')[0]?.mark?.name, 'end of echo')
  assert.equal(heard.status, 'completed')

  const [recording] = await run.client.calls(sid).recordings.list()
  const { channels } = await recordedWav(run.ringback, recording!.sid)
  const [said, played] = channels
  assert.ok(soundings(said!).length > 0, 'there is something to hear')
  const from = echo!.atMs * 8
  const first = played!.subarray(from, from + 30_000).findIndex((sample, at) => sample !== said![at])
  assert.equal(first, -1, `sample ${first} of the echo differs`)
})

test('marks come back when all before them was played, in order; what was heard of each is in the ledger', async (t) => {
  const server = await startStreamServer(t, (stream, { event, mark }) => {
    if (event === 'start') {
      stream.mark('nothing yet')
      stream.play(1000)
      stream.mark('one')
      stream.play(500, 0x30)
      stream.play(250, 0x30)
      stream.mark('two')
      stream.mark('two and a half')
    }
    if (mark?.name === 'two and a half') stream.socket.close(1000)
  })
  const run = await journey(t, {
    '/voice': () => `${connect(server.url, 'action="/after"')}<Say>Not reached.</Say>`,
    '/after': () => '<Say>Goodbye.</Say>',
  })
  const { heard } = await callPhone(run, [{ hear: 'one' }, { hear: 'two' }, { waitMs: 9000 }])
  assert.deepEqual(
    heard.heard.map(({ atMs, kind, text, playedMs, cut }) => [atMs, kind, text, playedMs, cut]).slice(0, 2),
    [
      [0, 'stream', 'one', 1000, false],
      [1000, 'stream', 'two', 750, false],
    ],
  )
  assert.equal(heard.heard[2]?.text, 'Goodbye.')
  const { messages } = server.streams[0]!
  // How much audio of the caller had come before each.
  const marks = messages.flatMap(({ event, mark }, index) =>
    event === 'mark' ? [[mark?.name, messages.slice(0, index).filter((one) => one.event === 'media').length]] : [],
  )
  assert.deepEqual(
    marks.map(([name]) => name),
    ['nothing yet', 'one', 'two', 'two and a half'],
  )
  near(Number(marks[1]![1]) * 20, 1000)
  near(Number(marks[2]![1]) * 20, 1750)
  const after = await run.app.requested('/after')
  assert.equal(after.parameters.CallStatus, 'in-progress')
})

test('barge-in: the app clears when the caller speaks, and knows from the marks what was not heard', async (t) => {
  const server = await startStreamServer(t, (stream, { event, media, mark }) => {
    if (event === 'start')
      for (const name of ['first', 'second', 'third']) {
        stream.play(2000)
        stream.mark(name)
      }
    // The caller is heard.
    if (media && !stream.path.includes('done') && Buffer.from(media.payload, 'base64').some((code) => code !== 0xff)) {
      if (stream.of('mark').length < 3) stream.say({ event: 'clear' })
    }
    if (mark?.name === 'third') {
      stream.play(300)
      stream.mark('sorry')
    }
    if (mark?.name === 'sorry') stream.socket.close(1000)
  })
  const run = await journey(t, { '/voice': () => connect(server.url) })
  const { heard } = await callPhone(run, [{ waitMs: 3000 }, { say: 'Wait.' }, { waitMs: 9000 }])
  const [first, second, sorry, ...more] = heard.heard
  assert.deepEqual(more, [])
  assert.deepEqual([first?.text, first?.playedMs, first?.cut], ['first', 2000, false])
  assert.deepEqual([second?.text, second?.lengthMs, second?.cut], ['second', 2000, true])
  assert.ok(second!.playedMs >= 1000 && second!.playedMs < 1200, `${second!.playedMs} ms of the second were heard`)
  assert.deepEqual([sorry?.text, sorry?.playedMs, sorry?.cut], ['sorry', 300, false])
  assert.deepEqual(
    server.streams[0]!.of('mark').map(({ mark }) => mark?.name),
    ['first', 'second', 'third', 'sorry'],
  )
})

for (const keys of ['out-of-band', 'in-band'] as const)
  test(`keys ${keys} are told`, async (t) => {
    const server = await startStreamServer(t, (stream, { dtmf }) => {
      if (dtmf?.digit === '#') stream.socket.close(1000)
    })
    const run = await journey(t, { '/voice': () => connect(server.url) })
    await callPhone(run, { keys, script: [{ waitMs: 500 }, { press: '42#' }, { waitMs: 9000 }] })
    assert.deepEqual(
      server.streams[0]!.of('dtmf').map(({ dtmf }) => dtmf),
      ['4', '2', '#'].map((digit) => ({ track: 'inbound_track', digit })),
    )
  })

test('a redirect takes the call away from the app; REST cannot stop the stream', async (t) => {
  const server = await startStreamServer(t, (stream, { event }) => {
    if (event === 'start') stream.play(60_000)
  })
  const run = await journey(t, { '/voice': () => connect(server.url) }, { held: true })
  const { ringback, client } = run
  const callSid = await ringPhone(run, { answer: { afterMs: 1000 }, script: [{ waitMs: 20_000 }] })
  await ringback.clock.advance(3100)
  const call = client.calls(callSid)
  const streamSid = server.streams[0]!.messages[1]!.streamSid!
  await assert.rejects(call.streams(streamSid).update({ status: 'stopped' }), { status: 400, code: 21220 })
  await call.update({ twiml: '<Response><Say>Now to something else.</Say></Response>' })
  ringback.clock.auto()
  await ringback.over(callSid)
  const { heard } = await ringback.heard(callSid)
  assert.deepEqual(
    heard.map(({ kind, text, cut }) => [kind, text, cut]),
    [
      ['stream', undefined, true],
      ['say', 'Now to something else.', false],
    ],
  )
  // The app's sound takes a frame or two to arrive: with the clock in hand nobody waits for it.
  const { playedMs } = heard[0]!
  assert.ok(playedMs >= 1900 && playedMs <= 2000, `${playedMs} ms were heard`)
  assert.equal(server.streams[0]!.messages.at(-1)?.event, 'stop')
})

test('the caller hangs up: stop is told, and nothing of the document follows', async (t) => {
  const server = await startStreamServer(t)
  const run = await journey(t, {
    '/voice': () => `<Connect action="/after"><Stream url="${server.url}" statusCallback="/stream"/></Connect>`,
    '/stream': () => ({ status: 204 }),
  })
  await callPhone(run, [{ waitMs: 1000 }, { hangup: true }])
  const [stream] = server.streams
  assert.deepEqual([stream!.messages.at(-1)?.event, stream!.of('media').length, stream!.code], ['stop', 50, 1000])
  assert.deepEqual(
    run.app.to('/stream').map(({ parameters }) => parameters.StreamEvent),
    ['stream-started', 'stream-stopped'],
  )
  assert.equal(run.app.to('/after').length, 0)
})

test('messages that are not understood are one alert; the stream goes on', async (t) => {
  const server = await startStreamServer(t, (stream, { event, mark }) => {
    if (event === 'start') {
      for (let count = 0; count < 50; count++) stream.socket.send('not JSON')
      stream.say({ event: 'clear', streamSid: 'MZ1' })
      stream.play(100)
      stream.mark('fine')
    }
    if (mark) stream.socket.close(1000)
  })
  const run = await journey(t, { '/voice': () => connect(server.url) })
  const { sid, heard } = await callPhone(run, [{ waitMs: 9000 }])
  assert.deepEqual(
    heard.heard.map(({ text, playedMs }) => [text, playedMs]),
    [['fine', 100]],
  )
  const alerts = await run.client.calls(sid).notifications.list()
  assert.deepEqual(
    alerts.map(({ errorCode }) => errorCode),
    ['31951'],
  )
})

test('a pause ends a stretch, too; another noun of Connect, and another track, are alerts', async (t) => {
  const server = await startStreamServer(t, (stream, { media }) => {
    if (media?.chunk === '10' || media?.chunk === '50') stream.play(400)
    if (media?.chunk === '100') stream.socket.close(1000)
  })
  const run = await journey(t, {
    '/voice': () =>
      `<Connect><Room>r</Room></Connect><Connect><Stream url="${server.url}" track="outbound_track"/></Connect>`,
  })
  const { sid, heard } = await callPhone(run, [{ waitMs: 9000 }])
  assert.deepEqual(
    heard.heard.map(({ atMs, playedMs, cut }) => [atMs, playedMs, cut]),
    [
      [200, 400, false],
      [1000, 400, false],
    ],
  )
  assert.deepEqual(server.streams[0]!.messages[1]!.start?.tracks, ['inbound'])
  const alerts = await run.client.calls(sid).notifications.list()
  assert.deepEqual(alerts.map(({ errorCode }) => errorCode).toSorted(), ['31941', '81001'])
})
