/** Recordings that are over: made whole after a crash, sent as they are or as a mix or an MP3, and deleted without a trace. */
import assert from 'node:assert/strict'
import { copyFile, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Mp3Encoder } from '../../engine/ports/sound.ts'
import { newSid, type RecordingSid } from '../../lib/ids.ts'
import { silentLogger } from '../../lib/logger.ts'
import { formatWavHeader } from '../../wire/codec/wav-header.ts'
import { createRecordingLibrary, type RecordingLibrary } from './recording-library.ts'

const SID = `RE${'1'.repeat(32)}` as RecordingSid
const OTHER = `RE${'2'.repeat(32)}` as RecordingSid

function wav(channels: 1 | 2, content: readonly number[], dataBytes = content.length * 2): Buffer {
  const samples = Buffer.copyBytesFrom(Int16Array.from(content))
  return Buffer.concat([formatWavHeader({ channels, sampleRate: 8000, dataBytes }), samples])
}

/** An encoder whose MP3s are copies of their WAV files; each waits at the gate. */
class StubEncoder implements Mp3Encoder {
  asked = 0
  atOnceMax = 0
  readonly two = Promise.withResolvers<void>()
  gate: Promise<void> = Promise.resolve()
  fault: Error | null = null
  #atOnce = 0

  async encodeMp3(wavPath: string, mp3Path: string): Promise<void> {
    this.asked++
    this.atOnceMax = Math.max(this.atOnceMax, ++this.#atOnce)
    if (this.#atOnce === 2) this.two.resolve()
    await this.gate
    this.#atOnce--
    if (this.fault) {
      await writeFile(mp3Path, 'half')
      throw this.fault
    }
    await copyFile(wavPath, mp3Path)
  }
}

async function library(t: TestContext, derivedBytesMax?: number) {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-recordings-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const encoder = new StubEncoder()
  const bound = derivedBytesMax === undefined ? {} : { derivedBytesMax }
  const open = () => createRecordingLibrary({ folder, logger: silentLogger, encoder, ...bound })
  const put = (sid: RecordingSid, bytes: Buffer) => writeFile(join(folder, `${sid}.wav`), bytes)
  const derived = async () => (await readdir(join(folder, 'derived'))).sort()
  return { folder, encoder, open, files: open(), put, derived, path: join(folder, `${SID}.wav`) }
}

const media = async (files: RecordingLibrary, format: 'wav' | 'mp3', channels: 1 | 2 | null, sid = SID) => {
  const found = await files.media(sid, { format, channels })
  assert.ok(typeof found === 'object', `the answer is ${JSON.stringify(found)}`)
  return found
}

for (const [what, left, frames, channels, whole] of [
  ['a header that counts too little', wav(1, [1, 2, 3], 2), 3, 1, wav(1, [1, 2, 3])],
  ['a header that counts too much', wav(1, [1, 2, 3], 600), 3, 1, wav(1, [1, 2, 3])],
  ['a header that counts nothing yet', wav(2, [1, 2, 3, 4], 0), 2, 2, wav(2, [1, 2, 3, 4])],
  ['half a frame at its end', wav(2, [1, 2, 3]), 1, 2, wav(2, [1, 2])],
  ['half a sample at its end', wav(1, [1, 2]).subarray(0, -1), 1, 1, wav(1, [1])],
  ['nothing wrong', wav(2, [5, 6]), 1, 2, wav(2, [5, 6])],
] as const)
  test(`a file that a crash left with ${what} is made whole`, async (t) => {
    const { files, put, path } = await library(t)
    await put(SID, left)
    assert.deepEqual(await files.recover(SID), { frames, channels })
    assert.deepEqual(await readFile(path), whole)
  })

for (const [what, left, stays] of [
  ['is empty', Buffer.alloc(0), false],
  ['ends in its header', wav(1, []).subarray(0, 20), false],
  ['has no frames', wav(1, []), false],
  ['has no whole frame', wav(2, [1]), false],
  ['is none of ours', Buffer.alloc(100, 'x'), true],
  [
    'has another rate',
    Buffer.concat([formatWavHeader({ channels: 1, sampleRate: 16_000, dataBytes: 2 }), Buffer.alloc(2)]),
    true,
  ],
] as const)
  test(`a file that ${what} is not recovered, but ${stays ? 'left alone' : 'removed'}`, async (t) => {
    const { files, folder, put } = await library(t)
    await put(SID, left)
    assert.equal(await files.recover(SID), null)
    assert.deepEqual(await readdir(folder), stays ? [`${SID}.wav`] : [])
  })

test('a recording without a file is neither recovered nor sent, and removing it is no error', async (t) => {
  const { files } = await library(t)
  assert.equal(await files.recover(SID), null)
  assert.equal(await files.media(SID, { format: 'wav', channels: null }), 'missing')
  assert.equal(await files.media(SID, { format: 'mp3', channels: 1 }), 'missing')
  await files.remove(SID)
})

const [BOTH, MIXED] = [
  [1, 2, 3, 4],
  [3, 7],
] as const
for (const [channels, format, asked, name, contentType, content] of [
  [1, 'wav', null, `${SID}.wav`, 'audio/x-wav', wav(1, BOTH)],
  [1, 'wav', 1, `${SID}.wav`, 'audio/x-wav', wav(1, BOTH)],
  [2, 'wav', null, `${SID}.wav`, 'audio/x-wav', wav(2, BOTH)],
  [2, 'wav', 2, `${SID}.wav`, 'audio/x-wav', wav(2, BOTH)],
  [2, 'wav', 1, `derived/${SID}.mono.wav`, 'audio/x-wav', wav(1, MIXED)],
  [1, 'mp3', null, `derived/${SID}.mp3`, 'audio/mpeg', wav(1, BOTH)],
  [1, 'mp3', 1, `derived/${SID}.mp3`, 'audio/mpeg', wav(1, BOTH)],
  [2, 'mp3', null, `derived/${SID}.mp3`, 'audio/mpeg', wav(2, BOTH)],
  [2, 'mp3', 2, `derived/${SID}.mp3`, 'audio/mpeg', wav(2, BOTH)],
  [2, 'mp3', 1, `derived/${SID}.mono.mp3`, 'audio/mpeg', wav(1, MIXED)],
] as const)
  test(`${channels} recorded, ${asked ?? 'no number'} asked as ${format}: ${name.replace(SID, 'RE…')}`, async (t) => {
    const { files, folder, put, derived } = await library(t)
    await put(SID, wav(channels, BOTH))
    assert.deepEqual(await media(files, format, asked), { path: join(folder, name), contentType })
    assert.deepEqual(await readFile(join(folder, name)), content)
    if (name.startsWith('derived/')) assert.deepEqual(await derived(), [name.slice('derived/'.length)])
  })

test('a mix is the sum of both channels, and no louder than a sample can be', async (t) => {
  const { files, put } = await library(t)
  await put(SID, wav(2, [100, -30, 30_000, 30_000, -30_000, -30_000, 0, 7, 32_767, -32_768]))
  const { path } = await media(files, 'wav', 1)
  assert.deepEqual(await readFile(path), wav(1, [70, 32_767, -32_768, 7, -1]))
})

test('a long mix is whole', async (t) => {
  const { files, put } = await library(t)
  const frames = 100_001
  await put(
    SID,
    wav(
      2,
      Array.from({ length: frames * 2 }, (_, at) => (at % 2 === 0 ? (at / 2) % 9000 : 1000)),
    ),
  )
  const { path } = await media(files, 'wav', 1)
  assert.deepEqual(
    await readFile(path),
    wav(
      1,
      Array.from({ length: frames }, (_, at) => (at % 9000) + 1000),
    ),
  )
})

test('those who ask at the same time share the work, and those who ask later its result', async (t) => {
  const { files, put, encoder, derived } = await library(t)
  await put(SID, wav(1, [1, 2]))
  const answers = await Promise.all(Array.from({ length: 20 }, () => media(files, 'mp3', null)))
  assert.equal(new Set(answers.map(({ path }) => path)).size, 1)
  await media(files, 'mp3', 1)
  assert.equal(encoder.asked, 1)
  assert.deepEqual(await derived(), [`${SID}.mp3`])
})

test('a file under way is not seen before it is whole', async (t) => {
  const { files, put, encoder, derived } = await library(t)
  await put(SID, wav(1, [1, 2]))
  encoder.fault = new Error('out of breath')
  await assert.rejects(media(files, 'mp3', null), /out of breath/)
  assert.deepEqual(await derived(), [])
  encoder.fault = null
  const { path } = await media(files, 'mp3', null)
  assert.deepEqual(await readFile(path), wav(1, [1, 2]))
})

test('what was made long ago goes first when there is too much, and can be made again', async (t) => {
  const sids = [1, 2, 3].map(() => newSid('RE'))
  const [first, second, third] = sids as [RecordingSid, RecordingSid, RecordingSid]
  const bytes = wav(1, [1, 2])
  const { files, put, encoder, derived } = await library(t, bytes.length * 2)
  for (const sid of sids) await put(sid, bytes)
  await media(files, 'mp3', null, first)
  await media(files, 'mp3', null, second)
  await media(files, 'mp3', null, first)
  await media(files, 'mp3', null, third)
  await media(files, 'mp3', null, second) // waits for what goes: the second did, and now the first does
  assert.equal(encoder.asked, 4)
  await media(files, 'mp3', null, first)
  assert.equal(encoder.asked, 5)
  await media(files, 'mp3', null, second)
  assert.equal(encoder.asked, 5)
  assert.ok((await derived()).includes(`${first}.mp3`))
})

test('a file larger than all that is kept is sent all the same', async (t) => {
  const { files, put } = await library(t, 10)
  for (const sid of [SID, OTHER]) {
    await put(sid, wav(1, [1, 2, 3]))
    assert.deepEqual(await readFile((await media(files, 'mp3', null, sid)).path), wav(1, [1, 2, 3]))
  }
})

test('made again, a file carries the same time: to HTTP clients it is the same', async (t) => {
  const { files, put, path } = await library(t)
  await put(SID, wav(2, [1, 2]))
  await utimes(path, 1_700_000_000, 1_700_000_000)
  const made = await media(files, 'wav', 1)
  assert.equal((await stat(made.path)).mtimeMs, 1_700_000_000_000)
  await rm(made.path)
  assert.equal((await stat((await media(files, 'wav', 1)).path)).mtimeMs, 1_700_000_000_000)
})

test('the next process uses what this one made, without the unfinished and what belongs to nothing', async (t) => {
  const { folder, files, open, put, encoder, derived } = await library(t)
  await put(SID, wav(1, [1, 2]))
  const { path } = await media(files, 'mp3', null)
  for (const name of [`${SID}.mp3.7.part`, `${SID}.mono.mp3.1.part.unfinished`, `${OTHER}.mp3`, 'notes.txt'])
    await writeFile(join(folder, 'derived', name), 'x')
  assert.equal((await media(open(), 'mp3', null)).path, path)
  assert.equal(encoder.asked, 1)
  assert.deepEqual(await derived(), [`${SID}.mp3`, 'notes.txt'])
})

test('removing a recording removes all that was made from it', async (t) => {
  const { folder, files, put, derived } = await library(t)
  for (const sid of [SID, OTHER]) await put(sid, wav(2, [1, 2]))
  for (const [format, channels] of [
    ['wav', 1],
    ['mp3', 1],
    ['mp3', null],
  ] as const)
    await media(files, format, channels)
  await media(files, 'mp3', null, OTHER)
  await files.remove(SID)
  assert.deepEqual(await derived(), [`${OTHER}.mp3`])
  assert.deepEqual((await readdir(folder)).sort(), [`${OTHER}.wav`, 'derived'])
  assert.equal(await files.media(SID, { format: 'mp3', channels: null }), 'missing')
})

test('what is being made of a recording while it is removed does not stay', async (t) => {
  const { files, put, encoder, derived } = await library(t)
  await put(SID, wav(1, [1, 2]))
  const gate = Promise.withResolvers<void>()
  encoder.gate = gate.promise.then(() => files.remove(SID))
  const asked = files.media(SID, { format: 'mp3', channels: null })
  gate.resolve()
  assert.equal(await asked, 'missing')
  assert.deepEqual(await derived(), [])
})

test('two are made at a time and a hundred wait; one more is told that it is busy', async (t) => {
  const { files, put, encoder } = await library(t)
  const gate = Promise.withResolvers<void>()
  encoder.gate = gate.promise
  const sids = Array.from({ length: 103 }, () => newSid('RE'))
  for (const sid of sids) await put(sid, wav(1, [1]))
  const asked = sids.map((sid) => files.media(sid, { format: 'mp3', channels: null }))
  assert.equal(await Promise.race(asked), 'busy', 'nobody else has an answer while the encoder is held')
  await encoder.two.promise
  gate.resolve()
  const answers = await Promise.all(asked)
  assert.equal(answers.filter((answer) => typeof answer === 'object').length, 102)
  assert.equal(encoder.atOnceMax, 2)
})
