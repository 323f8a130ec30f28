/** The audio of a call after the fact, of calls that nobody recorded, and sounds that phones play. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeWav, toneSamples } from '../../src/wire/codec/test-sound-files.ts'
import { journey } from '../kit/journey.ts'
import { callPhone, near, nearStretches, recordedWav } from '../kit/recordings.ts'
import { parseWav, powerAt, soundings } from '../kit/wav-file.ts'

const MUSIC = makeWav({
  channels: [toneSamples({ hz: 620, sampleRate: 16_000, lengthMs: 1500 })],
  sampleRate: 16_000,
  coding: 'pcm16',
})

test('a phone plays a sound that was uploaded', async (t) => {
  const run = await journey(t, {
    '/voice': () => '<Record action="/done" playBeep="false" finishOnKey="#" trim="do-not-trim"/>',
    '/done': () => '<Hangup/>',
  })
  const { ringback } = run
  await ringback.sound('music', MUSIC)
  const script = [{ waitMs: 700 }, { play: 'music' }, { waitMs: 300 }, { press: '#' }]
  const { heard } = await callPhone(run, script)
  const { RecordingSid: sid } = (await run.app.requested('/done')).parameters
  const [phone] = (await recordedWav(ringback, sid!)).channels
  nearStretches(soundings(phone!), [[700, 2200]], 'the music')
  near(phone!.length / 8, 2500, 'the recording')
  assert.ok(powerAt(phone!, 620, 800, 2100) > 0.95)
  assert.deepEqual(heard.said, [{ atMs: 700, text: '(music)' }])
})

test('a phone that shall play what was never uploaded has failed, and hangs up', async (t) => {
  const run = await journey(t, { '/voice': () => '<Pause length="60"/>' })
  const { heard } = await callPhone(run, [{ waitMs: 100 }, { play: 'nothing' }, { waitMs: 100 }])
  assert.deepEqual([heard.script?.state, heard.script?.step], ['failed', 2])
})

test('the audio of a call is what a recording of it has, sample by sample', async (t) => {
  const run = await journey(t, {
    '/voice': () =>
      '<Say>Welcome, and listen.</Say><Play digits="12"/><Gather numDigits="1" action="/cut"><Play>/music.wav</Play></Gather>',
    '/music.wav': () => ({ headers: { 'content-type': 'audio/wav' }, body: MUSIC }),
    '/cut': () => '<Say loop="2">Thank you.</Say><Pause length="3"/>',
  })
  const { ringback, client } = run
  await ringback.sound('music', MUSIC)
  const script = [
    { hear: 'welcome' },
    { say: 'Hello?' },
    { waitMs: 1000 },
    { press: '34', inBand: true },
    { waitMs: 500 },
    { play: 'music' },
    { say: 'That was it.' },
  ]
  const order = { record: true, recordingChannels: 'dual', trim: 'do-not-trim' }
  const { sid, heard } = await callPhone(run, script, order)
  const [recording] = await client.calls(sid).recordings.list()
  const recorded = await recordedWav(ringback, recording!.sid)
  const audio = parseWav(await ringback.audio(sid))
  assert.deepEqual([audio.sampleRate, audio.channels.length], [8000, 2])
  near(audio.lengthMs, recorded.lengthMs, 'the length', 1)
  // The key cut the music in its middle.
  assert.ok(heard.heard.some(({ kind, cut }) => kind === 'play' && cut))
  for (const [channel, side] of ['the phone', 'the platform'].entries()) {
    const expected = recorded.channels[channel]!
    const actual = audio.channels[channel]!
    assert.ok(soundings(expected).length > 2)
    const differs = expected.findIndex((sample, at) => sample !== actual[at])
    assert.equal(differs, -1, `${side}: sample ${differs}, at ${differs / 8} ms, of ${expected.length}`)
  }
})

test('calls that nobody recorded have audio too, also after a restart', async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'ringback-audio-'))
  t.after(() => rm(data, { recursive: true, force: true }))
  const first = await journey(t, { '/voice': () => '<Say>Hello there.</Say><Pause length="1"/>' }, { data })
  const { sid } = await callPhone(first, [{ say: 'Good day to you.' }])
  const before = await first.ringback.audio(sid)
  await first.ringback.stop()
  const second = await journey(t, {}, { data })
  const after = await second.ringback.audio(sid)
  assert.ok(soundings(parseWav(after).channels[1]!).length > 0)
  assert.deepEqual(after, before)
})
