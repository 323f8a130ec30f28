/** The protocol against a stub of a server on loopback: what it is sent, what becomes of its answers, and of its faults. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer, Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { aVoskServer, partial, phrase, type StubScript } from '../../../test/kit/vosk-server.ts'
import { ULAW_TO_LINEAR } from '../../wire/codec/g711.ts'
import { createSocketRecognizer, type SocketRecognitionOptions } from './recognition-socket.ts'
import type { UtteranceLimits } from './utterance.ts'

const EXPECTED = { language: 'en-US', hints: ['pizza'] }
const PIECE = new Uint8Array(800).fill(0x90)
const LOUD = ULAW_TO_LINEAR[0x90]

function aRecognizer(t: TestContext, options: Partial<SocketRecognitionOptions>) {
  const agents = { http: new HttpAgent(), https: new HttpsAgent() }
  const recognizer = createSocketRecognizer({ servers: [], agents, ca: null, ...options })
  t.after(() => recognizer.close())
  return recognizer
}

async function aService(t: TestContext, script: StubScript = {}, limits: Partial<UtteranceLimits> = {}) {
  const server = await aVoskServer(t, script)
  const recognizer = aRecognizer(t, { servers: [{ language: null, url: server.url }], limits })
  const told: string[] = []
  const open = () => recognizer.open(EXPECTED, (words) => told.push(words))
  return { ...server, recognizer, told, open }
}

test('sound goes as it is spoken, words come back, and the end brings the last of them', async (t) => {
  const { open, utterances, told } = await aService(t, {
    heard: ({ pieces }) =>
      [partial(''), partial('two'), partial('two'), phrase('two pizzas', 0.8), partial('no'), partial('no onion')][
        pieces - 1
      ],
    ended: () => phrase('no onions please', 1),
  })
  const live = open()
  for (let piece = 0; piece < 6; piece++) await live.push(PIECE)
  assert.deepEqual(told, ['two', 'two pizzas', 'two pizzas no', 'two pizzas no onion'])
  assert.deepEqual(await live.end(), { text: 'two pizzas no onions please', confidence: (2 * 0.8 + 3) / 5 })
  const [{ texts, samples }] = utterances as [(typeof utterances)[0]]
  assert.deepEqual(texts, ['{"config":{"sample_rate":8000}}', '{"eof" : 1}'])
  assert.equal(samples.length, 4800)
  assert.ok(samples.every((sample) => sample === LOUD))
})

test('sound and end that come before the connection stands wait for it', async (t) => {
  const { open, utterances } = await aService(t, { ended: () => phrase('yes') })
  const live = open()
  void live.push(PIECE)
  void live.push(PIECE)
  assert.deepEqual(await live.end(), { text: 'yes', confidence: 0.9 })
  assert.equal(utterances[0]!.pieces, 2)
})

test('sound that is known as a whole goes in pieces, each once the one before was answered', async (t) => {
  const { recognizer, utterances } = await aService(t, { ended: ({ pieces }) => phrase(`${pieces} pieces`) })
  const ulaw = new Uint8Array(120_000 * 8).fill(0x90)
  assert.deepEqual(await recognizer.recognize({ ...EXPECTED, ulaw }), { text: '240 pieces', confidence: 0.9 })
  assert.equal(utterances[0]!.samples.length, ulaw.length)
})

test('a server that answers sound with nothing is waited for in bounds, and its sound still goes', async (t) => {
  const script = { heard: () => undefined, ended: () => phrase('at last') }
  const { recognizer, utterances } = await aService(t, script, { stepMsMax: 10, stepsMsMax: 30 })
  const ulaw = new Uint8Array(60_000 * 8)
  assert.equal((await recognizer.recognize({ ...EXPECTED, ulaw })).text, 'at last')
  assert.equal(utterances[0]!.samples.length, ulaw.length)
})

for (const [what, script, expected] of [
  ['no words', {}, { text: '', confidence: null }],
  ['words without confidence', { ended: () => ({ text: 'yes' }) }, { text: 'yes', confidence: null }],
  [
    'odd confidences, which are passed over',
    { ended: () => ({ text: 'a  b\nc', result: [{ conf: 7 }, { conf: 0.5 }, 'x', null, {}] }) },
    { text: 'a b c', confidence: 0.5 },
  ],
  [
    'words on a socket that stays open, to every message',
    { ended: () => phrase('yes'), staysOpen: true },
    { text: 'yes', confidence: 0.9 },
  ],
  [
    'words on a socket that stays open, to the end alone',
    { heard: () => undefined, ended: () => phrase('yes'), staysOpen: true },
    { text: 'yes', confidence: 0.9 },
  ],
] as const satisfies readonly (readonly [string, StubScript, object])[])
  test(`answered: ${what}`, async (t) => {
    const { open } = await aService(t, script)
    const live = open()
    void live.push(PIECE)
    assert.deepEqual(await live.end(), expected)
  })

for (const [what, script, message] of [
  [
    'no JSON',
    { heard: () => 'Hello\n there' },
    /^The recognition server answered with something else than words: "Hello there"\.$/,
  ],
  ['JSON of another kind', { heard: () => ({ words: 'yes' }) }, /^The recognition server answered with something else/],
  ['null', { heard: () => 'null' }, /^The recognition server answered with something else/],
  ['a text that is none', { ended: () => ({ text: ['yes'] }) }, /^The recognition server answered with something else/],
  ['something huge', { heard: () => partial('x'.repeat(300_000)) }, /broke the protocol: Max payload size exceeded/],
  [
    'too much',
    {
      heard: ({ socket }) => {
        for (let count = 0; count < 10_001; count++) socket.send('{"partial":""}')
        return undefined
      },
    },
    /^The recognition server gave more than 10000 answers\.$/,
  ],
  [
    'a connection that closes midway',
    { heard: ({ socket }) => void socket.close(1011) },
    /^The recognition server closed the connection before the last words\.$/,
  ],
  [
    'a connection that breaks',
    { heard: ({ socket }) => void socket.terminate() },
    /^The recognition server closed the connection before the last words\.$/,
  ],
  [
    'no last words',
    { ended: () => undefined, staysOpen: true },
    /^The recognition server did not tell the last words within 100 ms\.$/,
  ],
] as const satisfies readonly (readonly [string, StubScript, RegExp])[])
  test(`a fault is a sentence: ${what}`, async (t) => {
    const { open } = await aService(t, script, { lastWordsMsMax: 100 })
    const live = open()
    await live.push(PIECE)
    await assert.rejects(live.end(), { message })
  })

test('a server that does not read is given up once it is 16 seconds behind', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.pause())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  const live = aRecognizer(t, { servers: [{ language: null, url }] }).open(EXPECTED, () => {})
  for (let piece = 0; piece < 170; piece++) void live.push(PIECE)
  await assert.rejects(live.end(), {
    message: 'The recognition server reads too slowly: it is more than 256 KiB behind.',
  })
})

test('a server that takes for ever is given up, and who waits for a piece goes on', async (t) => {
  const { open } = await aService(
    t,
    { heard: () => undefined },
    { utteranceMsMax: 100, stepMsMax: 60_000, stepsMsMax: 60_000 },
  )
  const live = open()
  await live.push(PIECE)
  await assert.rejects(live.end(), { message: 'The recognition server took more than 100 ms.' })
})

test('nobody listens, or somebody who speaks otherwise', async (t) => {
  const http = createHttpServer((_request, response) => response.writeHead(404).end('no'))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const url = `ws://127.0.0.1:${port}`
  const speech = { ...EXPECTED, ulaw: PIECE }
  const recognizer = aRecognizer(t, { servers: [{ language: null, url }] })
  await assert.rejects(recognizer.recognize(speech), { message: /^The recognition server was not reached.*404/ })
  await new Promise((resolve) => http.close(resolve))
  await assert.rejects(recognizer.recognize(speech), {
    message: /^The recognition server was not reached.*ECONNREFUSED/,
  })
})

test('which server is asked depends on the language', async (t) => {
  const servers = await Promise.all(
    ['fr-CA', 'fr', 'any'].map((name) => aVoskServer(t, { ended: () => ({ text: name }) })),
  )
  const languages = ['fr-CA', 'fr', null]
  const all = servers.map(({ url }, index) => ({ language: languages[index]!, url }))
  const recognizer = aRecognizer(t, { servers: all })
  for (const [language, name] of [
    ['fr-ca', 'fr-CA'],
    ['fr-FR', 'fr'],
    ['en-US', 'any'],
  ] as const)
    assert.equal((await recognizer.recognize({ ulaw: PIECE, language, hints: [] })).text, name)
  const none = aRecognizer(t, { servers: all.slice(0, 2) })
  await assert.rejects(none.recognize({ ulaw: PIECE, language: 'en-US', hints: [] }), {
    message: 'No recognition server is set for "en-US" (recognition.servers).',
  })
})

test('closing gives up what is under way, and nothing begins after it', async (t) => {
  const { open, recognizer } = await aService(t, { heard: () => undefined })
  const live = open()
  void live.push(PIECE)
  const outcome = assert.rejects(live.end(), { message: 'The recognition server is no longer asked.' })
  await recognizer.close()
  await outcome
  assert.throws(open, { message: 'The recognition server is no longer asked.' })
})

test('so many at once and no more; one that nobody wants to know of makes room', async (t) => {
  const { open } = await aService(t)
  const all = Array.from({ length: 200 }, open)
  assert.throws(open, { message: 'The recognition server has 200 utterances under way and takes no more.' })
  all[0]!.close()
  all[0]!.close()
  await assert.rejects(all[0]!.end())
  open().close()
})
