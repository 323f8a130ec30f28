/** The media engine in the thread that uses it: in virtual time, and inside each media worker. */
import { assert } from '../../lib/assert.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Instant } from '../../lib/ids.ts'
import type { LegMedia } from '../ports/leg-media.ts'
import type { LineEvents, MediaLines } from '../ports/line.ts'
import type { LegEvents, MediaEngine, PartyMedia } from '../ports/media-engine.ts'
import type { RecordingFiles } from '../ports/recording-files.ts'
import type { StreamSockets } from '../ports/stream-sockets.ts'
import { Bridge } from './bridge.ts'
import { LegAudio } from './leg-audio.ts'
import { LineLeg } from './line/line-leg.ts'
import { LINKED, type MemoryRings, memoryLines } from './line/memory-line.ts'
import { Pacer } from './line/pacer.ts'
import { Room } from './room.ts'

export interface InlineEngineDeps {
  readonly clock: Clock
  readonly files: RecordingFiles
  /** For Media Streams; absent: there are none. */
  readonly sockets?: StreamSockets
  /** To real phones; absent: there are none. */
  readonly lines?: MediaLines
  /** Told how late each tick was. */
  readonly onTick?: (lateMs: number) => void
}

export class InlineEngine implements MediaEngine {
  readonly #deps: InlineEngineDeps
  readonly #legs = new Set<LegAudio>()
  readonly #rooms = new Set<Room>()
  readonly #pacer: Pacer

  constructor(deps: InlineEngineDeps) {
    this.#deps = deps
    this.#pacer = new Pacer(deps.clock, deps.onTick)
  }

  open(events: LegEvents): LegAudio {
    const leg: LegAudio = new LegAudio({ ...this.#deps, events, onClosed: () => this.#legs.delete(leg) })
    this.#legs.add(leg)
    return leg
  }

  openLine(events: LineEvents): LineLeg {
    const { lines } = this.#deps
    assert(lines, 'there are lines to real phones')
    return this.#openLine(events, lines)
  }

  /** A leg with a line to a leg of another thread. */
  openLink(events: LineEvents, rings: MemoryRings): LineLeg {
    const leg = this.#openLine(events, memoryLines(rings))
    leg.connect(LINKED)
    return leg
  }

  #openLine(events: LineEvents, lines: MediaLines): LineLeg {
    const leg: LineLeg = new LineLeg({
      ...this.#deps,
      lines,
      pacer: this.#pacer,
      events,
      onClosed: () => this.#legs.delete(leg),
    })
    this.#legs.add(leg)
    return leg
  }

  join(one: PartyMedia, other: PartyMedia): void {
    assert(one instanceof LegAudio && other instanceof LegAudio, 'both legs are of this engine')
    one.hear(other)
    other.hear(one)
  }

  bridge(
    one: LegMedia,
    other: LegMedia,
    verb: string,
    { at = this.#deps.clock.now(), onEnd }: { readonly at?: Instant; readonly onEnd?: () => void } = {},
  ): Bridge {
    assert(one instanceof LegAudio && other instanceof LegAudio, 'both legs are of this engine')
    assert(one !== other, 'a leg is bridged with another')
    return new Bridge(this.#deps.clock, { one, other, verb, at, ...(onEnd && { onEnd }) })
  }

  room(): Room {
    const room: Room = new Room({ ...this.#deps, onClosed: () => this.#rooms.delete(room) })
    this.#rooms.add(room)
    return room
  }

  async stop(): Promise<void> {
    const legs = [...this.#legs]
    for (const leg of legs) leg.gone()
    await Promise.all([...legs.map(({ closed }) => closed), ...[...this.#rooms].map((room) => room.close())])
  }
}
