/** The program's way of working, with a fake in its place: what it is told, and what becomes of it when it misbehaves. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Words } from '../../engine/ports/speech.ts'
import { createEspeak, type EspeakOptions } from './espeak.ts'
import { findEspeak } from './find-espeak.ts'

const folder = mkdtempSync(join(tmpdir(), 'ringback-espeak-'))
after(() => rmSync(folder, { recursive: true }))

const VOICES = `Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  af              --/M      Afrikaans          gmw/af
 5  en-us           --/M      English_(America)  gmw/en-US            (en 3)
 5  fr-be           --/M      French_(Belgium)   roa/fr-BE            (fr 8)`

/**
 * A fake of the program: speaks one sample for each byte of its input, and keeps its arguments in a file. Some texts
 * make it behave badly.
 */
const FAKE = `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs')
const args = process.argv.slice(2)
if (args[0] === '--version') console.log('eSpeak NG text-to-speech: 1.51  Data at: /nowhere')
else if (args[0] === '--voices') console.log(${JSON.stringify(VOICES)})
else speak(readFileSync(0, 'utf8'))
function speak(text) {
  appendFileSync(__dirname + '/told', JSON.stringify({ args, text }) + '\\n')
  if (text === 'hang') return setInterval(() => {}, 1000)
  if (text === 'refuse') { console.error('Error: no such voice.'); return process.exit(3) }
  if (text === 'garbage') return console.log('no sound')
  const samples = text === 'nothing' ? [] : text === 'flood' ? Array(100_000).fill(0) : [...Buffer.from(text)]
  const head = Buffer.alloc(44)
  head.write('RIFF\\x24\\xf0\\xff\\x7fWAVEfmt \\x10\\0\\0\\0\\x01\\0\\x01\\0\\x22\\x56\\0\\0\\x44\\xac\\0\\0\\x02\\0\\x10\\0data\\0\\xf0\\xff\\x7f', 'latin1')
  process.stdout.write(Buffer.concat([head, Buffer.from(Int16Array.from(samples).buffer)]))
}
`
/** CommonJS, so that it starts at once. */
const path = join(folder, 'espeak-ng.cjs')
writeFileSync(path, FAKE, { mode: 0o755 })

async function anEspeak(options: EspeakOptions = {}) {
  const program = await findEspeak(path)
  assert.ok(program)
  return createEspeak(program, options)
}
const words = (text: string): Words => ({
  text,
  voice: { name: 'Polly.Chantal', gender: 'female', language: 'fr-CA' },
  rate: 1.5,
  pitch: 1,
})

test('it is found with its version and its languages', async () => {
  assert.deepEqual(await findEspeak(path), {
    path,
    version: '1.51',
    languages: new Set(['af', 'en-us', 'en', 'fr-be', 'fr']),
  })
  assert.equal((await anEspeak()).id, 'espeak-ng-1.51.1')
})

for (const [what, where] of [
  ['a file that is not there', join(folder, 'nothing')],
  ['a folder', folder],
  ['another program', process.execPath],
] as const)
  test(`${what} is no espeak-ng`, async () => assert.equal(await findEspeak(where), null))

test('words come as arguments and input, never through a shell', async () => {
  const espeak = await anEspeak()
  const text = `-v de "it's" $(reboot) été`
  const { samples, sampleRate } = await espeak.synthesize(words(text))
  assert.equal(sampleRate, 22_050)
  assert.deepEqual(Buffer.from(Uint8Array.from(samples)).toString(), text)
  const told = readFileSync(join(folder, 'told'), 'utf8').trim().split('\n').at(-1)!
  assert.deepEqual(JSON.parse(told), {
    args: ['--stdin', '--stdout', '-b', '1', '-v', 'fr+f3', '-s', '263', '-p', '50'],
    text,
  })
  await espeak.close()
})

for (const [text, options, message] of [
  ['hang', { textMsMax: 300 }, 'espeak-ng did not finish within 300 ms'],
  ['flood', { outputBytesMax: 10_000 }, 'espeak-ng made more than 10000 bytes of sound'],
  ['refuse', {}, 'espeak-ng ended with exit code 3: Error: no such voice.'],
  ['nothing', {}, 'espeak-ng finds nothing in this text that it could read.'],
  ['garbage', {}, /^WAV file/],
  ['x'.repeat(5001), {}, 'The text has 5001 characters; espeak-ng takes at most 5000 at once.'],
] as const)
  test(`${text.slice(0, 10)} fails with a sentence`, async () => {
    const espeak = await anEspeak(options)
    await assert.rejects(espeak.synthesize(words(text)), { message })
    await espeak.close()
  })

test('a program that has gone away fails with a sentence', async () => {
  const espeak = createEspeak({ path: join(folder, 'gone'), version: '1', languages: new Set(['en']) })
  await assert.rejects(espeak.synthesize(words('Hello')), { message: /^espeak-ng could not be run: .*ENOENT/ })
})

test('only so many run at once, and closing kills them and refuses those that wait', async () => {
  const espeak = await anEspeak({ atOnce: 1 })
  const texts = ['hang', 'never', 'begun'].map((text) => espeak.synthesize(words(text)))
  const outcomes = Promise.allSettled(texts)
  await espeak.close()
  for (const outcome of await outcomes)
    assert.equal((outcome as PromiseRejectedResult).reason.message, 'espeak-ng is closed')
  await assert.rejects(espeak.synthesize(words('Hello')), { message: 'espeak-ng is closed' })
})
