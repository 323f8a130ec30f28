/** A room in the media worker, as the main thread sees it. */
import { assert } from '../../../lib/assert.ts'
import type { Clock } from '../../../lib/clock.ts'
import type { Instant } from '../../../lib/ids.ts'
import type { LegMedia, LegRecording, Program, ProgramEnd, RecordCall } from '../../ports/leg-media.ts'
import type { MediaRoom, RoomPlace } from '../../ports/media-engine.ts'
import { assertOnlyPlays } from '../announcer.ts'
import type { Command, NumberedPlace } from './messages.ts'
import { RemoteLeg } from './remote-leg.ts'
import { RemotePlayer } from './remote-player.ts'

export class RemoteRoom implements MediaRoom {
  readonly number: number
  readonly player: RemotePlayer
  readonly #clock: Clock
  readonly #post: (command: Command) => void
  #listener: ((leg: LegMedia, speaking: boolean, at: Instant) => void) | null = null
  #isClosing = false
  #resolveClosed: () => void = () => {}
  readonly #closed: Promise<void>

  constructor(number: number, clock: Clock, post: (command: Command) => void) {
    this.number = number
    this.player = new RemotePlayer(number, clock, post)
    this.#clock = clock
    this.#post = post
    this.#closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    post({ do: 'open-room', room: number })
  }

  enter(leg: LegMedia, place: RoomPlace, verb: string): void {
    const at = this.#clock.now()
    this.#post({ do: 'enter', room: this.number, leg: numberOf(leg), place: numbered(place), verb, at })
  }

  change(leg: LegMedia, place: RoomPlace): void {
    const at = this.#clock.now()
    this.#post({ do: 'change', room: this.number, leg: numberOf(leg), place: numbered(place), at })
  }

  leave(leg: LegMedia): void {
    this.#post({ do: 'leave', room: this.number, leg: numberOf(leg), at: this.#clock.now() })
  }

  run(program: Program, stop: AbortSignal): Promise<ProgramEnd> {
    assertOnlyPlays(program)
    return this.player.run(program, stop)
  }

  record(order: RecordCall): LegRecording {
    return this.player.record(order)
  }

  onSpeech(listener: (leg: LegMedia, speaking: boolean, at: Instant) => void): void {
    if (!this.#listener) this.#post({ do: 'listen-for-speech', room: this.number })
    this.#listener = listener
  }

  close(): Promise<void> {
    if (!this.#isClosing) this.#post({ do: 'close-room', room: this.number, at: this.#clock.now() })
    this.#isClosing = true
    this.player.gone()
    return this.#closed
  }

  /** What the worker tells about this room. */
  spoke(leg: LegMedia, speaking: boolean, at: Instant): void {
    this.#listener?.(leg, speaking, at)
  }

  /** It is closed, or its worker is no more. */
  isOver(): void {
    this.#resolveClosed()
  }

  lost(): void {
    this.player.lost()
    this.isOver()
  }
}

function numberOf(leg: LegMedia): number {
  assert(leg instanceof RemoteLeg, 'the leg is of this engine')
  return leg.number
}

const numbered = (place: RoomPlace): NumberedPlace => ({
  muted: place.muted,
  held: place.held,
  coaches: place.coaches && numberOf(place.coaches),
})
