/** Callers whose words nobody knows, heard all the time and recognized while they speak: by a transcription, by an agent. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeWav, toneSamples } from '../../src/wire/codec/test-sound-files.ts'
import { type Journey, journey } from '../kit/journey.ts'
import { CALLBACK, rowsOf, startTranscription, toldOf } from '../kit/live-transcription.ts'
import { callPhone, PHONE } from '../kit/recordings.ts'
import { startRelayServer } from '../kit/relay-server.ts'
import { aVoskServer, partial, phrase, type StubScript } from '../kit/vosk-server.ts'

const sound = makeWav({
  channels: [toneSamples({ hz: 440, sampleRate: 8000, lengthMs: 1500 })],
  sampleRate: 8000,
  coding: 'pcm16',
})

const NO_CONTENT = () => ({ status: 204 })
const settings = (...servers: string[]) => ({ recognitionProvider: 'vosk', recognitionServers: servers }) as const
const codes = async ({ client }: Journey, sid: string) =>
  (await client.calls(sid).notifications.list()).map(({ errorCode }) => errorCode)

/** A word more every half second. */
const PIZZAS: StubScript = {
  heard: ({ pieces }) =>
    partial(['', 'two', 'two pizzas', 'two shit pizzas'][Math.min(3, Math.floor(pieces / 5))] ?? ''),
  ended: () => phrase('two shit pizzas', 0.75),
}
const PARTIALS = ['inbound: two…', 'inbound: two pizzas…', 'inbound: two s*** pizzas…']

for (const clock of ['virtual', 'real'] as const)
  test(`on the ${clock} clock a transcription is told words while they are spoken, and the rest at the end`, async (t) => {
    const server = await aVoskServer(t, PIZZAS)
    const run = await journey(
      t,
      {
        '/voice': () =>
          `${startTranscription('track="inbound_track" partialResults="true"')}<Pause length="${clock === 'real' ? 4 : 9}"/>`,
        [CALLBACK]: NO_CONTENT,
      },
      { clock, settings: settings(server.url) },
    )
    await run.ringback.sound('order', sound)
    await run.ringback.phone(PHONE, {})
    const { sid } = await callPhone(run, {
      answer: { afterMs: 0 },
      script: [{ waitMs: 300 }, { play: 'order' }, { waitMs: 60_000 }],
    })
    assert.deepEqual(rowsOf(run.app), ['started', ...PARTIALS, 'inbound: two s*** pizzas', 'stopped'])
    assert.equal(toldOf(run.app).at(-2)?.TranscriptionData, '{"transcript":"two s*** pizzas","confidence":0.75}')
    assert.equal(server.utterances.length, 1)
    assert.ok(server.utterances[0]!.pieces > 15)
    assert.deepEqual(await codes(run, sid), [])
  })

test('known words and others in one utterance are told together', async (t) => {
  const server = await aVoskServer(t, PIZZAS)
  const run = await journey(
    t,
    {
      '/voice': () => `${startTranscription('track="inbound_track" partialResults="true"')}<Pause length="9"/>`,
      [CALLBACK]: NO_CONTENT,
    },
    { settings: settings(server.url) },
  )
  await run.ringback.sound('order', sound)
  await callPhone(run, [{ say: 'Hi' }, { waitMs: 300 }, { play: 'order' }, { waitMs: 60_000 }])
  assert.deepEqual(rowsOf(run.app), [
    'started',
    'inbound: Hi…',
    'inbound: Hi two…',
    'inbound: Hi two pizzas…',
    'inbound: Hi two s*** pizzas…',
    'inbound: Hi two s*** pizzas',
    'stopped',
  ])
})

test('a server that breaks off is told once; what is known goes on', async (t) => {
  const server = await aVoskServer(t, {
    heard: ({ pieces, socket }) => {
      if (pieces === 10) socket.terminate()
      return partial('two')
    },
  })
  const run = await journey(
    t,
    {
      '/voice': () => `${startTranscription('track="inbound_track" partialResults="true"')}<Pause length="15"/>`,
      [CALLBACK]: NO_CONTENT,
    },
    { settings: settings(server.url) },
  )
  await run.ringback.sound('order', sound)
  const script = [{ play: 'order' }, { waitMs: 2000 }, { play: 'order' }, { waitMs: 2000 }, { say: 'Bye.' }] as const
  const { sid } = await callPhone(run, [...script, { waitMs: 60_000 }])
  assert.deepEqual(rowsOf(run.app), [
    'started',
    'inbound: two…',
    'error',
    'inbound: two…',
    'inbound: Bye.…',
    'inbound: Bye.',
    'stopped',
  ])
  assert.equal(server.utterances.length, 2)
  assert.deepEqual(await codes(run, sid), ['32651'])
})

test('an agent reads along while the caller speaks, and answers when they have spoken', async (t) => {
  const vosk = await aVoskServer(t, PIZZAS)
  const prompts: [unknown, unknown][] = []
  const relay = await startRelayServer(t, (socket, message) => {
    if (message.type !== 'prompt') return
    prompts.push([message.voicePrompt, message.last])
    if (message.last) socket.send({ type: 'text', token: 'Right away.', last: true })
  })
  const run = await journey(
    t,
    {
      '/voice': () =>
        `<Connect><ConversationRelay url="${relay.url}" welcomeGreeting="What will it be?" partialPrompts="true" profanityFilter="false"/></Connect>`,
    },
    { settings: settings(vosk.url) },
  )
  await run.ringback.sound('order', sound)
  const { heard } = await callPhone(run, [{ hear: 'be?' }, { waitMs: 300 }, { play: 'order' }, { hear: 'away.' }])
  assert.deepEqual(prompts, [
    ['two', false],
    ['two pizzas', false],
    ['two shit pizzas', false],
    ['two shit pizzas', true],
  ])
  assert.deepEqual(
    heard.heard.map(({ text }) => text),
    ['What will it be?', 'Right away.'],
  )
  assert.equal(vosk.utterances.length, 1)
})
