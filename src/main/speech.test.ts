/** Who speaks by which setting and clock, and what is said at start when they cannot. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpTransport } from '../journal/http-transport.ts'
import { silentLogger } from '../lib/logger.ts'
import { readConfig } from './config.ts'
import { createSpeech, readVoices } from './speech.ts'

const transport: HttpTransport = {
  send: () => assert.fail('nothing is asked at start'),
  async close() {},
}

const speechOf = (environment: Record<string, string>, clockKind: 'real' | 'virtual' = 'real') =>
  createSpeech({ config: readConfig({}, environment, import.meta.dirname), transport, logger: silentLogger, clockKind })

for (const [environment, clockKind, id] of [
  [{}, 'real', /^flite-/],
  [{}, 'virtual', /^timed/],
  [{ RINGBACK_SPEECH_PROVIDER: 'timed' }, 'real', /^timed/],
  [{ RINGBACK_SPEECH_PROVIDER: 'flite' }, 'virtual', /^flite-/],
  [
    { RINGBACK_SPEECH_PROVIDER: 'openai', RINGBACK_SPEECH_KEY: 'sk-1' },
    'real',
    /^openai tts-1 wav female=nova,male=onyx https:\/\/api\.openai\.com\/v1\/audio\/speech$/,
  ],
  [
    {
      RINGBACK_SPEECH_PROVIDER: 'openai',
      RINGBACK_SPEECH_URL: 'http://localhost:8880/v1',
      RINGBACK_SPEECH_MODEL: 'kokoro',
      RINGBACK_SPEECH_VOICES: 'female=af_heart, male=am_adam, Polly.Amy=bf_emma',
      RINGBACK_SPEECH_FORMAT: 'pcm',
    },
    'virtual',
    /^openai kokoro pcm female=af_heart,male=am_adam,Polly.Amy=bf_emma http:\/\/localhost:8880\/v1\/audio\/speech$/,
  ],
] as const)
  test(`${JSON.stringify(environment)} on the ${clockKind} clock: ${id}`, async () => {
    const speech = await speechOf(environment, clockKind)
    assert.match(speech.id, id)
    await speech.close()
  })

for (const [environment, message] of [
  [{ RINGBACK_SPEECH_PROVIDER: 'festival' }, /^RINGBACK_SPEECH_PROVIDER: "festival" does not fit/],
  [
    { RINGBACK_SPEECH_PROVIDER: 'espeak-ng', RINGBACK_SPEECH_ESPEAK_PATH: '/nowhere/espeak-ng' },
    /^speech\.provider=espeak-ng: "\/nowhere\/espeak-ng" is no espeak-ng that runs here/,
  ],
  [{ RINGBACK_SPEECH_PROVIDER: 'openai' }, /^speech\.provider=openai: https:\/\/api\.openai\.com\/v1 wants a key/],
  [
    { RINGBACK_SPEECH_PROVIDER: 'openai', RINGBACK_SPEECH_KEY: 'k', RINGBACK_SPEECH_VOICES: 'female=nova' },
    /^speech\.voices: expected a voice for male/,
  ],
  [{ RINGBACK_SPEECH_VOICES: 'nova,onyx' }, /^RINGBACK_SPEECH_VOICES: .*expected pairs such as female=nova/],
  [{ RINGBACK_SPEECH_URL: 'https://me:pass@tts.test/v1' }, /^RINGBACK_SPEECH_URL: .*expected an address without user/],
  [{ RINGBACK_SPEECH_KEY: 'my secret' }, /^RINGBACK_SPEECH_KEY: the given value does not fit/],
] as const)
  test(`${JSON.stringify(environment)} is refused at start`, async () => {
    await assert.rejects(async () => speechOf(environment), { name: 'ConfigError', message })
  })

test('voices are read by gender and by name', () => {
  assert.deepEqual(readVoices(['female=a', 'Polly.Joanna=c', 'male = b']), {
    female: 'a',
    male: 'b',
    named: new Map([['Polly.Joanna', 'c']]),
  })
})
