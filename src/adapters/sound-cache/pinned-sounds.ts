/** Sounds that somebody gave us and that cannot be made again: the cache's files, but written durably and never evicted. */
import { rm } from 'node:fs/promises'
import type { PinnedSounds } from '../../engine/sounds/pinned-sounds.ts'
import { assert } from '../../lib/assert.ts'
import type { Logger } from '../../lib/logger.ts'
import { pathOf, readSoundFile, writeSoundFile } from './sound-file.ts'

/** `folder` is its own, not the cache's. Its size is bounded by who pins. */
export function createPinnedSounds({ folder, logger }: { folder: string; logger: Logger }): PinnedSounds {
  const fileOf = (id: string): string => {
    const path = pathOf(folder, id)
    assert(path !== null, `${id} is not the id of a sound`)
    return path
  }
  return {
    async read(id) {
      const path = pathOf(folder, id)
      if (path === null) return null
      try {
        const ulaw = await readSoundFile(path)
        if (ulaw !== 'damaged') return ulaw
        logger.error({ path }, 'the file of a named sound is damaged: upload it again')
      } catch (error) {
        logger.error({ err: error, path }, 'the file of a named sound cannot be read')
      }
      return null
    },
    async pin(id, ulaw) {
      await writeSoundFile(fileOf(id), ulaw, { durable: true })
    },
    async unpin(id) {
      await rm(fileOf(id), { force: true })
    },
  }
}
