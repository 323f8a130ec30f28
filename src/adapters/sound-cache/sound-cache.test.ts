import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Logger, silentLogger } from '../../lib/logger.ts'
import { createSoundCache } from './sound-cache.ts'
import { aFolder, aSound, filesIn, idOf } from './test-folder.ts'

const ID = 'abcdef0123456789abcdef0123456789'
const FILE = join('ab', `${ID}.ulaw`)
/** 500 ms and its trailer: one block of the disk. */
const BLOCK_MS = 500
const BLOCK_BYTES = 4096

test('a sound comes back as it was written, in shared memory, also to another process', async (t) => {
  const folder = join(aFolder(t), 'not', 'there', 'yet')
  const cache = createSoundCache({ folder, logger: silentLogger })
  assert.equal(await cache.read(ID), null)
  const ulaw = Uint8Array.from({ length: 1600 }, (_, n) => n & 0xff)
  await cache.write(ID, ulaw)
  assert.deepEqual(filesIn(folder), [FILE])
  for (const reader of [cache, createSoundCache({ folder, logger: silentLogger })]) {
    const read = await reader.read(ID)
    assert.deepEqual(read && [...read], [...ulaw])
    assert.ok(read?.buffer instanceof SharedArrayBuffer)
    assert.equal(read.buffer.byteLength, ulaw.length)
  }
})

test('samples of a view, and in shared memory, are written as the view shows them', async (t) => {
  const cache = createSoundCache({ folder: aFolder(t), logger: silentLogger })
  const ulaw = new Uint8Array(new SharedArrayBuffer(100), 10, 80).fill(3)
  await cache.write(ID, ulaw)
  assert.deepEqual([...(await cache.read(ID))!], [...ulaw])
})

for (const [what, damage] of [
  ['cut short by a millisecond', (path: string) => truncateSync(path, readFileSync(path).length - 8)],
  ['cut in a millisecond', (path: string) => truncateSync(path, readFileSync(path).length - 3)],
  ['empty', (path: string) => truncateSync(path, 0)],
  ['of nothing but a trailer', (path: string) => truncateSync(path, 8)],
  ['with bytes behind it', (path: string) => appendFileSync(path, 'notasong')],
  [
    'with one bit turned',
    (path: string) =>
      writeFileSync(
        path,
        readFileSync(path).map((byte, n) => (n === 9 ? byte ^ 1 : byte)),
      ),
  ],
  ['longer than any sound', (path: string) => truncateSync(path, 20_000_000)],
] as const)
  test(`a file ${what} is no sound, and is removed`, async (t) => {
    const folder = aFolder(t)
    const cache = createSoundCache({ folder, logger: silentLogger })
    await cache.write(ID, aSound(100))
    damage(join(folder, FILE))
    assert.equal(await cache.read(ID), null)
    assert.deepEqual(filesIn(folder), [])
    await cache.write(ID, aSound(100))
    assert.equal((await cache.read(ID))?.length, 800)
  })

test('what cannot be a sound is not written', async (t) => {
  const folder = aFolder(t)
  const cache = createSoundCache({ folder, logger: silentLogger })
  await cache.write(ID, new Uint8Array(0))
  await cache.write(ID, new Uint8Array(801))
  await cache.write('../../etc/passwd', aSound(1))
  assert.equal(await cache.read('../../etc/passwd'), null)
  assert.deepEqual(filesIn(folder), [])
})

test('the bytes on disk have a limit, and what was used longest ago goes first', async (t) => {
  const folder = aFolder(t)
  const cache = createSoundCache({ folder, bytesMax: 20 * BLOCK_BYTES, logger: silentLogger })
  for (let n = 0; n < 20; n++) await cache.write(idOf(n), aSound(BLOCK_MS))
  const before = filesIn(folder)
  assert.ok(before.length >= 19 && before.length <= 20, `${before.length} files of 20 that have room`)
  // All were used an hour ago, in the order of their ids; then two of them now.
  for (const path of before) {
    const usedSec = Date.now() / 1000 - 3600 + Number.parseInt(path.slice(-8, -5), 16)
    utimesSync(join(folder, path), usedSec, usedSec)
  }
  assert.ok(await cache.read(idOf(5)))
  assert.ok(await cache.read(idOf(6)))
  for (let n = 20; n < 36; n++) {
    await cache.write(idOf(n), aSound(BLOCK_MS))
    assert.ok(filesIn(folder).length <= 20)
  }
  assert.ok(await cache.read(idOf(5)), 'used now')
  assert.ok(await cache.read(idOf(6)), 'used now')
  assert.ok(!(await cache.read(idOf(7))), 'used an hour ago')
  assert.ok(await cache.read(idOf(35)), 'the newest')
})

test('a sound that has no room at all is not kept, and drives out nothing', async (t) => {
  const folder = aFolder(t)
  const cache = createSoundCache({ folder, bytesMax: 3 * BLOCK_BYTES, logger: silentLogger })
  await cache.write(ID, aSound(BLOCK_MS))
  await cache.write(idOf(1), aSound(BLOCK_MS * 4))
  assert.deepEqual(filesIn(folder), [FILE])
})

test('looking for room removes damaged and abandoned files, and leaves what is not ours', async (t) => {
  const folder = aFolder(t)
  const hourAgoSec = Date.now() / 1000 - 3601
  mkdirSync(join(folder, 'ab'))
  writeFileSync(join(folder, FILE), 'odd')
  writeFileSync(join(folder, 'ab', 'README'), 'mine')
  writeFileSync(join(folder, 'ab', `${ID}.ulaw.1.tmp`), 'somebody writes')
  writeFileSync(join(folder, 'ab', `${ID}.ulaw.2.tmp`), 'nobody writes')
  utimesSync(join(folder, 'ab', `${ID}.ulaw.2.tmp`), hourAgoSec, hourAgoSec)
  await createSoundCache({ folder, logger: silentLogger }).write(idOf(1), aSound(1))
  assert.deepEqual(filesIn(folder), [
    join('00', `${idOf(1)}.ulaw`),
    join('ab', 'README'),
    join('ab', `${ID}.ulaw.1.tmp`),
  ])
})

test('two processes that share a folder, and write the same sounds, stay within its limit together', async (t) => {
  const folder = aFolder(t)
  const bytesMax = 64 * BLOCK_BYTES
  const caches = [1, 2].map(() => createSoundCache({ folder, bytesMax, logger: silentLogger }))
  const writes = Array.from({ length: 100 }, (_, n) => caches.map((cache) => cache.write(idOf(n), aSound(BLOCK_MS))))
  await Promise.all(writes.flat())
  const files = filesIn(folder)
  assert.ok(files.length > 0 && files.length <= 64 + 4, `${files.length} files of 64, and a sixteenth`)
  for (const cache of caches)
    for (const file of files) assert.ok(await cache.read(file.slice(3, 35)), `${file} is whole`)
})

test('a disk that fails is no cache: nothing rejects, and it is told once', async (t) => {
  const folder = join(aFolder(t), 'file')
  writeFileSync(folder, 'not a folder')
  const told: string[] = []
  const logger: Logger = { ...silentLogger, warn: (_, message) => void told.push(message) }
  const cache = createSoundCache({ folder, logger })
  for (let n = 0; n < 3; n++) {
    await cache.write(idOf(n), aSound(1))
    assert.equal(await cache.read(idOf(n)), null)
  }
  assert.deepEqual(told, ['the sound cache cannot be used'])
})

test('of more sounds than may wait to be written the last are not kept', async (t) => {
  const folder = aFolder(t)
  const cache = createSoundCache({ folder, logger: silentLogger })
  const long = aSound(39 * 60 * 1000)
  await Promise.all([1, 2, 3, 4].map((n) => cache.write(idOf(n), long)))
  assert.equal(filesIn(folder).length, 3)
  await cache.write(idOf(4), long)
  assert.equal(filesIn(folder).length, 4)
})
