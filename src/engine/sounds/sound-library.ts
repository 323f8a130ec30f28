/**
 * The one place where sounds are made and kept: spoken, decoded or rendered once, then copied from memory or from the
 * cache on disk. Equal wishes are one sound with one id, and who wishes for it while it is being made waits for the same
 * making. Virtual time stands still meanwhile, also until the cache has written.
 */
import { type Clock, holding } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import { renderKeys } from '../../wire/codec/dtmf.ts'
import { toUlaw } from '../../wire/codec/g711.ts'
import { parseCadence, renderCadence } from '../../wire/codec/tone.ts'
import type { Sound, SoundCache, SoundDecoder, Sounds, Unplayable } from '../ports/sound.ts'
import type { SpeechSynthesizer } from '../ports/speech.ts'
import { planSpeech, type Speech, type SpeechPart } from '../speech/plan-speech.ts'
import { timedSynthesizer } from '../speech/timed-synthesizer.ts'
import { assembleSpeech, louder } from './assemble-speech.ts'
import { composeHoldMusic, HOLD_MUSIC_VERSION } from './hold-music.ts'
import type { PinnedSounds } from './pinned-sounds.ts'
import { joinSound, keptSound, SOUND_BYTES_MAX } from './shared-sound.ts'
import { fileId, holdMusicId, keysId, speechId, toneId } from './sound-id.ts'
import { SoundMemory } from './sound-memory.ts'
import { SpeechIds } from './speech-ids.ts'

export interface SoundLibraryDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly decoder: SoundDecoder
  readonly synthesizer: SpeechSynthesizer
  readonly cache: SoundCache
  /** Where sounds with a name are kept; asked when the cache has nothing. */
  readonly pinned?: Pick<PinnedSounds, 'read'>
}

/** About 2 hours and 20 minutes. */
const MEMORY_BYTES_MAX = 64 * 1024 * 1024
/** Reasons for a voice's failing that are remembered, so as not to be told twice. */
const REASONS_MAX = 100
/** Of simulated phones, unlike the voice of a `<Say>` that names none. */
const PARTY_VOICE = 'woman'

export class SoundLibrary implements Sounds {
  readonly #deps: SoundLibraryDeps
  readonly #timed = timedSynthesizer()
  readonly #memory = new SoundMemory(MEMORY_BYTES_MAX)
  readonly #speechIds = new SpeechIds()
  readonly #making = new Map<string, Promise<Sound | Unplayable>>()
  readonly #reading = new Map<string, Promise<Sound | null>>()
  readonly #writing = new Set<Promise<void>>()
  readonly #reasons = new Set<string>()

  constructor(deps: SoundLibraryDeps) {
    this.#deps = deps
  }

  /** What `<Say>` speaks, at most 40 minutes of it. When the synthesizer fails the timed voice stands in. Never rejects. */
  async say(speech: Speech): Promise<Sound> {
    const { decoder, synthesizer } = this.#deps
    const id = this.#speechIds.idOf(synthesizer.id, speech)
    return this.#once(id, async () => {
      const parts = planSpeech(speech)
      try {
        const pieces = await assembleSpeech(parts, async ({ words, volumeDb }) =>
          decoder.encode(louder(await synthesizer.synthesize(words), volumeDb)),
        )
        return this.#keep(joinSound(id, pieces))
      } catch (error) {
        this.#tellOnce(error)
        return this.#sayTimed(parts)
      }
    })
  }

  /** Plain words, as a simulated phone speaks them. */
  words(text: string, voice: string = PARTY_VOICE): Promise<Sound> {
    return this.say({ content: [text], voice, language: null })
  }

  /** A file that was fetched or uploaded. Never rejects. */
  async file(bytes: Uint8Array, mediaType: string): Promise<Sound | Unplayable> {
    const { decoder, logger } = this.#deps
    const id = fileId(bytes, mediaType)
    return this.#once<Sound | Unplayable>(id, async () => {
      try {
        const decoded = await decoder.decode(bytes, mediaType)
        return 'unplayable' in decoded ? decoded : this.#keep(joinSound(id, [decoded]))
      } catch (error) {
        logger.error({ err: error, mediaType, bytes: bytes.length }, 'decoding a file failed')
        return { unplayable: 'The file could not be decoded' }
      }
    })
  }

  /** DTMF keys, made at once. @throws WireError when others are among them. */
  keys(digits: string): Sound {
    const id = keysId(digits)
    return this.#memory.get(id) ?? this.#keep(joinSound(id, [toUlaw(renderKeys(digits))]))
  }

  /**
   * A tone by its cadence, such as `1000/400`, made at once: what sounds for long is better made short and repeated.
   * @throws WireError when the cadence is none
   */
  tone(cadence: string, lengthMs: number, levelDbfs: number): Sound {
    const id = toneId(cadence, lengthMs, levelDbfs)
    const kept = this.#memory.get(id)
    if (kept) return kept
    return this.#keep(joinSound(id, [toUlaw(renderCadence(parseCadence(cadence), { lengthMs, levelDbfs }))]))
  }

  /** Composed when it is first wanted. */
  holdMusic(): Sound {
    const id = holdMusicId(HOLD_MUSIC_VERSION)
    return this.#memory.get(id) ?? this.#keep(joinSound(id, [toUlaw(composeHoldMusic())]))
  }

  /** One that was made before; null when it is gone. */
  async byId(id: string): Promise<Sound | null> {
    const making = this.#making.get(id)
    const made = making && (await making)
    // One that could not be spoken is another sound.
    if (made && 'ulaw' in made && made.id === id) return made
    return this.#memory.get(id) ?? this.#read(id)
  }

  /** Resolves when what has been made is in the cache. */
  async settled(): Promise<void> {
    while (this.#writing.size > 0) await Promise.all(this.#writing)
  }

  /** From memory, else from who is making it, else from the cache, else made. */
  #once<Made extends Sound | Unplayable>(id: string, make: () => Promise<Made>): Promise<Sound | Made> {
    const kept = this.#memory.get(id)
    if (kept) return Promise.resolve(kept)
    // The id says how a sound is made: who makes the same one makes it in the same way.
    const making = this.#making.get(id) as Promise<Sound | Made> | undefined
    if (making) return making
    const made = holding(this.#deps.clock, 'sound', async () => (await this.#read(id)) ?? (await make()))
    const done = made.finally(() => this.#making.delete(id))
    this.#making.set(id, done)
    return done
  }

  #read(id: string): Promise<Sound | null> {
    const reading = this.#reading.get(id)
    if (reading) return reading
    const { clock, cache, pinned } = this.#deps
    const read = holding(clock, 'sound', async () => {
      const ulaw = (await cache.read(id)) ?? (await pinned?.read(id))
      if (!ulaw) return null
      const sound = keptSound(id, ulaw)
      this.#memory.keep(sound)
      return sound
    }).finally(() => this.#reading.delete(id))
    this.#reading.set(id, read)
    return read
  }

  #keep(sound: Sound): Sound {
    const { clock, cache } = this.#deps
    this.#memory.keep(sound)
    const write = holding(clock, 'sound', () => cache.write(sound.id, sound.ulaw)).finally(() =>
      this.#writing.delete(write),
    )
    this.#writing.add(write)
    return sound
  }

  /** A sound of its own, so that the words are spoken when there is a voice again. */
  async #sayTimed(parts: readonly SpeechPart[]): Promise<Sound> {
    const id = speechId(this.#timed.id, parts)
    const kept = this.#memory.get(id)
    if (kept) return kept
    const pieces = await assembleSpeech(parts, async ({ words, volumeDb }) => {
      // Words that are longer than any sound are refused.
      const pcm = await this.#timed.synthesize(words).catch(() => null)
      return pcm ? toUlaw(louder(pcm, volumeDb).samples) : SOUND_BYTES_MAX
    })
    return this.#keep(joinSound(id, pieces))
  }

  #tellOnce(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    if (this.#reasons.has(reason)) return
    const [oldest] = this.#reasons
    if (this.#reasons.size >= REASONS_MAX && oldest !== undefined) this.#reasons.delete(oldest)
    this.#reasons.add(reason)
    const { id } = this.#deps.synthesizer
    this.#deps.logger.warn({ reason, synthesizer: id }, 'the voice failed: the timed voice stands in')
  }
}
