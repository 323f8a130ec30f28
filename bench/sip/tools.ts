/** What the measurement needs besides Node: SIPp, and two programs in C that are compiled into a temporary folder. */
import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Tools {
  readonly meter: string
  readonly reflector: string
}

/** @throws Error that says what is to be installed */
export function buildTools(folder: string): Tools {
  for (const [program, argument, where] of [
    ['sipp', '-v', 'the package sip-tester of Debian and Ubuntu'],
    ['gcc', '--version', 'the package gcc'],
  ] as const) {
    if (spawnSync(program, [argument]).error) throw new Error(`${program} is needed: install ${where}`)
  }
  const compile = (name: string) => {
    const program = join(folder, name)
    execFileSync('gcc', ['-O2', '-o', program, join(import.meta.dirname, `${name}.c`)])
    return program
  }
  return { meter: compile('rtp-meter'), reflector: compile('reflector') }
}

export function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}

/** User and system, all threads of a process. */
export function cpuSec(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** What all of the machine's cores did since it began. */
export function machineBusySec(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return (user + nice + system + irq + softIrq) / 100
}

/** Ends a child with this process, however that ends. */
export function endWithUs(child: ChildProcess): void {
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
}
