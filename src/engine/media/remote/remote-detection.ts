/** Machine detection on a leg whose media runs in the worker, as the main thread sees it. */
import type { Clock } from '../../../lib/clock.ts'
import type { DetectionOptions } from '../../amd/machine-detector.ts'
import type { MachineDetection, MachineVerdict } from '../../ports/leg-media.ts'
import { NO_DETECTION } from '../machine-watch.ts'
import type { LegCommand } from './messages.ts'

export class RemoteDetection {
  readonly #leg: number
  readonly #clock: Clock
  readonly #post: (command: LegCommand) => void
  #nextNumber = 0
  #running: { readonly detection: number; readonly resolve: (verdict: MachineVerdict | null) => void } | null = null
  #isOver = false

  constructor(leg: number, clock: Clock, post: (command: LegCommand) => void) {
    this.#leg = leg
    this.#clock = clock
    this.#post = post
  }

  start(options: DetectionOptions): MachineDetection {
    if (this.#isOver) return NO_DETECTION
    // The worker stops the one before by itself.
    this.#running?.resolve(null)
    const leg = this.#leg
    const detection = this.#nextNumber++
    const { promise: verdict, resolve } = Promise.withResolvers<MachineVerdict | null>()
    this.#running = { detection, resolve }
    this.#post({ do: 'detect-machine', leg, detection, options, at: this.#clock.now() })
    const stop = () => {
      if (this.#running?.detection !== detection) return
      this.told(detection, null)
      this.#post({ do: 'stop-detecting', leg, detection })
    }
    return { verdict, stop }
  }

  /** What the worker found; of one that was stopped here meanwhile nothing is told. */
  told(detection: number, verdict: MachineVerdict | null): void {
    if (this.#running?.detection !== detection) return
    this.#running.resolve(verdict)
    this.#running = null
  }

  /** The party hung up, or the worker is no more. */
  end(): void {
    this.#isOver = true
    this.#running?.resolve(null)
    this.#running = null
  }
}
