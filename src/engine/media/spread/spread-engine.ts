/**
 * The media engine over several threads. Simulated phones are all in the first, since what they say is known by its words there;
 * lines to real phones are where there is least to do, or with the leg that dialled them. Legs of different threads hear each
 * other by links.
 */
import { assert } from '../../../lib/assert.ts'
import type { LegMedia } from '../../ports/leg-media.ts'
import type { LineEvents, LineMedia } from '../../ports/line.ts'
import type { LegEvents, MediaBridge, MediaEngine, MediaRoom, PartyMedia } from '../../ports/media-engine.ts'
import { type LinkEngine, link } from './link.ts'
import { SpreadRoom } from './spread-room.ts'

export type ThreadEngine = MediaEngine & LinkEngine

export class SpreadEngine implements MediaEngine {
  readonly #engines: readonly ThreadEngine[]
  readonly #home = new WeakMap<LegMedia, ThreadEngine>()
  readonly #load = new Map<ThreadEngine, number>()
  /** Rooms that legs of other threads are in. */
  readonly #rooms = new WeakMap<LegMedia, SpreadRoom>()

  /** @param engines at least one */
  constructor(engines: readonly ThreadEngine[]) {
    assert(engines.length > 0, 'there is a thread')
    this.#engines = engines
  }

  open(events: LegEvents): PartyMedia {
    return this.#settle(this.#first.open(events), this.#first)
  }

  openLine(events: LineEvents, near: LegMedia | null = null): LineMedia {
    const engine = (near && this.#home.get(near)) ?? this.#idlest()
    return this.#settle(engine.openLine(events), engine)
  }

  join(one: PartyMedia, other: PartyMedia): void {
    this.#first.join(one, other)
  }

  bridge(one: LegMedia, other: LegMedia, verb: string): MediaBridge {
    const near = this.homeOf(one)
    const far = this.homeOf(other)
    for (const leg of [one, other]) this.enters(leg, null)
    if (near === far) return near.bridge(one, other, verb)
    const between = link(near, far)
    const bridges = [near.bridge(one, between.near, verb), far.bridge(other, between.far, verb)]
    return {
      end() {
        for (const bridge of bridges) bridge.end()
        between.end()
      },
    }
  }

  room(): MediaRoom {
    return new SpreadRoom(this, this.#first)
  }

  async stop(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.stop()))
  }

  homeOf(leg: LegMedia): ThreadEngine {
    const home = this.#home.get(leg)
    assert(home, 'the leg is of this engine')
    return home
  }

  /** A leg is in this room from now on, or in none: it leaves the one it was in. */
  enters(leg: LegMedia, room: SpreadRoom | null): void {
    const before = this.#rooms.get(leg)
    if (before && before !== room) before.leave(leg)
    if (room) this.#rooms.set(leg, room)
    else this.#rooms.delete(leg)
  }

  get #first(): ThreadEngine {
    return this.#engines[0]!
  }

  #idlest(): ThreadEngine {
    const load = (engine: ThreadEngine) => this.#load.get(engine) ?? 0
    return this.#engines.reduce((idlest, engine) => (load(engine) < load(idlest) ? engine : idlest))
  }

  #settle<Leg extends PartyMedia>(leg: Leg, engine: ThreadEngine): Leg {
    this.#home.set(leg, engine)
    this.#load.set(engine, (this.#load.get(engine) ?? 0) + 1)
    void leg.closed.then(() => {
      this.#load.set(engine, this.#load.get(engine)! - 1)
      this.enters(leg, null)
    })
    return leg
  }
}
