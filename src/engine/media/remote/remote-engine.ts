/**
 * The media engine in a worker thread: one for all its legs, since those that hear each other must be in one. It starts when
 * the first leg comes. When it dies its legs and rooms are lost, and the next leg starts another.
 */
import { assert } from '../../../lib/assert.ts'
import type { Clock } from '../../../lib/clock.ts'
import type { LegMedia } from '../../ports/leg-media.ts'
import type { LineEvents, LineMedia } from '../../ports/line.ts'
import type { LegEvents, MediaBridge, MediaEngine, MediaRoom, PartyMedia } from '../../ports/media-engine.ts'
import type { MemoryRings } from '../line/memory-line.ts'
import { inBatches } from './in-batches.ts'
import type { Channel, Command, Event, Opening } from './messages.ts'
import { RemoteLeg } from './remote-leg.ts'
import { RemoteLineLeg } from './remote-line-leg.ts'
import { RemoteRoom } from './remote-room.ts'

/** A thread that serves an engine. */
export interface MediaWorker extends Channel<Event, Command> {
  /** Calls back once, when the thread has ended, whatever the reason. */
  onEnd(ended: (fault: Error | null) => void): void
  terminate(): Promise<unknown>
}

export interface RemoteEngineDeps {
  readonly clock: Clock
  readonly startWorker: () => MediaWorker
  /** The worker ended by itself. */
  readonly onFault: (fault: Error | null) => void
  readonly onTicks?: (lateMs: readonly number[]) => void
}

/** A worker and what is in it. What one worker knows by a number another, started after it, does not know. */
interface Crew {
  readonly worker: MediaWorker
  readonly post: (command: Command) => void
  readonly legs: Map<number, RemoteLeg>
  readonly rooms: Map<number, RemoteRoom>
}

export class RemoteEngine implements MediaEngine {
  readonly #deps: RemoteEngineDeps
  #crew: Crew | null = null
  #nextNumber = 0
  #stopping = false

  constructor(deps: RemoteEngineDeps) {
    this.#deps = deps
  }

  open(events: LegEvents): PartyMedia {
    const { legs, post } = this.#current()
    const leg = new RemoteLeg(this.#nextNumber++, this.#deps.clock, events, post)
    legs.set(leg.number, leg)
    return leg
  }

  openLine(events: LineEvents): LineMedia {
    return this.#openLine(events, { far: 'line' })
  }

  /** A leg with a line to a leg of another thread. */
  openLink(events: LineEvents, rings: MemoryRings): LineMedia {
    return this.#openLine(events, { far: 'link', rings })
  }

  #openLine(events: LineEvents, opening: Opening): LineMedia {
    const { legs, post } = this.#current()
    const leg = new RemoteLineLeg(this.#nextNumber++, this.#deps.clock, events, post, opening)
    legs.set(leg.number, leg)
    return leg
  }

  join(one: PartyMedia, other: PartyMedia): void {
    assert(one instanceof RemoteLeg && other instanceof RemoteLeg, 'both legs are of this engine')
    one.join(other)
  }

  bridge(one: LegMedia, other: LegMedia, verb: string): MediaBridge {
    assert(one instanceof RemoteLeg && other instanceof RemoteLeg, 'both legs are of this engine')
    assert(one !== other, 'a leg is bridged with another')
    const { clock } = this.#deps
    const { post } = this.#current()
    const bridge = this.#nextNumber++
    post({ do: 'bridge', bridge, one: one.number, other: other.number, verb, at: clock.now() })
    return { end: () => post({ do: 'end-bridge', bridge, at: clock.now() }) }
  }

  room(): MediaRoom {
    const { rooms, post } = this.#current()
    const room = new RemoteRoom(this.#nextNumber++, this.#deps.clock, post)
    rooms.set(room.number, room)
    return room
  }

  async stop(): Promise<void> {
    this.#stopping = true
    const crew = this.#crew
    if (!crew) return
    const legs = [...crew.legs.values()]
    for (const leg of legs) leg.gone()
    await Promise.all([...legs.map(({ closed }) => closed), ...[...crew.rooms.values()].map((room) => room.close())])
    await crew.worker.terminate()
  }

  #current(): Crew {
    if (this.#crew) return this.#crew
    const worker = this.#deps.startWorker()
    const post = inBatches<Command>((commands) => worker.postMessage(commands))
    const crew: Crew = { worker, post, legs: new Map(), rooms: new Map() }
    this.#crew = crew
    worker.on('message', (events) => {
      for (const event of events) this.#onEvent(crew, event)
    })
    worker.onEnd((fault) => {
      if (this.#crew === crew) this.#crew = null
      if (!this.#stopping) this.#deps.onFault(fault)
      for (const leg of crew.legs.values()) leg.lost()
      for (const room of crew.rooms.values()) room.lost()
    })
    return crew
  }

  #onEvent({ legs, rooms }: Crew, event: Event): void {
    switch (event.told) {
      case 'ticks':
        this.#deps.onTicks?.(event.lateMs)
        return
      case 'ended':
      case 'words':
      case 'speech-sound':
      case 'message':
      case 'recorded':
        ;(legs.get(event.on) ?? rooms.get(event.on))?.player.onEvent(event)
        return
      case 'speech': {
        const leg = legs.get(event.leg)
        if (leg) rooms.get(event.room)?.spoke(leg, event.speaking, event.at)
        return
      }
      case 'line-open':
      case 'line-silent':
      case 'statistics': {
        const leg = legs.get(event.leg)
        if (leg instanceof RemoteLineLeg) leg.onLineEvent(event)
        return
      }
      case 'room-closed':
        rooms.get(event.room)?.isOver()
        rooms.delete(event.room)
        return
      default: {
        const leg = legs.get(event.leg)
        if (event.told === 'closed') legs.delete(event.leg)
        leg?.onEvent(event)
      }
    }
  }
}
