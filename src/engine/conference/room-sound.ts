/** What a conference is played as a whole: beeps and announcements, one after the other. */
import type { Clock } from '../../lib/clock.ts'
import type { CallHost } from '../interpreter/flow.ts'
import type { Program, ProgramEnd } from '../ports/leg-media.ts'
import type { MediaRoom } from '../ports/media-engine.ts'
import type { Sounds } from '../ports/sound.ts'

/** Two tones, up when somebody comes, down when somebody goes. */
const CADENCES = { enter: '440/120 620/120', exit: '620/120 440/120' } as const
const BEEP = { lengthMs: 240, levelDbfs: -20 } as const
/** Beeps that wait for their turn; where so many come and go at once, nobody misses one more. */
const BEEPS_WAITING_MAX = 4

export class RoomSound {
  readonly #room: MediaRoom
  readonly #clock: Clock
  readonly #sounds: Pick<Sounds, 'tone'>
  readonly #stop: AbortSignal
  #last: Promise<unknown> = Promise.resolve()
  #beepsWaiting = 0

  /** @param stop when the conference is over */
  constructor(
    room: MediaRoom,
    deps: { readonly clock: Clock; readonly sounds: Pick<Sounds, 'tone'> },
    stop: AbortSignal,
  ) {
    this.#room = room
    this.#clock = deps.clock
    this.#sounds = deps.sounds
    this.#stop = stop
  }

  beep(what: keyof typeof CADENCES): void {
    if (this.#beepsWaiting >= BEEPS_WAITING_MAX) return
    this.#beepsWaiting += 1
    const sound = this.#sounds.tone(CADENCES[what], BEEP.lengthMs, BEEP.levelDbfs)
    const prompt = { kind: 'tone', verb: 'Conference', text: `(${what} beep)`, sound } as const
    void this.run({ play: [{ prompt, times: 1 }] }, this.#stop).then(() => {
      this.#beepsWaiting -= 1
    })
  }

  /** The same call for documents that all hear. */
  hostOf(host: CallHost): CallHost {
    return {
      ...host,
      aside: (document) => ({ ...host.aside(document), run: (program) => this.run(program, document.stop) }),
    }
  }

  /** Runs a program in its turn. Never rejects. */
  run(program: Program, stop: AbortSignal): Promise<ProgramEnd> {
    const turn = this.#last.then(() =>
      stop.aborted
        ? ({ outcome: 'stopped', digits: '', finishedOnKey: '', at: this.#clock.now(), recorded: null } as const)
        : this.#room.run(program, stop),
    )
    this.#last = turn
    return turn
  }
}
