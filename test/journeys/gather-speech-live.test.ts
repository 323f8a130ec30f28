/** Callers whose words nobody knows, recognized while they speak: partial results come in time, and faults are told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeWav, toneSamples } from '../../src/wire/codec/test-sound-files.ts'
import { type Journey, journey } from '../kit/journey.ts'
import { aVoskServer, partial, phrase, type StubScript } from '../kit/vosk-server.ts'

const TO = '+15551230001'
const sound = makeWav({
  channels: [toneSamples({ hz: 440, sampleRate: 8000, lengthMs: 1500 })],
  sampleRate: 8000,
  coding: 'pcm16',
})

const ORDER = [{ waitMs: 500 }, { play: 'order' }] as const

const GATHER =
  '<Gather input="speech" speechTimeout="2" timeout="4" action="/action" partialResultCallback="/partial"><Say>Speak</Say></Gather><Say>Fell through</Say>'
const routes = {
  '/voice': () => GATHER,
  '/partial': () => ({ status: 204 }),
  '/action': () => '<Say>Thank you</Say>',
}

/** The caller plays the sound half a second after the prompt, and then says something that is known. */
async function callPlaying({ ringback, app, client }: Journey): Promise<string> {
  await ringback.sound('order', sound)
  await ringback.phone(TO, { script: [{ hear: 'speak' }, ...ORDER, { waitMs: 1700 }, { say: 'Please' }] })
  const { sid } = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/voice` })
  await ringback.over(sid)
  return sid
}

const settings = (...servers: string[]) => ({ recognitionProvider: 'vosk', recognitionServers: servers }) as const

/** A word more every half second. */
const PIZZAS: StubScript = {
  heard: ({ pieces }) =>
    partial(['', 'two', 'two pizzas', 'two shit pizzas'][Math.floor(pieces / 5)] ?? 'two shit pizzas'),
  ended: () => phrase('two shit pizzas', 0.75),
}

const essence = (parameters: Readonly<Record<string, string>>) =>
  ['SequenceNumber', 'UnstableSpeechResult', 'StableSpeechResult'].map((name) => parameters[name])

for (const clock of ['virtual', 'real'] as const)
  test(`on the ${clock} clock partial results are told while the caller speaks, and the result at the end`, async (t) => {
    const server = await aVoskServer(t, PIZZAS)
    const run = await journey(t, routes, { clock, settings: settings(server.url) })
    const sid = await callPlaying(run)
    const { parameters } = await run.app.requested('/action')
    assert.deepEqual(
      [parameters.SpeechResult, parameters.Confidence, parameters.Language],
      ['two s*** pizzas Please', '0.75', 'en-US'],
    )
    const told = run.app.to('/partial').map((request) => essence(request.parameters))
    assert.deepEqual(told, [
      ['0', 'two', ''],
      ['1', 'two pizzas', 'two'],
      ['2', 'two s*** pizzas', 'two s***'],
      ['3', 'two s*** pizzas Please', 'two s*** pizzas'],
    ])
    const [{ samples, pieces, texts }, ...others] = server.utterances as [(typeof server.utterances)[0]]
    assert.equal(others.length, 0)
    assert.equal(texts.at(-1), '{"eof" : 1}')
    const loud = samples.findIndex((sample) => Math.abs(sample) > 1000) / 8
    assert.ok(loud > 250 && loud < 320, `${loud} ms of silence before it`)
    assert.ok(pieces >= 20 && pieces <= 24, `${pieces} pieces`)
    assert.equal((await run.client.calls(sid).notifications.list()).length, 0)
  })

for (const [what, script] of [
  ['closes midway', { heard: ({ socket, pieces }) => (pieces === 5 ? void socket.close(1011) : partial('')) }],
  ['talks nonsense', { heard: () => 'Hello' }],
] as const satisfies readonly (readonly [string, StubScript])[])
  test(`a server that ${what}: what is known is the result, and the call is told why the rest is not`, async (t) => {
    const server = await aVoskServer(t, script)
    const run = await journey(t, routes, { settings: settings(server.url) })
    const sid = await callPlaying(run)
    assert.equal((await run.app.requested('/action')).parameters.SpeechResult, 'Please')
    const alerts = await run.client.calls(sid).notifications.list()
    assert.deepEqual(
      alerts.map(({ errorCode, messageText }) => [errorCode, /The recognition server/.test(messageText)]),
      [['81005', true]],
    )
  })

test('who hangs up while they speak is not waited for', async (t) => {
  const server = await aVoskServer(t, PIZZAS)
  const run = await journey(t, routes, { settings: settings(server.url) })
  const { ringback, app, client } = run
  await ringback.sound('order', sound)
  await ringback.phone(TO, { script: [{ hear: 'speak' }, ...ORDER, { waitMs: 900 }, { hangup: true }] })
  const { sid } = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/voice` })
  await ringback.over(sid)
  assert.equal(app.to('/action').length, 0)
  assert.ok(app.to('/partial').length >= 1)
  assert.equal(server.utterances.length, 1)
})

test('a language without a server is told, as any other fault', async (t) => {
  const run = await journey(t, routes, { settings: settings('fr=ws://127.0.0.1:9') })
  const sid = await callPlaying(run)
  assert.equal((await run.app.requested('/action')).parameters.SpeechResult, 'Please')
  const [alert] = await run.client.calls(sid).notifications.list()
  assert.match(alert!.messageText, /No recognition server is set for "en-US"/)
})
