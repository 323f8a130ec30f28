/** Recordings while they run: what is in the file at which moment, how it ends, and what happens when it cannot be written. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { pbkdf2 } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { newSid, type RecordingSid } from '../../lib/ids.ts'
import { type Logger, silentLogger } from '../../lib/logger.ts'
import { formatWavHeader } from '../../wire/codec/wav-header.ts'
import { createRecordingFiles } from './recording-files.ts'
import { createRecordingLibrary } from './recording-library.ts'

const SID = `RE${'1'.repeat(32)}` as RecordingSid
/** For a library of which nobody asks for an MP3. */
const encoder = { encodeMp3: () => Promise.reject(new Error('not asked for')) }

async function recordings(t: TestContext, logger: Logger = silentLogger) {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-recordings-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const files = createRecordingFiles({ folder, logger })
  return { folder, files, path: join(folder, `${SID}.wav`) }
}

/** `count` samples from `first` on: 0, 1, 2 … so that each tells its place. */
const samples = (count: number, first = 0) => Int16Array.from({ length: count }, (_, index) => first + index)

/** The file that these samples make. */
const wav = (channels: 1 | 2, content: Int16Array): Buffer =>
  Buffer.concat([
    formatWavHeader({ channels, sampleRate: 8000, dataBytes: content.byteLength }),
    Buffer.copyBytesFrom(content),
  ])

for (const [what, channels, frames, kept] of [
  ['one channel, whole', 1, 600, 600],
  ['one channel, cut', 1, 250, 250],
  ['two channels, whole', 2, 300, 600],
  ['two channels, cut', 2, 7, 14],
] as const)
  test(`a recording of ${what} is a header and its frames`, async (t) => {
    const { files, path } = await recordings(t)
    const file = files.create(SID, channels)
    for (let first = 0; first < 600; first += 200) file.append(samples(200, first))
    assert.equal(await file.close(frames), null)
    assert.deepEqual(await readFile(path), wav(channels, samples(kept)))
  })

test('after every write the file is a WAV file of all that was appended', async (t) => {
  const { files, path } = await recordings(t)
  const file = files.create(SID, 2)
  for (let second = 0; second < 3; second++) {
    for (let first = 0; first < 400; first += 40) file.append(samples(40, second * 400 + first))
    await file.drained()
    assert.deepEqual(await readFile(path), wav(2, samples((second + 1) * 400)))
  }
  assert.equal(await file.close(600), null)
})

test('the array is the caller’s again when append returns', async (t) => {
  const { files, path } = await recordings(t)
  const file = files.create(SID, 1)
  const frame = new Int16Array(160)
  for (let second = 0; second < 3; second++) {
    frame.fill(second + 1)
    file.append(frame.subarray(0, 2))
  }
  frame.fill(99)
  assert.equal(await file.close(6), null)
  assert.deepEqual(await readFile(path), wav(1, Int16Array.of(1, 1, 2, 2, 3, 3)))
})

test('many recordings at once do not get into each other’s files', async (t) => {
  const { files, folder } = await recordings(t)
  const open = Array.from({ length: 20 }, (_, index) => {
    const sid = newSid('RE')
    return { sid, file: files.create(sid, 2), sample: 100 * (index + 1) }
  })
  // Pieces of which several, one, or a part fit into a block.
  const counts = [1600, 1600, 1600, 16_000, 40_000, 12_000, 12_000]
  for (const [round, count] of counts.entries()) {
    for (const { file, sample } of open) file.append(new Int16Array(count).fill(sample + round))
    if (round === 0) {
      await Promise.all(open.map(({ file }) => file.drained()))
      // The threads that write are busy: no write is over when the next samples come.
      for (let thread = 0; thread < 4; thread++) pbkdf2('', '', 200_000, 64, 'sha512', () => {})
    }
    await setImmediate()
  }
  for (const { sid, file, sample } of open) {
    assert.equal(await file.close(42_400), null)
    const content = Int16Array.from(counts.flatMap((count, round) => new Array<number>(count).fill(sample + round)))
    assert.deepEqual(await readFile(join(folder, `${sid}.wav`)), wav(2, content))
  }
})

for (const [what, appended] of [
  ['nothing was appended', 0],
  ['all was trimmed away', 800],
] as const)
  test(`there is no file when ${what}`, async (t) => {
    const { files, folder } = await recordings(t)
    const file = files.create(SID, 1)
    file.append(samples(appended))
    assert.equal(await file.close(0), null)
    assert.deepEqual(await readdir(folder), [])
  })

test('closing twice is closing once, and what is appended later is not recorded', async (t) => {
  const { files, path } = await recordings(t)
  const file = files.create(SID, 1)
  file.append(samples(10))
  const closing = file.close(10)
  file.append(samples(10))
  assert.equal(await closing, null)
  assert.equal(await file.close(5), null)
  file.append(samples(10))
  assert.deepEqual(await readFile(path), wav(1, samples(10)))
})

test('more frames than there are is a failure, and what there is stays', async (t) => {
  const { files, path } = await recordings(t)
  const file = files.create(SID, 2)
  file.append(samples(11))
  assert.equal(await file.close(9), '5 of 9 frames were written')
  assert.deepEqual(await readFile(path), wav(2, samples(10)))
})

test('behind means more than a megabyte waiting, until it is written', async (t) => {
  const { files } = await recordings(t)
  const file = files.create(SID, 1)
  file.append(new Int16Array(512 * 1024))
  assert.equal(file.behind, false)
  file.append(new Int16Array(1))
  assert.equal(file.behind, true)
  await file.drained()
  assert.equal(file.behind, false)
  assert.equal(await file.close(1), null)
})

test('with more than 8 MB waiting the file fails and keeps what was written before', async (t) => {
  const { files, path } = await recordings(t)
  const file = files.create(SID, 1)
  file.append(samples(100))
  await file.drained()
  for (let mebibyte = 0; mebibyte < 8; mebibyte++) file.append(new Int16Array(512 * 1024))
  assert.equal(file.behind, true)
  file.append(new Int16Array(1))
  assert.equal(file.behind, false)
  await file.drained()
  assert.equal(await file.close(100), 'more than 8 MiB waited to be written')
  assert.deepEqual(await readFile(path), wav(1, samples(100)))
})

test('a file that cannot be opened fails at close, and is told of in the log once', async (t) => {
  const errors: string[] = []
  const { files, folder } = await recordings(t, { ...silentLogger, error: (_, message) => errors.push(message) })
  await rm(folder, { recursive: true })
  const file = files.create(SID, 1)
  file.append(samples(100))
  await file.drained()
  assert.match((await file.close(100)) ?? '', /ENOENT/)
  assert.deepEqual(errors, ['a recording could not be written'])
})

test('a recording never overwrites another', async (t) => {
  const { files, path } = await recordings(t)
  await writeFile(path, 'precious')
  const file = files.create(SID, 1)
  file.append(samples(100))
  assert.match((await file.close(0)) ?? '', /EEXIST/)
  assert.equal(await readFile(path, 'utf8'), 'precious')
})

/** Records a second of one channel at a time, as fast as it is written, and prints how many there are; then closes. */
const RECORDER = `
  import { createRecordingFiles } from ${JSON.stringify(new URL('./recording-files.ts', import.meta.url).href)}
  const [folder, sid, seconds] = process.argv.slice(1)
  const file = createRecordingFiles({ folder }).create(sid, 1)
  for (let second = 1; second <= Number(seconds); second++) {
    file.append(new Int16Array(8000).fill(second))
    await file.drained()
    console.log(second)
  }
  console.log('closed: ' + (await file.close(Number(seconds) * 8000)))
`
const recorderArguments = (folder: string, sid: string, seconds: number) => [
  '--input-type=module',
  '-e',
  RECORDER,
  folder,
  sid,
  String(seconds),
]

test('a killed process leaves a WAV file of every second that was written', async (t) => {
  const { folder } = await recordings(t)
  const library = createRecordingLibrary({ folder, logger: silentLogger, encoder })
  for (const killAt of [1, 3, 17, 60]) {
    const sid = newSid('RE')
    const child = spawn(process.execPath, recorderArguments(folder, sid, 10_000), {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let printed = 0
    createInterface({ input: child.stdout }).on('line', () => {
      if (++printed === killAt) child.kill('SIGKILL')
    })
    await once(child, 'close')
    assert.ok(printed >= killAt)

    const left = await readFile(join(folder, `${sid}.wav`))
    const counted = left.readUInt32LE(40)
    assert.equal(left.readUInt32LE(4), counted + 36)
    assert.ok(left.length - 44 >= counted, 'the header counts no more than there is')
    assert.ok(counted >= printed * 16_000, `${printed} seconds were printed, ${counted} bytes are counted`)

    const recovered = await library.recover(sid)
    assert.equal(recovered?.channels, 1)
    const whole = await readFile(join(folder, `${sid}.wav`))
    const content = Int16Array.from({ length: recovered.frames }, (_, at) => Math.floor(at / 8000) + 1)
    assert.deepEqual(whole, wav(1, content))
    assert.ok(recovered.frames * 2 >= counted)
  }
})

test('when the disk is full the file fails and holds what could be written', async (t) => {
  const { folder, path } = await recordings(t)
  // A limit on the size of files stands in for the full disk: 100 KiB, in blocks of 512 bytes.
  const limited = ['-c', 'ulimit -f 200; exec "$0" "$@"', process.execPath, ...recorderArguments(folder, SID, 10)]
  const child = spawn('sh', limited, { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = await Array.fromAsync(createInterface({ input: child.stdout }))
  assert.match(lines.at(-1) ?? '', /^closed: Error: EFBIG/)
  const content = Int16Array.from({ length: 6 * 8000 }, (_, at) => Math.floor(at / 8000) + 1)
  assert.deepEqual(await readFile(path), wav(1, content))
})
