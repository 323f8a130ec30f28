/**
 * The thread in which flite runs. The program is compiled once; every job gets a fresh instance with a memory of its
 * own, so that a text can neither be changed nor broken by the one before it.
 */
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../lib/assert.ts'
import { readWavSamples } from '../../wire/codec/wav-samples.ts'
import { compileCommand, runCommand } from './memory-host.ts'
import type { FliteAnswer, FliteJob } from './messages.ts'

/** Seventeen minutes; a job of four hundred characters stays far below it. */
const FILE_BYTES_MAX = 32 * 1024 * 1024

const port = parentPort
assert(port, 'the flite worker runs in a worker thread')
let program: ReturnType<typeof compileCommand> | null = null

port.on('message', (job: FliteJob) => {
  const answer = speak(job)
  port.postMessage(answer, 'samples' in answer ? [answer.samples.buffer] : [])
})

function speak({ voice, text, stretch, f0Shift }: FliteJob): FliteAnswer {
  try {
    program ??= compileCommand(readFileSync(workerData as string))
    // The word after -t is taken as it is, even when it begins with a dash.
    const args = [
      ...['-voice', voice],
      ...['--setf', `duration_stretch=${stretch.toFixed(4)}`],
      ...['--setf', `f0_shift=${f0Shift.toFixed(4)}`],
      ...['-o', '/sound', '-t', text],
    ]
    const { exitCode, file } = runCommand(program, args, FILE_BYTES_MAX)
    if (exitCode !== 0) return { failed: `flite ended with exit code ${exitCode}` }
    return readWavSamples(file)
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}
