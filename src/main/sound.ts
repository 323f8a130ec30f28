/** Puts together what makes sound: the voice, the decoder of files, the library of finished sounds, and named ones. */
import { join } from 'node:path'
import { createPinnedSounds } from '../adapters/sound-cache/pinned-sounds.ts'
import { createSoundCache } from '../adapters/sound-cache/sound-cache.ts'
import { createSoundFiles } from '../adapters/sound-files/sound-files.ts'
import { NamedSounds } from '../engine/sounds/named-sounds.ts'
import { SoundLibrary } from '../engine/sounds/sound-library.ts'
import type { HttpTransport } from '../journal/http-transport.ts'
import type { Journal } from '../journal/journal.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Config } from './config.ts'
import { createSpeech } from './speech.ts'

export interface SoundParts {
  readonly library: SoundLibrary
  readonly named: NamedSounds
  readonly files: ReturnType<typeof createSoundFiles>
  /** Resolves when what was made is kept, and every thread has ended. */
  close(): Promise<void>
}

export async function createSound(deps: {
  readonly config: Config
  /** The platform's folder. */
  readonly data: string
  readonly journal: Journal
  readonly transport: HttpTransport
  readonly clock: Clock
  readonly logger: Logger
}): Promise<SoundParts> {
  const { config, data, journal, transport, clock, logger } = deps
  const synthesizer = await createSpeech({ config, transport, logger, clockKind: clock.kind })
  const files = createSoundFiles({ logger })
  const cache = createSoundCache({ folder: join(data, 'sounds', 'cache'), logger })
  const pinned = createPinnedSounds({ folder: join(data, 'sounds', 'named'), logger })
  const library = new SoundLibrary({ clock, logger, decoder: files, synthesizer, cache, pinned })
  const named = new NamedSounds({ clock, logger, journal, library, pinned })
  return {
    library,
    named,
    files,
    close: async () => {
      await library.settled()
      await Promise.all([synthesizer.close(), files.close()])
    },
  }
}
