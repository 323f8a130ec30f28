/** SIPp as a caller: many calls to one number of a server on loopback. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Number as Called, NUMBERS, type Target } from './targets.ts'
import { endWithUs, freeUdpPort } from './tools.ts'

export interface Calls {
  readonly target: Target
  readonly number: Called
  readonly scenario: 'signalling' | 'media'
  readonly count: number
  readonly perSecond: number
  /** How long each is held. */
  readonly holdMs?: number
  /** Of the meter: call n offers this port + 4 * n. */
  readonly rtpPort?: number
  /** For SIPp's files. */
  readonly folder: string
}

export interface Outcome {
  readonly successful: number
  readonly failed: number
  readonly repeated: number
  readonly seconds: number
}

/** Longer than any call waits for its answer. */
const PATIENCE_SEC = 20

export class Sipp {
  readonly #calls: Calls
  readonly #folder: string
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  readonly #beganAt = performance.now()

  private constructor(calls: Calls, folder: string, port: number) {
    this.#calls = calls
    this.#folder = folder
    const { target, number, scenario, count, perSecond, holdMs = 0, rtpPort } = calls
    // It writes its files beside the scenario.
    copyFileSync(join(import.meta.dirname, 'scenarios', `${scenario}.xml`), join(folder, 'scenario.xml'))
    const lastSec = Math.ceil(count / perSecond + holdMs / 1000) + PATIENCE_SEC
    const args = [
      `127.0.0.1:${target.sipPort} -sf scenario.xml -i 127.0.0.1 -p ${port} -s ${NUMBERS[number]} -nostdin`,
      `-r ${perSecond} -m ${count} -l ${Math.max(count, 1000)} -d ${holdMs} -recv_timeout 10000 -buff_size 1048576`,
      `-timeout ${lastSec}s -timeout_error -trace_stat -stf stat.csv -fd 1 -trace_logs -log_file calls.log`,
      ...(rtpPort ? [`-mp ${rtpPort - 10}`] : []),
    ]
    this.#child = spawn('sipp', args.join(' ').split(' '), { cwd: folder, stdio: 'ignore' })
    endWithUs(this.#child)
    this.#exited = once(this.#child, 'exit')
  }

  static async start(calls: Calls): Promise<Sipp> {
    return new Sipp(calls, mkdtempSync(join(calls.folder, 'sipp-')), await freeUdpPort())
  }

  /** Ports that were answered so far, by the number of the call, from 0 on. */
  answered(): ReadonlyMap<number, number> {
    const lines = readIf(join(this.#folder, 'calls.log')).matchAll(/^A (\d+) (\d+)$/gm)
    return new Map([...lines].map(([, call, port]) => [Number(call) - 1, Number(port)]))
  }

  async ended(): Promise<Outcome> {
    await this.#exited
    const seconds = (performance.now() - this.#beganAt) / 1000
    const lines = readIf(join(this.#folder, 'stat.csv')).trim().split('\n')
    const [names, values] = [lines[0]!.split(';'), lines.at(-1)!.split(';')]
    const value = (name: string) => Number(values[names.indexOf(name)] ?? 0)
    const successful = value('SuccessfulCall(C)')
    return { successful, failed: this.#calls.count - successful, repeated: value('Retransmissions(C)'), seconds }
  }

  stop(): void {
    this.#child.kill('SIGKILL')
  }
}

const readIf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')
