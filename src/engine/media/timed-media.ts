/**
 * Media without audio: programs run on the clock alone, with the timed voice. It is the media of simulated phones'
 * legs. Keys that come while no program collects them are lost, as on a real line.
 */
import { assert } from '../../lib/assert.ts'
import type { LegMedia, Program, ProgramEnd } from '../ports/leg-media.ts'
import { type ProgramDeps, TimedProgram } from './timed-program.ts'

export class TimedMedia implements LegMedia {
  readonly #deps: ProgramDeps
  #running: TimedProgram | null = null
  #gone = false

  constructor(deps: ProgramDeps) {
    this.#deps = deps
  }

  /** Rejects only when `program.play` itself throws, which is our mistake. */
  run(program: Program, stop: AbortSignal): Promise<ProgramEnd> {
    assert(!this.#running, 'a leg runs one program at a time')
    return new Promise((resolve, reject) => {
      const over = () => {
        this.#running = null
        stop.removeEventListener('abort', onStop)
      }
      const running = new TimedProgram(this.#deps, program, {
        ended: (end) => {
          over()
          resolve(end)
        },
        failed: (fault) => {
          over()
          reject(fault)
        },
      })
      const onStop = () => running.end('stopped')
      this.#running = running
      if (this.#gone) return running.end('gone')
      if (stop.aborted) return running.end('stopped')
      stop.addEventListener('abort', onStop, { once: true })
      running.start()
    })
  }

  /** The party pressed a key. */
  press(key: string): void {
    this.#running?.press(key)
  }

  /** The party hung up: the running program ends, and later ones at once. */
  gone(): void {
    this.#gone = true
    this.#running?.end('gone')
  }

  hearing() {
    return this.#running?.hearing() ?? null
  }
}
