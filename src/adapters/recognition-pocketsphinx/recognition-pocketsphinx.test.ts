/** The program's way of working, with a fake in its place: what it is told, and what becomes of it when it misbehaves. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { SpokenSound } from '../../engine/ports/recognition.ts'
import { findPocketsphinx } from './find-pocketsphinx.ts'
import { createPocketsphinx, type PocketsphinxOptions } from './recognition-pocketsphinx.ts'

const folder = mkdtempSync(join(tmpdir(), 'ringback-pocketsphinx-'))
after(() => rmSync(folder, { recursive: true }))

/** A fake of the program: hears the first phrase of its grammar, and keeps what it was told. Some phrases make it misbehave. */
const FAKE = `#!${process.execPath}
const { appendFileSync, readFileSync, statSync, writeFileSync } = require('node:fs')
const args = process.argv.slice(2)
const given = (name) => args[args.indexOf(name) + 1]
if (args.length === 0) { console.error('options: -jsgf -ctl'); process.exit(1) }
const [, phrase] = /<said> = ([a-z ]+)/.exec(readFileSync(given('-jsgf'), 'utf8'))
const id = readFileSync(given('-ctl'), 'utf8').trim()
appendFileSync(__dirname + '/told', JSON.stringify({
  folder: process.cwd(),
  hmm: given('-hmm'),
  dict: readFileSync(given('-dict'), 'utf8'),
  bytes: statSync(given('-cepdir') + '/' + id + given('-cepext')).size,
}) + '\\n')
if (phrase === 'hang') return setInterval(() => {}, 1000)
if (phrase === 'refuse') { console.error('INFO: on\\nERROR: no such model'); process.exit(3) }
if (phrase === 'flood') for (let lines = 0; lines < 5000; lines++) console.error('x'.repeat(100))
if (phrase !== 'mute') writeFileSync(given('-hyp'), phrase === 'garbage' ? '???' : (phrase === 'nothing' ? '' : phrase) + ' (' + id + ' -3698)\\n')
`
/** CommonJS, so that it starts at once. */
const path = join(folder, 'pocketsphinx_batch.cjs')
writeFileSync(path, FAKE, { mode: 0o755 })
const WORDS = ['yes', 'no', 'hang', 'refuse', 'garbage', 'mute', 'nothing', 'flood', 'never', 'begun']
const model = join(folder, 'model')
mkdirSync(join(model, 'en-us'), { recursive: true })
writeFileSync(join(model, 'en-us/mdef'), '')
writeFileSync(join(model, 'cmudict-en-us.dict'), WORDS.map((word) => `${word} ${word.toUpperCase()}\n`).join(''))

const aRecognizer = async (options: PocketsphinxOptions = {}) =>
  createPocketsphinx(await findPocketsphinx(path, model), options)

const speech = (more: object = {}): SpokenSound => ({
  ulaw: new Uint8Array(800).fill(0x90),
  language: 'en-GB',
  hints: ['Yes!'],
  isAnswer: true,
  ...more,
})

test('it is told what may be said and what was said, and leaves nothing behind', async () => {
  const recognizer = await aRecognizer()
  assert.deepEqual(await recognizer.recognize(speech()), { text: 'Yes!', confidence: null })
  const told = JSON.parse(readFileSync(join(folder, 'told'), 'utf8').trim().split('\n').at(-1)!)
  assert.deepEqual(
    { ...told, folder: null },
    { folder: null, hmm: join(model, 'en-us'), dict: 'yes YES\n', bytes: 3200 },
  )
  assert.throws(() => readdirSync(told.folder), { code: 'ENOENT' })
  await recognizer.close()
})

test('nothing heard is no words', async () => {
  const recognizer = await aRecognizer()
  assert.deepEqual(await recognizer.recognize(speech({ hints: ['nothing'] })), { text: '', confidence: null })
  await recognizer.close()
})

for (const [what, more, message] of [
  ['another language', { language: 'fr-FR' }, 'pocketsphinx understands English only, not "fr-FR".'],
  ['something like English', { language: 'enx' }, 'pocketsphinx understands English only, not "enx".'],
  [
    'what may be anything',
    { isAnswer: undefined },
    'pocketsphinx understands answers to a Gather only, not whatever somebody says.',
  ],
  ['unknown hints', { hints: ['xyzzy'] }, /^pocketsphinx knows how none of the hints is pronounced/],
  ['a refusal', { hints: ['refuse'] }, 'pocketsphinx ended with exit code 3: ERROR: no such model'],
  ['garbage', { hints: ['garbage'] }, 'pocketsphinx answered with something else than words and a score'],
  ['no answer', { hints: ['mute'] }, 'pocketsphinx answered with something else than words and a score'],
  ['too much talk', { hints: ['flood'] }, 'pocketsphinx wrote more than 262144 bytes'],
] as const)
  test(`${what} fails with a sentence`, async () => {
    const recognizer = await aRecognizer()
    await assert.rejects(recognizer.recognize(speech(more)), { message })
    await recognizer.close()
  })

test('one that hangs is killed', async () => {
  const recognizer = await aRecognizer({ utteranceMsMax: 300 })
  await assert.rejects(recognizer.recognize(speech({ hints: ['hang'] })), {
    message: 'pocketsphinx did not finish within 300 ms',
  })
  await recognizer.close()
})

test('only so many run at once, and closing kills them and refuses those that wait', async () => {
  const recognizer = await aRecognizer({ atOnce: 1 })
  const outcomes = Promise.allSettled(
    ['hang', 'never', 'begun'].map((hint) => recognizer.recognize(speech({ hints: [hint] }))),
  )
  await recognizer.close()
  for (const outcome of await outcomes)
    assert.equal((outcome as PromiseRejectedResult).reason.message, 'pocketsphinx is closed')
  await assert.rejects(recognizer.recognize(speech()), { message: 'pocketsphinx is closed' })
})

for (const [what, program, where, message] of [
  [
    'a program that is not there',
    join(folder, 'nothing'),
    model,
    /nothing" is no pocketsphinx_batch that runs here\.$/,
  ],
  ['another program', '/bin/true', model, /^"\/bin\/true" is no pocketsphinx_batch/],
  ['a model that is not there', path, join(folder, 'none'), /none" is no folder of an English model: ENOENT/],
] as const)
  test(`${what} is told at start`, () => assert.rejects(findPocketsphinx(program, where), { message }))
