/** Who understands by which setting, and what is said at start when they cannot. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpTransport } from '../journal/http-transport.ts'
import { readConfig } from './config.ts'
import { createRecognizer } from './recognition.ts'

const transport: HttpTransport = {
  send: () => assert.fail('nothing is asked at start'),
  async close() {},
}

const recognizerOf = (environment: Record<string, string>) =>
  createRecognizer({
    config: readConfig({}, environment, import.meta.dirname),
    transport,
    sockets: { egress: { mode: 'public', allow: [] }, ca: null },
  })

for (const [environment, takesLive] of [
  [{}, null],
  [{ RINGBACK_RECOGNITION_PROVIDER: 'openai', RINGBACK_RECOGNITION_KEY: 'sk-1' }, false],
  [{ RINGBACK_RECOGNITION_PROVIDER: 'vosk' }, true],
] as const)
  test(`${JSON.stringify(environment)}: ${takesLive === null ? 'nobody' : takesLive ? 'live' : 'afterwards'}`, async () => {
    const recognizer = await recognizerOf(environment)
    assert.equal(recognizer && recognizer.open !== undefined, takesLive)
    await recognizer?.close()
  })

for (const [environment, message] of [
  [{ RINGBACK_RECOGNITION_PROVIDER: 'openai' }, /^recognition\.provider=openai: .* wants a key; set recognition\.key/],
  [
    { RINGBACK_RECOGNITION_PROVIDER: 'pocketsphinx', RINGBACK_RECOGNITION_POCKETSPHINX_PATH: '/nowhere/ps' },
    /^recognition\.provider=pocketsphinx: "\/nowhere\/ps" is no pocketsphinx_batch that runs here\. Install it \(Debian: apt-get install pocketsphinx pocketsphinx-en-us\), or name/,
  ],
  [
    { RINGBACK_RECOGNITION_SERVERS: 'http://127.0.0.1' },
    /^RINGBACK_RECOGNITION_SERVERS: .* does not fit: expected addresses/,
  ],
  [
    { RINGBACK_RECOGNITION_SERVERS: 'ws://me:secret@host' },
    /^RINGBACK_RECOGNITION_SERVERS: .* does not fit: expected addresses/,
  ],
] as const)
  test(`${JSON.stringify(environment)} is an error at start`, () =>
    assert.rejects(async () => recognizerOf(environment), { name: 'ConfigError', message }))

test('servers by language, and under the egress rule', async () => {
  const recognizer = await recognizerOf({
    RINGBACK_RECOGNITION_PROVIDER: 'vosk',
    RINGBACK_RECOGNITION_SERVERS: 'en=ws://127.0.0.1:1, fr-CA=wss://127.0.0.1:2/asr?model=big',
  })
  const ask = (language: string) => recognizer!.recognize({ ulaw: new Uint8Array(8), language, hints: [] })
  await assert.rejects(ask('de-DE'), { message: 'No recognition server is set for "de-DE" (recognition.servers).' })
  for (const language of ['en-US', 'fr-CA'])
    await assert.rejects(ask(language), {
      message: /^The recognition server was not reached.*127\.0\.0\.1 is not public/,
    })
  await recognizer?.close()
})
