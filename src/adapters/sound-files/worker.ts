/** The thread that decodes and encodes. The libraries are loaded by the first job that needs them. */
import { parentPort } from 'node:worker_threads'
import { assert } from '../../lib/assert.ts'
import { mixFrames } from '../../wire/codec/sample-layout.ts'
import type { Answer, Job } from './messages.ts'
import { loadSpeex } from './resampler.ts'
import { TelephoneSound } from './telephone-sound.ts'

const BLOCK_FRAMES = 16_384

const port = parentPort
assert(port, 'the sound worker runs in a worker thread')

port.on('message', async (job: Job) => {
  const answer = await run(job).catch((error: unknown) => ({ failed: String((error as Error)?.message ?? error) }))
  port.postMessage(answer, 'ulaw' in answer ? [answer.ulaw.buffer] : [])
})

async function run(job: Job): Promise<Answer> {
  if (job.job === 'encode-mp3') {
    const { encodeMp3 } = await import('./encode-mp3.ts')
    await encodeMp3(job)
    return { written: true }
  }
  const sound = new TelephoneSound(await loadSpeex())
  try {
    if (job.job === 'samples') decodeSamples(job, sound)
    else {
      const { decodeMp3 } = await import('./decode-mp3.ts')
      await decodeMp3(job.file, sound)
    }
    return { ulaw: sound.end() }
  } finally {
    sound.free()
  }
}

function decodeSamples({ file, layout }: Extract<Job, { readonly job: 'samples' }>, sound: TelephoneSound): void {
  const block = new Float32Array(BLOCK_FRAMES)
  for (let frame = 0; !sound.full; ) {
    const frames = mixFrames(file, layout, frame, block)
    if (frames === 0) return
    sound.push(block.subarray(0, frames), layout.sampleRate)
    frame += frames
  }
}
