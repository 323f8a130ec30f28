/** The service's interface against a small server on loopback: what is asked, and every way in which it answers. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { aRecognizer, type ServiceAnswer, words } from '../../../test/kit/recognizer.ts'
import { parseWav } from '../../../test/kit/wav-file.ts'
import { silentLogger } from '../../lib/logger.ts'
import { ULAW_TO_LINEAR } from '../../wire/codec/g711.ts'
import { createHttpClient } from '../http-client/index.ts'
import { createOpenaiRecognizer, type RecognitionOptions } from './recognition-openai.ts'

const KEY = 'sk-very-secret'
const ULAW = Uint8Array.of(0x80, 0x00, 0xff)

async function aService(
  t: TestContext,
  answer: () => ServiceAnswer | Promise<ServiceAnswer>,
  options: Partial<RecognitionOptions> = {},
  egress: 'local' | 'public' = 'local',
) {
  const { asked, url } = await aRecognizer(t, answer)
  const transport = createHttpClient({ egress: { mode: egress, allow: [] }, logger: silentLogger })
  const recognizer = createOpenaiRecognizer({ transport, url, key: KEY, model: 'whisper-1', ...options })
  t.after(async () => {
    await recognizer.close()
    await transport.close()
  })
  const recognize = (more: { readonly language?: string; readonly hints?: readonly string[] } = {}) =>
    recognizer.recognize({ ulaw: ULAW, language: 'en-US', hints: [], ...more })
  return { asked, recognizer, recognize }
}

test('it asks as OpenAI wants to be asked, and reads the text', async (t) => {
  const { asked, recognize } = await aService(t, () => words('  Two\npizzas. '))
  assert.deepEqual(await recognize({ language: 'pt-BR', hints: ['pizza', 'no onions'] }), {
    text: 'Two pizzas.',
    confidence: null,
  })
  const [{ line, headers, fields, file }] = asked as [(typeof asked)[0]]
  assert.equal(line, 'POST /v1/audio/transcriptions')
  assert.equal(headers.authorization, `Bearer ${KEY}`)
  assert.deepEqual(fields, { model: 'whisper-1', language: 'pt', response_format: 'json', prompt: 'pizza, no onions' })
  const wav = parseWav(file)
  assert.equal(wav.sampleRate, 8000)
  assert.deepEqual(
    [...wav.channels[0]!],
    [...ULAW].map((code) => ULAW_TO_LINEAR[code]),
  )
})

test('without a key none is sent, and without hints no prompt', async (t) => {
  const { asked, recognize } = await aService(t, () => words(''), { key: null, model: 'base' })
  assert.deepEqual(await recognize(), { text: '', confidence: null })
  assert.equal(asked[0]!.headers.authorization, undefined)
  assert.deepEqual(asked[0]!.fields, { model: 'base', language: 'en', response_format: 'json' })
})

for (const [what, answer, message] of [
  [
    'a refusal, without the key',
    { status: 401, body: `Incorrect API key:\n ${KEY}` },
    'The recognition service answered 401: Incorrect API key: ***',
  ],
  ['nothing but a status', { status: 503, body: '' }, 'The recognition service answered 503'],
  ['a page', { body: '<h1>Hello</h1>' }, 'The recognition service answered with something else than JSON with a text.'],
  ['no text', { body: '{"text": 7}' }, 'The recognition service answered with something else than JSON with a text.'],
  ['a broken connection', { body: '', breaks: true }, /^The recognition service was not reached: /],
] as const satisfies readonly (readonly [string, ServiceAnswer, string | RegExp])[])
  test(`answered: ${what}`, async (t) => {
    const { recognize } = await aService(t, () => answer)
    await assert.rejects(recognize(), { message })
  })

test('an address that the egress rule forbids is not asked', async (t) => {
  const { asked, recognize } = await aService(t, () => words('no'), {}, 'public')
  await assert.rejects(recognize(), { message: /^The recognition service was not reached: Address not allowed/ })
  assert.equal(asked.length, 0)
})

test('at most eight are asked for at once, and closing gives up all of them', async (t) => {
  const eight = Promise.withResolvers<void>()
  const { recognizer, recognize, asked } = await aService(t, () => {
    if (asked.length === 8) eight.resolve()
    return new Promise(() => {})
  })
  const outcomes = Promise.allSettled(Array.from({ length: 10 }, () => recognize()))
  await eight.promise
  await recognizer.close()
  for (const outcome of await outcomes)
    assert.match((outcome as PromiseRejectedResult).reason.message, /not reached|no longer asked/)
  assert.equal(asked.length, 8)
})
