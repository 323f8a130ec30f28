/** Debian's pocketsphinx as the recognizer: callers whose words nobody knows are understood from their sound alone. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createFlite } from '../../src/adapters/speech-flite/flite.ts'
import { makeWav } from '../../src/wire/codec/test-sound-files.ts'
import { journey } from '../kit/journey.ts'

const TO = '+15551230001'
const flite = createFlite()
after(() => flite.close())

async function spoken(text: string): Promise<Uint8Array> {
  const voice = { name: 'man', gender: 'male', language: 'en-US' } as const
  const { samples, sampleRate } = await flite.synthesize({ text, voice, rate: 1, pitch: 1 })
  return makeWav({ channels: [Float32Array.from(samples, (sample) => sample / 32_768)], sampleRate, coding: 'pcm16' })
}

/** A call in which a recording of these words is all that the Gather hears. */
async function callSaying(t: Parameters<typeof journey>[0], text: string, attributes: string) {
  const run = await journey(
    t,
    {
      '/voice': () =>
        `<Gather input="speech" speechTimeout="auto" action="/action" ${attributes}><Say>Yes?</Say></Gather><Say>Fell through</Say>`,
      '/action': () => '<Say>Thank you</Say>',
    },
    { settings: { recognitionProvider: 'pocketsphinx' } },
  )
  const { ringback, app, client } = run
  await ringback.sound('words', await spoken(text))
  await ringback.phone(TO, { script: [{ hear: 'yes' }, { waitMs: 500 }, { play: 'words' }] })
  const { sid } = await client.calls.create({ to: TO, from: ringback.number, url: `${app.url}/voice` })
  await ringback.over(sid)
  const alerts = await client.calls(sid).notifications.list()
  return { app, alerts: alerts.map(({ errorCode, messageText }) => [errorCode, messageText] as const) }
}

for (const [what, text, attributes, result] of [
  ['yes', 'yes', '', 'yes'],
  ['no', 'no', '', 'no'],
  ['digits, in figures', 'four two seven', '', '427'],
  ['one of the hints, as it is spelled', 'support', 'hints="Sales, Support, Billing"', 'Support'],
  ['a hint of several words', 'no onions', 'hints="no onions, extra cheese, 2 pizzas"', 'no onions'],
] as const)
  test(`a recording is understood: ${what}`, async (t) => {
    const { app, alerts } = await callSaying(t, text, attributes)
    const { parameters } = await app.requested('/action')
    assert.deepEqual([parameters.SpeechResult, parameters.Confidence], [result, undefined])
    assert.deepEqual(alerts, [])
  })

for (const [what, attributes, message] of [
  ['another language', 'language="fr-FR"', /pocketsphinx understands English only, not "fr-FR"/],
  ['hints that it cannot pronounce', 'hints="Xyzzyx"', /knows how none of the hints is pronounced, such as "Xyzzyx"/],
] as const)
  test(`what it cannot do is told: ${what}`, async (t) => {
    const { app, alerts } = await callSaying(t, 'yes', attributes)
    assert.equal(app.to('/action').length, 0)
    assert.equal(alerts.length, 1)
    assert.equal(alerts[0]![0], '81005')
    assert.match(alerts[0]![1], message)
  })
