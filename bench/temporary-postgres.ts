/** A PostgreSQL of our own for a benchmark: Debian's binaries, a temporary folder, a socket nobody else sees. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryPostgres {
  readonly url: string
  /** User and system milliseconds of the server and all its backends, ended ones included. */
  cpuMs(): number
  stop(): Promise<void>
}

/** @throws Error naming the Debian package when PostgreSQL is not installed. */
export async function startPostgres(port: number): Promise<TemporaryPostgres> {
  const bin = globSync('/usr/lib/postgresql/*/bin').toSorted().at(-1)
  if (!bin) throw new Error('PostgreSQL is not here: install the Debian package postgresql')
  const folder = mkdtempSync(join(tmpdir(), 'ringback-postgres-'))
  // The server refuses to run as root; then it runs as the package's own user.
  const root = process.getuid?.() === 0
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  const as = root ? { uid: id('-u'), gid: id('-g') } : {}
  if (as.uid !== undefined && as.gid !== undefined) chownSync(folder, as.uid, as.gid)
  const data = join(folder, 'data')
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'bench', '-A', 'trust', '--no-instructions'], {
    ...as,
    stdio: 'ignore',
  })
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'],
    { ...as, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  for await (const line of server.stderr!.setEncoding('utf8'))
    if (String(line).includes('ready to accept connections')) break
  const pid = server.pid!
  return {
    url: `postgres://bench@127.0.0.1:${port}/postgres`,
    cpuMs: () => cpuOf(pid),
    async stop() {
      server.kill('SIGINT')
      await once(server, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const TICKS_PER_SECOND = 100

/** proc(5): utime, stime and those of waited-for children are fields 14 to 17; the command may hold blanks. */
function cpuOf(pid: number): number {
  const fields = (of: number) =>
    readFileSync(`/proc/${of}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
      .map(Number)
  const ticks = (of: number, from: number, to: number) =>
    fields(of)
      .slice(from, to)
      .reduce((sum, value) => sum + value, 0)
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number)
  return (
    ((ticks(pid, 11, 15) + children.reduce((sum, child) => sum + ticks(child, 11, 13), 0)) / TICKS_PER_SECOND) * 1000
  )
}
