/** A voicemail as sox sees it, which knows nothing of us: format, length, where there is sound, and which tones. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { type Ringback, startRingback } from '../../src/testing/index.ts'
import { type CustomerApp, startApp } from '../kit/customer-app.ts'
import { connectNumber, officialClient } from '../kit/journey.ts'
import { near, recordedBytes } from '../kit/recordings.ts'

const run = promisify(execFile)
const CALLER = '+15551230001'
const WORDS = 'Hello, this is Ada. Please ring me back.' // 40 characters: 2,400 ms
/** Of silence, of words, of silence, of a pressed 5, and of silence until the maximum. */
const SPOKEN = { from: 800, to: 3200 }
const PRESSED = { from: 3700, to: 3800 }
const LENGTH_MS = 6000

let folder: string
let ringback: Ringback
let app: CustomerApp
const wav = () => join(folder, 'voicemail.wav')
const mp3 = () => join(folder, 'voicemail.mp3')

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-sox-'))
  ringback = await startRingback()
  app = await startApp({
    '/voice': () =>
      '<Record action="/done" playBeep="false" trim="do-not-trim" timeout="0" finishOnKey="" maxLength="6"/>',
    '/done': () => '<Hangup/>',
  })
  await connectNumber({ ringback, app, client: officialClient(ringback) }, { voiceUrl: `${app.url}/voice` })
  const script = [{ waitMs: SPOKEN.from }, { say: WORDS }, { waitMs: 500 }, { press: '5', inBand: true }]
  await ringback.phone(CALLER, { script })
  await ringback.over(await ringback.dialIn(CALLER))
  const { RecordingSid: sid } = (await app.requested('/done')).parameters
  await writeFile(wav(), await recordedBytes(ringback, sid!))
  await writeFile(mp3(), await recordedBytes(ringback, sid!, '.mp3'))
})
after(async () => {
  await ringback.stop()
  await app.close()
  await rm(folder, { recursive: true, force: true })
})

/** What soxi says with one option. */
const soxi = async (option: string, file: string): Promise<string> =>
  (await run('sox', ['--info', option, file])).stdout.trim()

/** A line of sox's `stat` after these effects: "RMS     amplitude", "Length (seconds)", "Rough   frequency". */
async function stat(line: RegExp, ...effects: string[]): Promise<number> {
  const { stderr } = await run('sox', [wav(), '-n', ...effects, 'stat'])
  const found = stderr.split('\n').find((text) => line.test(text))
  assert.ok(found, stderr)
  return Number(found.split(':')[1])
}

const seconds = (ms: number): string => String(ms / 1000)
const between = ({ from, to }: { from: number; to: number }) => ['trim', seconds(from), `=${seconds(to)}`]
const RMS = /^RMS +amplitude/
const LENGTH = /^Length \(seconds\)/

test('the file is what the documentation says: 16-bit PCM, 8 kHz, one channel, six seconds', async () => {
  for (const [option, expected] of [
    ['-t', 'wav'],
    ['-e', 'Signed Integer PCM'],
    ['-b', '16'],
    ['-r', '8000'],
    ['-c', '1'],
    ['-s', String(LENGTH_MS * 8)],
  ] as const)
    assert.equal(await soxi(option, wav()), expected, option)
})

test('there is sound where words and keys were, and silence where nothing was', async () => {
  for (const stretch of [
    { from: 0, to: SPOKEN.from - 20 },
    { from: SPOKEN.to + 20, to: PRESSED.from - 20 },
    { from: PRESSED.to + 20, to: LENGTH_MS },
  ])
    assert.equal(await stat(RMS, ...between(stretch)), 0, JSON.stringify(stretch))
  assert.ok((await stat(RMS, ...between(SPOKEN))) > 0.02)
  assert.ok((await stat(RMS, ...between(PRESSED))) > 0.1)
})

test('sox trims the same silence at both ends', async () => {
  const quiet = ['silence', '1', '0.01', '1%']
  const leading = await stat(LENGTH, ...quiet)
  const trailing = await stat(LENGTH, 'reverse', ...quiet)
  near(leading * 1000, LENGTH_MS - SPOKEN.from, 'without the silence before')
  near(trailing * 1000, PRESSED.to, 'without the silence after')
})

test('the pressed key has the two tones of a 5 and no others', async () => {
  const middle = between({ from: PRESSED.from + 10, to: PRESSED.to - 10 })
  const powerAt = (hz: number) => stat(RMS, ...middle, 'bandpass', String(hz), '40h')
  const lows = new Map(await Promise.all([697, 770, 852, 941].map(async (hz) => [hz, await powerAt(hz)] as const)))
  const highs = new Map(await Promise.all([1209, 1336, 1477, 1633].map(async (hz) => [hz, await powerAt(hz)] as const)))
  for (const [group, wanted] of [
    [lows, 770],
    [highs, 1336],
  ] as const)
    for (const [hz, power] of group)
      if (hz !== wanted) assert.ok(group.get(wanted)! > 2 * power, `${hz} Hz: ${JSON.stringify([...group])}`)
  const sharp = await stat(/^Rough +frequency/, ...middle, 'sinc', '-n', '255', '700-850')
  assert.ok(Math.abs(sharp - 770) <= 25, `${sharp} Hz`)
})

test('the MP3 has the same sound, with no more than the silence that MP3 brings along', async () => {
  assert.equal(await soxi('-r', mp3()), '8000')
  const decoded = join(folder, 'decoded.wav')
  await run('sox', [mp3(), decoded])
  const lengthMs = Number(await soxi('-D', decoded)) * 1000
  // Three frames of 72 ms at most.
  assert.ok(lengthMs >= LENGTH_MS && lengthMs <= LENGTH_MS + 216, `${lengthMs} ms`)
  const { stderr } = await run('sox', [
    decoded,
    '-n',
    'silence',
    '1',
    '0.01',
    '1%',
    'reverse',
    'silence',
    '1',
    '0.01',
    '1%',
    'stat',
  ])
  const length = Number(/Length \(seconds\): +([\d.]+)/.exec(stderr)![1])
  near(length * 1000, PRESSED.to - SPOKEN.from, 'from the first sound to the last')
})
