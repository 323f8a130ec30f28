/**
 * Sounds that an account uploaded under a name: for simulated phones to play. The row of the store says which sound the
 * name means; the sound itself is pinned, once for all names that mean it.
 */
import type { ResourceRow, Store, Write } from '../../journal/store.ts'
import { type Clock, holding } from '../../lib/clock.ts'
import type { AccountSid, Instant } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Sound, Unplayable } from '../ports/sound.ts'
import type { PinnedSounds } from './pinned-sounds.ts'
import type { SoundLibrary } from './sound-library.ts'

export interface NamedSound {
  readonly accountSid: AccountSid
  readonly name: string
  readonly soundId: string
  readonly lengthMs: number
  readonly createdAt: Instant
  /** When the name was last given to a sound. */
  readonly updatedAt: Instant
}

export interface NamedSoundsDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly journal: {
    append(group: readonly Write[]): Promise<unknown>
    readonly store: Pick<Store, 'resource' | 'resources'>
  }
  readonly library: Pick<SoundLibrary, 'file' | 'byId'>
  readonly pinned: Pick<PinnedSounds, 'pin' | 'unpin'>
}

/** Of one account: so many names, and so much to hear in all (24 hours take 660 MiB). */
export const NAMED_SOUNDS_MAX = 1000
export const NAMED_SOUNDS_MS_MAX = 24 * 3600 * 1000

export class NamedSounds {
  readonly #deps: NamedSoundsDeps
  /** Changes take turns: a sound is taken out only when no name means it. It never rejects. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(deps: NamedSoundsDeps) {
    this.#deps = deps
  }

  async get(accountSid: AccountSid, name: string): Promise<NamedSound | null> {
    const found = await this.#deps.journal.store.resource('sound', keyOf(accountSid, name))
    return found && (found.row as NamedSound)
  }

  /** In the order of their names, after one of them. */
  async list(accountSid: AccountSid, after: string, max: number): Promise<readonly NamedSound[]> {
    const sounds = (await this.#all(accountSid)).filter(({ name }) => name > after)
    return sounds.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, max)
  }

  /**
   * Gives a name to the sound in a file, whatever it meant before.
   * @throws Error when it cannot be kept
   */
  async put(
    accountSid: AccountSid,
    name: string,
    file: { readonly bytes: Uint8Array; readonly mediaType: string },
  ): Promise<NamedSound | Unplayable | 'too-many' | 'too-long'> {
    const sound = await this.#deps.library.file(file.bytes, file.mediaType)
    if ('unplayable' in sound) return sound
    if (sound.lengthMs === 0) return { unplayable: 'There is nothing to hear in the file' }
    return this.#alone(async () => {
      const others = (await this.#all(accountSid)).filter((other) => other.name !== name)
      if (others.length >= NAMED_SOUNDS_MAX) return 'too-many'
      if (others.reduce((sum, { lengthMs }) => sum + lengthMs, sound.lengthMs) > NAMED_SOUNDS_MS_MAX) return 'too-long'
      const before = await this.get(accountSid, name)
      const { clock, journal, pinned } = this.#deps
      await pinned.pin(sound.id, sound.ulaw)
      const now = clock.now()
      const named: NamedSound = {
        accountSid,
        name,
        soundId: sound.id,
        lengthMs: sound.lengthMs,
        createdAt: before?.createdAt ?? now,
        updatedAt: now,
      }
      await journal.append([{ kind: 'resource', resource: toResource(named) }])
      if (before) await this.#unpin(before.soundId)
      return named
    })
  }

  /** False when the name means nothing. */
  delete(accountSid: AccountSid, name: string): Promise<boolean> {
    return this.#alone(async () => {
      const before = await this.get(accountSid, name)
      if (!before) return false
      const sid = keyOf(accountSid, name)
      await this.#deps.journal.append([{ kind: 'delete-resource', type: 'sound', sid }])
      await this.#unpin(before.soundId)
      return true
    })
  }

  /** What a simulated phone plays by a name; null when the name means nothing, or its sound is gone. */
  readonly namedSound = async (accountSid: AccountSid, name: string): Promise<Sound | null> => {
    const named = await this.get(accountSid, name)
    return named && this.#deps.library.byId(named.soundId)
  }

  async #all(accountSid?: AccountSid): Promise<NamedSound[]> {
    const rows = await this.#deps.journal.store.resources('sound', accountSid)
    return rows.map(({ row }) => row as NamedSound)
  }

  /** Unless another name, of whichever account, means the same sound. A file that stays behind harms nobody. */
  async #unpin(soundId: string): Promise<void> {
    if ((await this.#all()).some((named) => named.soundId === soundId)) return
    const { logger, pinned } = this.#deps
    await pinned
      .unpin(soundId)
      .catch((error) => logger.warn({ err: error, soundId }, 'the file of a deleted sound could not be removed'))
  }

  #alone<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(() => holding(this.#deps.clock, 'sound', change))
    this.#turn = done.catch(() => {})
    return done
  }
}

const keyOf = (accountSid: AccountSid, name: string): string => `${accountSid}/${name}`

function toResource(named: NamedSound): ResourceRow {
  const { accountSid, name, createdAt } = named
  return { type: 'sound', sid: keyOf(accountSid, name), accountSid, createdAt, row: named }
}
