/** What flite makes of words: a voice that follows rate and pitch, the same every time, whatever the text. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Pcm } from '../../engine/ports/sound.ts'
import type { Words } from '../../engine/ports/speech.ts'
import { createFlite } from './flite.ts'

const flite = createFlite()
after(() => flite.close())

const FEMALE = { name: 'Polly.Joanna', gender: 'female', language: 'en-US' } as const
const MALE = { name: 'man', gender: 'male', language: 'en-US' } as const
const say = (text: string, more: Partial<Words> = {}) =>
  flite.synthesize({ text, voice: FEMALE, rate: 1, pitch: 1, ...more })

const TEXT = 'Hello there, please leave a message after the tone.'
const secOf = ({ samples, sampleRate }: Pcm) => samples.length / sampleRate
const near = (value: number, wanted: number, by: number) =>
  assert.ok(Math.abs(value / wanted - 1) < by, `${value}, not within ${by * 100} % of ${wanted}`)

/** The middle fundamental frequency of the voiced stretches, by autocorrelation. */
function hertzOf({ samples, sampleRate }: Pcm): number {
  const found: number[] = []
  const window = Math.round(sampleRate * 0.04)
  for (let at = 0; at + 2 * window < samples.length; at += window) {
    let best = { likeness: 0.6, lag: 0 }
    for (let lag = Math.round(sampleRate / 400); lag < sampleRate / 60; lag++) {
      let [product, left, right] = [0, 1, 1]
      for (let index = at; index < at + window; index++) {
        product += samples[index]! * samples[index + lag]!
        left += samples[index]! ** 2
        right += samples[index + lag]! ** 2
      }
      const likeness = product / Math.sqrt(left * right)
      if (left / window > 300 ** 2 && likeness > best.likeness + 0.02) best = { likeness, lag }
    }
    if (best.lag > 0) found.push(sampleRate / best.lag)
  }
  return found.sort((a, b) => a - b)[found.length >> 1] ?? 0
}

test('the same words always give the same samples', async () => {
  const [first, , second] = [await say(TEXT), await say('Something else.'), await say(TEXT)]
  assert.equal(first.sampleRate, 16_000)
  assert.deepEqual(second, first)
  const other = createFlite()
  assert.deepEqual(await other.synthesize({ text: TEXT, voice: FEMALE, rate: 1, pitch: 1 }), first)
  assert.equal(other.id, flite.id)
  await other.close()
})

for (const voice of [FEMALE, MALE]) {
  test(`the ${voice.gender} voice follows the rate and keeps its pitch`, async () => {
    const plain = await say(TEXT, { voice })
    for (const rate of [0.5, 1.5, 2.5]) {
      const sound = await say(TEXT, { voice, rate })
      near(secOf(sound), secOf(plain) / rate, 0.05)
      near(hertzOf(sound), hertzOf(plain), 0.1)
    }
  })

  test(`the ${voice.gender} voice follows the pitch and keeps its time`, async () => {
    const plain = await say(TEXT, { voice })
    for (const pitch of [0.7, 1.3, 1.6]) {
      const sound = await say(TEXT, { voice, pitch })
      near(hertzOf(sound), hertzOf(plain) * pitch, 0.1)
      near(secOf(sound), secOf(plain), 0.05)
    }
  })
}

test('the voices are a woman and a man', async () => {
  near(hertzOf(await say(TEXT)), 167, 0.1)
  near(hertzOf(await say(TEXT, { voice: MALE })), 102, 0.1)
})

test('text is never taken for an option, a file or a command', async () => {
  const plain = secOf(await say('voice kal16'))
  for (const text of [
    '-voice kal16',
    '--voice kal16',
    '"voice" kal16',
    'voice\nkal16',
    'voice\0kal16',
    "'; voice kal16",
  ]) {
    near(secOf(await say(text)), plain, 0.15)
  }
  assert.deepEqual(await say('Élise’s café'), await say("Elise's cafe"))
})

for (const [what, text] of [
  ['Chinese', '你好，世界'],
  ['emoji', '😀 👍!'],
  ['Russian', 'Здравствуйте.'],
] as const)
  test(`${what} is refused with a sentence`, async () => {
    await assert.rejects(say(text), { message: /^flite speaks English only/ })
  })

test('what can be read of a mixed text is read, and plain signs are a short silence', async () => {
  assert.deepEqual(await say('Hello 😀 there'), await say('Hello there'))
  for (const signs of ['...', '«»', '!']) {
    const { samples } = await say(signs)
    assert.ok(samples.length > 0 && samples.every((sample) => Math.abs(sample) < 200), signs)
  }
})

test('signs in a row, long words and long numbers do no harm', async () => {
  for (const text of ['!?'.repeat(300), 'a'.repeat(900), '9'.repeat(300), "('".repeat(50), '$.%'.repeat(50)])
    assert.ok((await say(text, { rate: 4 })).samples.length > 0)
})

test('a long text is spoken whole, piece by piece', async () => {
  const sentence = 'This is one of the sentences that make the text so long. '
  const one = secOf(await say(sentence.trim(), { rate: 4 }))
  near(secOf(await say(sentence.repeat(20).trim(), { rate: 4 })), one * 20, 0.15)
  await assert.rejects(say('a '.repeat(2501)), {
    message: 'The text has 5002 characters; flite takes at most 5000 at once.',
  })
})

test('texts wait for each other, each as a whole', async () => {
  const alone = [await say('One.'), await say('Two.', { voice: MALE }), await say('Three.')]
  assert.deepEqual(await Promise.all([say('One.'), say('Two.', { voice: MALE }), say('Three.')]), alone)
})

test('a program ends by itself after it has spoken, and prints nothing', async () => {
  const source = `const { createFlite } = await import('${pathToFileURL(join(import.meta.dirname, 'flite.ts'))}')
const voice = { name: 'man', gender: 'male', language: 'en-US' }
const { samples } = await createFlite().synthesize({ text: 'Hello.', voice, rate: 1, pitch: 1 })
process.exitCode = samples.length > 0 ? 7 : 8`
  const ended = await new Promise<{ code: unknown; printed: string }>((resolve) => {
    execFile(process.execPath, ['--eval', source], { timeout: 30_000 }, (error, out, err) =>
      resolve({ code: error?.code, printed: out + err }),
    )
  })
  assert.deepEqual(ended, { code: 7, printed: '' })
})
