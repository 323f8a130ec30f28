/**
 * The media engine spread over workers. A leg stays in the worker it was opened in; new ones go where there are fewest.
 * Workers start when the first legs come. When one dies its legs are lost, and the next leg starts another.
 */
import { assert } from '../../../lib/assert.ts'
import type { Clock } from '../../../lib/clock.ts'
import type { LegEvents, MediaEngine, PartyMedia } from '../../ports/media-engine.ts'
import type { Channel, Command, Event } from './messages.ts'
import { RemoteLeg } from './remote-leg.ts'

/** A thread that serves an engine. */
export interface MediaWorker extends Channel<Event, Command> {
  /** Calls back once, when the thread has ended, whatever the reason. */
  onEnd(ended: (fault: Error | null) => void): void
  terminate(): Promise<unknown>
}

export interface RemoteEngineDeps {
  readonly clock: Clock
  /** Workers at most, at least 1. */
  readonly workers: number
  readonly startWorker: () => MediaWorker
  /** A worker ended by itself. */
  readonly onFault: (fault: Error | null) => void
  readonly onTicks?: (lateMs: readonly number[]) => void
}

interface Crew {
  readonly worker: MediaWorker
  readonly legs: Map<number, RemoteLeg>
}

export class RemoteEngine implements MediaEngine {
  readonly #deps: RemoteEngineDeps
  readonly #crews = new Set<Crew>()
  #nextLeg = 0
  #stopping = false

  constructor(deps: RemoteEngineDeps) {
    this.#deps = deps
  }

  open(events: LegEvents, near?: PartyMedia): PartyMedia {
    const crew = this.#crewFor(near)
    const leg = new RemoteLeg(this.#nextLeg++, this.#deps.clock, events, (command) => crew.worker.postMessage(command))
    crew.legs.set(leg.number, leg)
    return leg
  }

  join(one: PartyMedia, other: PartyMedia): void {
    assert(one instanceof RemoteLeg && other instanceof RemoteLeg, 'both legs are of this engine')
    one.join(other)
  }

  async stop(): Promise<void> {
    this.#stopping = true
    const crews = [...this.#crews]
    await Promise.all(
      crews.flatMap(({ legs }) =>
        [...legs.values()].map((leg) => {
          leg.gone()
          return leg.closed
        }),
      ),
    )
    await Promise.all(crews.map(({ worker }) => worker.terminate()))
  }

  #crewFor(near: PartyMedia | undefined): Crew {
    const crews = [...this.#crews]
    if (near instanceof RemoteLeg) {
      const its = crews.find(({ legs }) => legs.get(near.number) === near)
      if (its) return its
    }
    const fewest = crews.sort((one, other) => one.legs.size - other.legs.size)[0]
    if (fewest && (fewest.legs.size === 0 || crews.length >= this.#deps.workers)) return fewest
    return this.#startCrew()
  }

  #startCrew(): Crew {
    const worker = this.#deps.startWorker()
    const crew: Crew = { worker, legs: new Map() }
    this.#crews.add(crew)
    worker.on('message', (event) => {
      if (event.told === 'ticks') {
        this.#deps.onTicks?.(event.lateMs)
        return
      }
      const leg = crew.legs.get(event.leg)
      if (event.told === 'closed') crew.legs.delete(event.leg)
      leg?.onEvent(event)
    })
    worker.onEnd((fault) => {
      this.#crews.delete(crew)
      if (!this.#stopping) this.#deps.onFault(fault)
      for (const leg of crew.legs.values()) leg.lost()
    })
    return crew
  }
}
