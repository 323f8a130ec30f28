/** What a library of sounds needs, for tests: everything counts how often it was asked, and can be made to fail or wait. */
import type { ResourceRow, ResourceType, Write } from '../../journal/store.ts'
import type { Clock } from '../../lib/clock.ts'
import type { AccountSid, Instant } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { VirtualClock } from '../../lib/virtual-clock.ts'
import { toUlaw } from '../../wire/codec/g711.ts'
import type { Pcm, SoundCache, SoundDecoder } from '../ports/sound.ts'
import type { SpeechSynthesizer, Words } from '../ports/speech.ts'
import type { PinnedSounds } from './pinned-sounds.ts'
import { SoundLibrary } from './sound-library.ts'

/** Of the test's voice: so many milliseconds a letter, all at this sample. */
export const LETTER_MS = 10
export const VOICE_SAMPLE = 1000

/** A cache without a disk; also sounds that are pinned. */
export class MemoryCache implements SoundCache, PinnedSounds {
  readonly files = new Map<string, Uint8Array<SharedArrayBuffer>>()
  reads = 0
  /** What `write` and `pin` wait for. */
  ready: Promise<void> = Promise.resolve()
  /** What `pin` and `unpin` throw. */
  fault: Error | null = null

  async read(id: string): Promise<Uint8Array<SharedArrayBuffer> | null> {
    this.reads += 1
    return this.files.get(id) ?? null
  }

  async write(id: string, ulaw: Uint8Array): Promise<void> {
    await this.ready
    const kept = new Uint8Array(new SharedArrayBuffer(ulaw.length))
    kept.set(ulaw)
    this.files.set(id, kept)
  }

  async pin(id: string, ulaw: Uint8Array): Promise<void> {
    if (this.fault) throw this.fault
    await this.write(id, ulaw)
  }

  async unpin(id: string): Promise<void> {
    if (this.fault) throw this.fault
    this.files.delete(id)
  }
}

/** The rows of named sounds, without a store. */
export class MemoryRows {
  readonly rows = new Map<string, ResourceRow>()

  async append(group: readonly Write[]): Promise<void> {
    for (const write of group) {
      if (write.kind === 'resource') this.rows.set(write.resource.sid, write.resource)
      if (write.kind === 'delete-resource') this.rows.delete(write.sid)
    }
  }

  readonly store = {
    resource: async (_type: ResourceType, sid: string) => this.rows.get(sid) ?? null,
    resources: async (_type: ResourceType, accountSid?: AccountSid) =>
      [...this.rows.values()].filter((row) => accountSid === undefined || row.accountSid === accountSid),
  }
}

export class TestVoice implements SpeechSynthesizer {
  id = 'test-1'
  readonly spoken: Words[] = []
  /** Words being spoken now, and at most so far. */
  busy = 0
  busiest = 0
  /** Awaited by each `synthesize`; may throw. */
  before: (words: Words) => Promise<void> = async () => {}

  async synthesize(words: Words): Promise<Pcm> {
    this.spoken.push(words)
    this.busy += 1
    this.busiest = Math.max(this.busiest, this.busy)
    try {
      await this.before(words)
      return { samples: new Int16Array(words.text.length * LETTER_MS * 8).fill(VOICE_SAMPLE), sampleRate: 8000 }
    } finally {
      this.busy -= 1
    }
  }

  async close(): Promise<void> {}
}

/** A file is µ-law as it is; one that begins with 0 is none, and one that begins with 1 makes the decoder fail. */
export class TestDecoder implements SoundDecoder {
  decoded = 0
  encodes = true

  async decode(file: Uint8Array, mediaType: string) {
    this.decoded += 1
    if (file[0] === 1) throw new Error('the worker is gone')
    return file[0] === 0 ? { unplayable: `${mediaType} is not played` } : file
  }

  async encode({ samples }: Pcm): Promise<Uint8Array> {
    if (!this.encodes) throw new Error('the worker is gone')
    return toUlaw(samples)
  }

  async close(): Promise<void> {}
}

export function aLibrary(more: { readonly cache?: MemoryCache; readonly pinned?: MemoryCache } = {}) {
  const clock = new VirtualClock({ startAt: 0 as Instant, settleMs: 0, mode: 'held' })
  const told: { readonly level: 'warn' | 'error'; readonly message: string }[] = []
  const logger: Logger = {
    debug() {},
    info() {},
    warn: (_, message) => void told.push({ level: 'warn', message }),
    error: (_, message) => void told.push({ level: 'error', message }),
  }
  const [voice, decoder, cache] = [new TestVoice(), new TestDecoder(), more.cache ?? new MemoryCache()]
  const { pinned } = more
  const deps = { clock: clock as Clock, logger, decoder, synthesizer: voice, cache, ...(pinned && { pinned }) }
  return { library: new SoundLibrary(deps), clock, voice, decoder, cache, told }
}

export const plain = (text: string) => ({ content: [text], voice: 'man', language: null })
