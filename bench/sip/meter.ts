/** The far ends of calls, as the process that measures talks to them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { ready } from './targets.ts'
import { endWithUs } from './tools.ts'

export interface Heard {
  readonly seconds: number
  readonly received: number
  /** Ends that heard anything. */
  readonly hearing: number
  /** Packets of the end that heard least. */
  readonly least: number
  readonly lost: number
  readonly sent: number
  /** How far from 20 ms the gaps between packets were. */
  readonly errorMs: { readonly median: number; readonly p99: number }
}

/** Between the ports of two calls, as SIPp counts them. */
const STEP = 4
/** Where the ports may begin, when somebody else has the first. */
const FIRST_PORTS = [12_000, 6_000, 8_000, 10_000, 14_000]

export class Meter {
  readonly firstPort: number
  readonly #child: ChildProcess
  readonly #lines: Interface

  private constructor(firstPort: number, child: ChildProcess) {
    this.firstPort = firstPort
    this.#child = child
    this.#lines = createInterface({ input: child.stdout! })
  }

  static async start({ program, ends, sound }: { program: string; ends: number; sound: string }): Promise<Meter> {
    for (const firstPort of FIRST_PORTS) {
      const args = [firstPort, ends, STEP, sound].map(String)
      const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] })
      endWithUs(child)
      try {
        await ready(child)
        return new Meter(firstPort, child)
      } catch {}
    }
    throw new Error(`no ${ends} ports are free for the far ends of the calls`)
  }

  send(end: number, port: number): void {
    this.#say(`send ${end} ${port}`)
  }

  reset(): void {
    this.#say('reset')
  }

  async heard(): Promise<Heard> {
    const line = once(this.#lines, 'line')
    this.#say('print')
    return JSON.parse((await line)[0])
  }

  stop(): void {
    this.#child.kill('SIGKILL')
  }

  #say(line: string): void {
    this.#child.stdin!.write(`${line}\n`)
  }
}
