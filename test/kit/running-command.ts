/** A command of the command line while it runs: what it has printed, and signals to it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

const BIN = join(import.meta.dirname, '../../bin/ringback.js')

export interface RunningCommand {
  stdout(): string
  stderr(): string
  /** Resolves when standard output has the text `times` times. @throws Error when the command ends before. */
  printed(text: string, times?: number): Promise<void>
  /** The same for standard error. */
  noted(text: string, times?: number): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

/** It is killed when the test ends. */
export function runCommand(t: TestContext, data: string, ...args: readonly string[]): RunningCommand {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env.PATH, RINGBACK_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => child.kill('SIGKILL'))
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null)
  let over = false
  const text = { stdout: '', stderr: '' }
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const look of [...waiting]) look()
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk
      wake()
    })
  }
  void ended.then(() => {
    over = true
    wake()
  })
  const said = (stream: 'stdout' | 'stderr', wanted: string, times: number) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        const found = text[stream].split(wanted).length > times
        if (!found && !over) return
        waiting.delete(look)
        if (found) resolve()
        else reject(new Error(`it ended before it said ${wanted}:\n${text.stdout}\n${text.stderr}`))
      }
      waiting.add(look)
      look()
    })
  return {
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    printed: (wanted, times = 1) => said('stdout', wanted, times),
    noted: (wanted, times = 1) => said('stderr', wanted, times),
    signal: (signal) => void child.kill(signal),
    ended,
  }
}
