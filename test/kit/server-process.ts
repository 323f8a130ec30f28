/** The platform as a process of its own, started as its users start it, for tests that kill it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

export interface ServerProcess {
  readonly url: string
  readonly accountSid: string
  readonly authToken: string
  readonly process: ChildProcess
  /** What it has printed so far, both streams. */
  output(): string
  kill(signal: NodeJS.Signals): Promise<void>
}

export interface ServerOptions {
  readonly data: string
  readonly command?: readonly [string, ...string[]]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** In a process group of its own, so that the group can be signalled. */
  readonly detached?: boolean
}

/** Resolves when `/healthz` answers 200. @throws Error with the output when the process ends first. */
export async function startServer({
  data,
  command = [process.execPath, 'bin/ringback.js', 'serve'],
  cwd = root,
  env = {},
  detached = false,
}: ServerOptions): Promise<ServerProcess> {
  const [program, ...args] = command
  const child = spawn(program, args, {
    cwd,
    detached,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      RINGBACK_DATA: data,
      RINGBACK_PORT: '0',
      RINGBACK_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout!.on('data', (chunk) => (output += chunk))
  child.stderr!.on('data', (chunk) => (output += chunk))
  const exited = once(child, 'exit')
  let over = false
  void exited.then(() => (over = true))
  const bannerShown = new Promise<void>((resolve) => {
    child.stdout!.on('data', () => output.includes('Ringback is up at') && resolve())
  })
  await Promise.race([bannerShown, exited])
  if (over) throw new Error(`the server ended at once:\n${output}`)
  const { url } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { url: string }
  const health = await fetch(`${url}/healthz`)
  if (health.status !== 200) throw new Error(`/healthz: ${health.status}`)
  const credentials = JSON.parse(readFileSync(join(data, 'credentials.json'), 'utf8')) as {
    accountSid: string
    authToken: string
  }
  return {
    url,
    ...credentials,
    process: child,
    output: () => output,
    async kill(signal) {
      child.kill(signal)
      await exited
    },
  }
}

/** The pid of the server that runs on this data folder. */
export function serverPid(data: string): number | null {
  const path = join(data, 'server.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { pid: number }).pid : null
}
