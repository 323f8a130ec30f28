/** The service's interface against a small server on loopback: what is asked, and every way in which it answers. */
import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Words } from '../../engine/ports/speech.ts'
import { silentLogger } from '../../lib/logger.ts'
import { createHttpClient } from '../http-client/index.ts'
import { createOpenai, type OpenaiOptions, type ServiceVoices } from './openai.ts'

interface Asked {
  readonly line: string
  readonly headers: IncomingHttpHeaders
  readonly body: { readonly input: string; readonly [name: string]: unknown }
}

const KEY = 'sk-very-secret'
const VOICES: ServiceVoices = { female: 'nova', male: 'onyx', named: new Map([['Polly.Joanna', 'shimmer']]) }

/** A WAV file as services stream it, whose header claims four gigabytes. */
function aWav(samples: readonly number[], sampleRate = 24_000): Buffer {
  const file = Buffer.alloc(44 + samples.length * 2)
  file.write('RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0\x01\0', 'latin1')
  file.writeUInt32LE(sampleRate, 24)
  file.writeUInt32LE(sampleRate * 2, 28)
  file.write('\x02\0\x10\0data\xff\xff\xff\xff', 32, 'latin1')
  for (const [index, sample] of samples.entries()) file.writeInt16LE(sample, 44 + index * 2)
  return file
}

async function aService(
  t: TestContext,
  answer: (response: ServerResponse, asked: Asked) => void,
  options: Partial<OpenaiOptions> = {},
  egress: 'local' | 'public' = 'local',
) {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString())
    asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body })
    answer(response, asked.at(-1)!)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const transport = createHttpClient({ egress: { mode: egress, allow: [] }, logger: silentLogger })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const openai = createOpenai({ transport, url, key: KEY, model: 'tts-1', voices: VOICES, format: 'wav', ...options })
  t.after(async () => {
    await openai.close()
    await transport.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { openai, asked, url }
}

const words = (more: Partial<Words> = {}): Words => ({
  text: 'Hello "there", 你好.',
  voice: { name: 'woman', gender: 'female', language: 'en-US' },
  rate: 1,
  pitch: 1,
  ...more,
})

test('it asks as OpenAI wants to be asked, and reads the samples', async (t) => {
  const { openai, asked } = await aService(t, (response) => response.end(aWav([1, -2, 3])))
  assert.deepEqual(await openai.synthesize(words()), { samples: Int16Array.of(1, -2, 3), sampleRate: 24_000 })
  const [{ line, headers, body }] = asked as [Asked]
  assert.equal(line, 'POST /v1/audio/speech')
  assert.equal(headers.authorization, `Bearer ${KEY}`)
  assert.equal(headers['content-type'], 'application/json')
  assert.deepEqual(body, {
    model: 'tts-1',
    voice: 'nova',
    input: 'Hello "there", 你好.',
    response_format: 'wav',
    speed: 1,
  })
})

for (const [what, options, more, wanted] of [
  ['a man', {}, { voice: { name: 'man', gender: 'male', language: 'en-US' } }, { voice: 'onyx' }],
  ['a name', {}, { voice: { name: 'Polly.Joanna', gender: 'female', language: 'en-US' } }, { voice: 'shimmer' }],
  ['speed', {}, { rate: 1.5, pitch: 2 }, { speed: 1.5 }],
  ['the slowest it can', {}, { rate: 0.2 }, { speed: 0.25 }],
  ['another model', { model: 'kokoro' }, {}, { model: 'kokoro' }],
] as const)
  test(`asked for: ${what}`, async (t) => {
    const { openai, asked } = await aService(t, (response) => response.end(aWav([1])), options)
    await openai.synthesize(words(more))
    for (const [name, value] of Object.entries(wanted)) assert.equal(asked[0]!.body[name], value)
  })

test('without a key none is sent; a slash at the end of the address does no harm', async (t) => {
  const { openai, asked, url } = await aService(t, (response) => response.end(aWav([1])), { key: null })
  await openai.synthesize(words())
  assert.equal(asked[0]!.headers.authorization, undefined)
  const transport = createHttpClient({ egress: { mode: 'local', allow: [] }, logger: silentLogger })
  t.after(() => transport.close())
  const slashed = createOpenai({ transport, url: `${url}/`, key: null, model: 'x', voices: VOICES, format: 'wav' })
  await slashed.synthesize(words())
  assert.equal(asked[1]!.line, 'POST /v1/audio/speech')
})

test('bare samples are read when that is what was asked for', async (t) => {
  const { openai, asked } = await aService(t, (response) => response.end(Buffer.of(1, 0, 0xff, 0xff, 9)), {
    format: 'pcm',
  })
  assert.deepEqual(await openai.synthesize(words()), { samples: Int16Array.of(1, -1), sampleRate: 24_000 })
  assert.equal(asked[0]!.body.response_format, 'pcm')
})

test('a text longer than the service takes is asked for in pieces', async (t) => {
  const { openai, asked } = await aService(t, (response, { body }) => response.end(aWav([body.input.length])))
  const text = 'This is a sentence. '.repeat(240).trim()
  const { samples } = await openai.synthesize(words({ text }))
  assert.deepEqual([...samples], [3999, 799])
  assert.equal(asked.map(({ body }) => body.input).join(' '), text)
})

const json = (status: number, body: unknown) => (response: ServerResponse) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

for (const [what, answer, message] of [
  [
    'a refusal, in its words and without the key',
    json(401, { error: { message: `Incorrect API key provided: ${KEY}.`, type: 'invalid_request_error' } }),
    'The speech service answered 401: Incorrect API key provided: ***.',
  ],
  [
    'a refusal of another shape',
    json(422, { detail: 'No such voice.' }),
    'The speech service answered 422: No such voice.',
  ],
  [
    'a page',
    (response) => response.writeHead(502).end('<h1>Bad\n gateway</h1>'),
    'The speech service answered 502: <h1>Bad gateway</h1>',
  ],
  ['nothing but a status', (response) => response.writeHead(503).end(), 'The speech service answered 503'],
  ['a redirect', (response) => response.writeHead(302, { location: '/' }).end(), 'The speech service answered 302'],
  [
    'another format',
    (response) => response.end('ID3\x04 some music'),
    /^The speech service answered with something else than a WAV file: WAV file: "ID3/,
  ],
  ['silence without length', (response) => response.end(aWav([])), 'The speech service answered with no sound.'],
  ['a broken connection', (response) => response.destroy(), /^The speech service was not reached: /],
] as const satisfies readonly (readonly [string, (response: ServerResponse) => void, string | RegExp])[])
  test(`answered: ${what}`, async (t) => {
    const { openai } = await aService(t, answer)
    await assert.rejects(openai.synthesize(words()), { message })
  })

test('a long complaint is cut', async (t) => {
  const { openai } = await aService(t, json(400, { message: 'x'.repeat(5000) }))
  await assert.rejects(openai.synthesize(words()), ({ message }) => message.length < 400)
})

test('an address that the egress rule forbids is not asked', async (t) => {
  const { openai, asked } = await aService(t, (response) => response.end(aWav([1])), {}, 'public')
  await assert.rejects(openai.synthesize(words()), {
    message: /^The speech service was not reached: Address not allowed/,
  })
  assert.equal(asked.length, 0)
})

test('at most eight are asked for at once, and closing gives up all of them', async (t) => {
  const eight = Promise.withResolvers<void>()
  const { openai, asked } = await aService(t, () => asked.length === 8 && eight.resolve())
  const outcomes = Promise.allSettled(Array.from({ length: 10 }, () => openai.synthesize(words())))
  await eight.promise
  await openai.close()
  for (const outcome of await outcomes)
    assert.match((outcome as PromiseRejectedResult).reason.message, /given up|no longer asked/)
  assert.equal(asked.length, 8)
})

test('what it says differs by model, voices, format and service, never by key', async (t) => {
  const { openai, url } = await aService(t, () => {})
  const { openai: other } = await aService(t, () => {}, { url, key: 'another' })
  assert.equal(openai.id, other.id)
  assert.ok(!openai.id.includes(KEY))
  for (const options of [{ model: 'tts-2' }, { format: 'pcm' }, { voices: { ...VOICES, named: new Map() } }] as const)
    assert.notEqual((await aService(t, () => {}, { url, ...options })).openai.id, openai.id)
})
