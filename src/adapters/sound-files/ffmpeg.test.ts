/** Programs in the place of ffmpeg; what the real one is asked for shows in the arguments that they are given. */
import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { silentLogger } from '../../lib/logger.ts'
import { type FfmpegJob, runFfmpeg } from './ffmpeg.ts'
import { ULAW_BYTES_MAX } from './messages.ts'

const folder = await mkdtemp(join(tmpdir(), 'ringback-ffmpeg-'))
after(() => rm(folder, { recursive: true, force: true }))

let programs = 0
/** @param lines of a shell script; `$0.txt` is a file of its own */
async function aProgram(...lines: string[]): Promise<string> {
  const path = join(folder, `program-${programs++}`)
  await writeFile(path, ['#!/bin/sh', ...lines].join('\n'))
  await chmod(path, 0o755)
  return path
}

function run(path: string, job: Partial<FfmpegJob> = {}) {
  const stop = new AbortController().signal
  const whole = { demuxer: 'flac', what: 'FLAC', file: Buffer.from('sound'), stop, limitMs: 60_000, ...job }
  return runFfmpeg(path, whole, silentLogger)
}

test('the file goes in and what comes out is the sound', async () => {
  const decoded = await run(await aProgram('exec tr a-z A-Z'))
  assert.equal(Buffer.from(decoded as Uint8Array).toString(), 'SOUND')
})

test('it is told the format, may open only its pipes and stops after 40 minutes', async () => {
  const path = await aProgram('cat > /dev/null', 'echo "$@" > $0.txt')
  await run(path, { demuxer: 'gsm' })
  const given = await readFile(`${path}.txt`, 'utf8')
  assert.match(given, /-protocol_whitelist pipe -f gsm -i pipe:0 .*-t 2400 -f mulaw -ar 8000 -ac 1 pipe:1\n$/)
})

test('a program that never stops speaking is cut at 40 minutes', async () => {
  const decoded = await run(await aProgram('exec cat /dev/zero'))
  assert.equal((decoded as Uint8Array).length, ULAW_BYTES_MAX)
})

test('a program that does not read its input may still answer', async () => {
  const decoded = await run(await aProgram('printf abc'), { file: Buffer.alloc(5_000_000) })
  assert.equal(Buffer.from(decoded as Uint8Array).toString(), 'abc')
})

test('a program that takes too long is killed', async () => {
  const path = await aProgram('echo $$ > $0.txt', 'exec sleep 3600')
  const decoded = await run(path, { limitMs: 1000 })
  assert.deepEqual(decoded, { unplayable: 'ffmpeg took longer than 1 seconds' })
  await gone(Number(await readFile(`${path}.txt`, 'utf8')))
})

test('a program is killed when the platform stops', async () => {
  const path = await aProgram('echo $$ > $0.txt', 'echo started', 'exec sleep 3600')
  const stop = new AbortController()
  const decoded = run(path, { stop: stop.signal })
  let pid = 0
  while (pid === 0) {
    await setTimeout(5)
    pid = Number(await readFile(`${path}.txt`, 'utf8').catch(() => '0'))
  }
  stop.abort()
  assert.deepEqual(await decoded, { unplayable: 'The platform is stopping' })
  await gone(pid)
})

/** Resolves when no such process is there any more; the test's own limit is the limit. */
async function gone(pid: number): Promise<void> {
  assert.ok(pid > 0)
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH')
      return
    }
    await setTimeout(5)
  }
}

test('a program that fails makes the file unplayable', async () => {
  const decoded = await run(await aProgram('echo some noise', 'echo complaint >&2', 'exit 1'))
  assert.deepEqual(decoded, { unplayable: 'ffmpeg could not decode it as FLAC' })
})

test('without the program the sentence says what is missing', async () => {
  assert.deepEqual(await run(join(folder, 'nothing')), { unplayable: 'FLAC needs ffmpeg, which is not installed' })
})

test('a program that may not be executed is told apart from none', async () => {
  const path = await aProgram('exit 0')
  await chmod(path, 0o644)
  assert.deepEqual(await run(path), { unplayable: 'FLAC needs ffmpeg, which could not be started' })
})
