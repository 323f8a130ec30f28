/** A room whose legs may be in several threads: it is in that of the first, and the others are in it by links. */
import type { Instant } from '../../../lib/ids.ts'
import type { LegMedia, LegRecording, Program, ProgramEnd, RecordCall } from '../../ports/leg-media.ts'
import type { MediaBridge, MediaRoom, RoomPlace } from '../../ports/media-engine.ts'
import { type Link, link } from './link.ts'
import type { SpreadEngine, ThreadEngine } from './spread-engine.ts'

interface Linked {
  readonly link: Link
  readonly bridge: MediaBridge
}

export class SpreadRoom implements MediaRoom {
  readonly #spread: Pick<SpreadEngine, 'homeOf' | 'enters'>
  readonly #usual: ThreadEngine
  #home: { readonly engine: ThreadEngine; readonly room: MediaRoom } | null = null
  #speechListener: ((leg: LegMedia, speaking: boolean, at: Instant) => void) | null = null
  readonly #linked = new Map<LegMedia, Linked>()
  /** Whose link stands in the room. */
  readonly #behind = new Map<LegMedia, LegMedia>()

  /** @param usual where it is when it has to be somewhere before a leg comes */
  constructor(spread: Pick<SpreadEngine, 'homeOf' | 'enters'>, usual: ThreadEngine) {
    this.#spread = spread
    this.#usual = usual
  }

  enter(leg: LegMedia, place: RoomPlace, verb: string): void {
    const engine = this.#spread.homeOf(leg)
    const home = this.#at(engine)
    this.#spread.enters(leg, this)
    if (this.#linked.has(leg)) {
      this.change(leg, place)
      return
    }
    if (engine === home.engine) {
      home.room.enter(leg, this.#placed(place), verb)
      return
    }
    const between = link(home.engine, engine)
    this.#linked.set(leg, { link: between, bridge: engine.bridge(leg, between.far, verb) })
    this.#behind.set(between.near, leg)
    home.room.enter(between.near, this.#placed(place), verb)
  }

  change(leg: LegMedia, place: RoomPlace): void {
    this.#home?.room.change(this.#standIn(leg), this.#placed(place))
  }

  leave(leg: LegMedia): void {
    const linked = this.#linked.get(leg)
    this.#home?.room.leave(this.#standIn(leg))
    if (!linked) return
    this.#linked.delete(leg)
    this.#behind.delete(linked.link.near)
    linked.bridge.end()
    linked.link.end()
  }

  run(program: Program, stop: AbortSignal): Promise<ProgramEnd> {
    return this.#at().room.run(program, stop)
  }

  record(order: RecordCall): LegRecording {
    return this.#at().room.record(order)
  }

  onSpeech(listener: (leg: LegMedia, speaking: boolean, at: Instant) => void): void {
    this.#speechListener = listener
    if (this.#home) this.#listenIn(this.#home.room)
  }

  async close(): Promise<void> {
    for (const leg of [...this.#linked.keys()]) this.leave(leg)
    await this.#home?.room.close()
  }

  #at(engine: ThreadEngine = this.#usual): { readonly engine: ThreadEngine; readonly room: MediaRoom } {
    if (this.#home) return this.#home
    this.#home = { engine, room: engine.room() }
    if (this.#speechListener) this.#listenIn(this.#home.room)
    return this.#home
  }

  #listenIn(room: MediaRoom): void {
    room.onSpeech((leg, speaking, at) => this.#speechListener?.(this.#behind.get(leg) ?? leg, speaking, at))
  }

  /** What stands in the room for a leg: itself, or its link. */
  #standIn(leg: LegMedia): LegMedia {
    return this.#linked.get(leg)?.link.near ?? leg
  }

  #placed({ coaches, ...place }: RoomPlace): RoomPlace {
    return { ...place, coaches: coaches && this.#standIn(coaches) }
  }
}
