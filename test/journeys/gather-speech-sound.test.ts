/** Callers whose words nobody knows: a recording is played to the Gather, and a service is asked what it says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeWav, toneSamples } from '../../src/wire/codec/test-sound-files.ts'
import { type Journey, journey } from '../kit/journey.ts'
import { aRecognizer, words } from '../kit/recognizer.ts'
import { parseWav, powerAt, soundings } from '../kit/wav-file.ts'

const TO = '+15551230001'
const HZ = 440
const SOUND_MS = 1500
const sound = makeWav({
  channels: [toneSamples({ hz: HZ, sampleRate: 8000, lengthMs: SOUND_MS })],
  sampleRate: 8000,
  coding: 'pcm16',
})
/** Sound is taken for speech once it has lasted so long. */
const NOTICED_MS = 200

const GATHER =
  '<Gather input="speech" speechTimeout="2" timeout="4" language="fr-FR" hints="une pizza, $OOV_CLASS_DIGIT" action="/action"><Say>How can I help?</Say></Gather><Say>Fell through</Say>'

const routes = { '/voice': () => GATHER, '/action': () => '<Say>Thank you</Say>' }

/** The caller plays the sound half a second after the answer. */
async function callPlaying({ ringback, app, client }: Journey): Promise<string> {
  await ringback.sound('order', sound)
  await ringback.phone(TO, { script: [{ waitMs: 500 }, { play: 'order' }] })
  const { sid } = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/voice` })
  await ringback.over(sid)
  return sid
}

const served = (url: string) => ({
  settings: { recognitionProvider: 'openai', recognitionUrl: url, recognitionModel: 'small' },
})

test('the service is sent what was said, and no more; its words are the result', async (t) => {
  const service = await aRecognizer(t, () => words('Une pizza.'))
  const run = await journey(t, routes, served(service.url))
  const sid = await callPlaying(run)
  const { parameters } = await run.app.requested('/action')
  assert.deepEqual(
    [parameters.SpeechResult, parameters.Confidence, parameters.Language],
    ['Une pizza.', undefined, 'fr-FR'],
  )
  assert.equal(service.asked.length, 1)
  const [{ fields, file }] = service.asked as [(typeof service.asked)[0]]
  assert.deepEqual(fields, { model: 'small', language: 'fr', response_format: 'json', prompt: 'une pizza' })
  const [channel] = parseWav(file).channels
  const [[from, to] = [0, 0], ...others] = soundings(channel!)
  assert.equal(others.length, 0)
  assert.ok(Math.abs(to - from - SOUND_MS) <= 40, `${to - from} ms`)
  assert.ok(powerAt(channel!, HZ, from + 100, to - 100) > 0.9)
  const { heard } = await run.ringback.heard(sid)
  const [prompt, next] = heard
  assert.ok(Math.abs(prompt!.playedMs - 500 - NOTICED_MS) <= 20, `${prompt!.playedMs} ms`)
  // Its silence counts from its last sound.
  assert.ok(Math.abs(next!.atMs - 500 - SOUND_MS - 2000) <= 20, `${next!.atMs} ms`)
  assert.equal((await run.client.calls(sid).notifications.list()).length, 0)
})

for (const [what, answer, alerts] of [
  ['noise, in which the service finds no words', words(''), []],
  ['a service that fails', { status: 500, body: 'out of order' }, ['81005']],
] as const)
  test(`${what}: as if nothing was said`, async (t) => {
    const service = await aRecognizer(t, () => answer)
    const run = await journey(t, routes, served(service.url))
    const sid = await callPlaying(run)
    assert.equal(run.app.to('/action').length, 0)
    assert.equal((await run.ringback.heard(sid)).heard.at(-1)?.text, 'Fell through')
    const notifications = await run.client.calls(sid).notifications.list()
    assert.deepEqual(
      notifications.map(({ errorCode }) => errorCode),
      alerts,
    )
  })

test('without a recognizer the prompt is not cut, the Gather times out, and the call is told why once', async (t) => {
  const run = await journey(t, {
    ...routes,
    '/voice': () => GATHER.repeat(2),
  })
  const { ringback, app, client } = run
  await ringback.sound('order', sound)
  await ringback.phone(TO, { script: [{ waitMs: 500 }, { play: 'order' }, { waitMs: 6000 }, { play: 'order' }] })
  const { sid } = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/voice` })
  await ringback.over(sid)
  assert.equal(app.to('/action').length, 0)
  const { heard } = await ringback.heard(sid)
  assert.deepEqual(
    heard.slice(0, 2).map(({ text, atMs, cut }) => [text, atMs, cut]),
    [
      ['How can I help?', 0, false],
      ['Fell through', 4900, false],
    ],
  )
  const alerts = await client.calls(sid).notifications.list()
  assert.deepEqual(
    alerts.map(({ errorCode, messageText }) => [errorCode, /recognition\.provider/.test(messageText)]),
    [['81005', true]],
  )
})
