import assert from 'node:assert/strict'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Logger, silentLogger } from '../../lib/logger.ts'
import { createPinnedSounds } from './pinned-sounds.ts'
import { aFolder, aSound, filesIn, idOf } from './test-folder.ts'

test('a pinned sound is there until it is unpinned, also for the next process', async (t) => {
  const folder = join(aFolder(t), 'sounds')
  const pinned = createPinnedSounds({ folder, logger: silentLogger })
  assert.equal(await pinned.read(idOf(1)), null)
  await pinned.pin(idOf(1), aSound(20))
  await pinned.pin(idOf(1), aSound(20))
  const read = await createPinnedSounds({ folder, logger: silentLogger }).read(idOf(1))
  assert.deepEqual(read && [...read], [...aSound(20)])
  await pinned.unpin(idOf(1))
  await pinned.unpin(idOf(1))
  assert.equal(await pinned.read(idOf(1)), null)
  assert.deepEqual(filesIn(folder), [])
})

test('a damaged pinned sound is not played, not removed, and told of', async (t) => {
  const folder = aFolder(t)
  const told: string[] = []
  const logger: Logger = { ...silentLogger, error: (_, message) => void told.push(message) }
  const pinned = createPinnedSounds({ folder, logger })
  await pinned.pin(idOf(1), aSound(20))
  truncateSync(join(folder, filesIn(folder)[0]!), 90)
  assert.equal(await pinned.read(idOf(1)), null)
  assert.equal(filesIn(folder).length, 1)
  assert.deepEqual(told, ['the file of a named sound is damaged: upload it again'])
})

test('pinning fails aloud when the disk does', async (t) => {
  const folder = join(aFolder(t), 'file')
  writeFileSync(folder, 'not a folder')
  await assert.rejects(createPinnedSounds({ folder, logger: silentLogger }).pin(idOf(1), aSound(20)))
  await assert.rejects(createPinnedSounds({ folder, logger: silentLogger }).pin('../x', aSound(20)), /not the id/)
})
