/** The server is killed while calls are being recorded: what had been heard a second before is kept, and told. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startApp } from '../kit/customer-app.ts'
import { officialClient } from '../kit/journey.ts'
import { recordedWav } from '../kit/recordings.ts'
import { startServer } from '../kit/server-process.ts'
import { soundings } from '../kit/wav-file.ts'

const CALLS = 50
const RECORDED_MS = 4000
/** What may be missing of the end. */
const LOST_MS_MAX = 1500

test('kill -9 while 50 calls are being recorded: every recording is completed and told', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'ringback-recordings-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const app = await startApp({
    '/voice': () => '<Say loop="0">This call is being recorded until somebody pulls the plug.</Say>',
    '/recorded': () => ({ status: 204 }),
  })
  t.after(() => app.close())
  const env = { RINGBACK_SPEECH_PROVIDER: 'timed' }
  const first = await startServer({ data, env })
  const began = new Map<string, number>()
  app.route('/recorded', ({ parameters }) => {
    if (parameters.RecordingStatus === 'in-progress') began.set(parameters.RecordingSid!, performance.now())
    return { status: 204 }
  })
  const client = officialClient(first)
  await Promise.all(
    Array.from({ length: CALLS }, (_, index) =>
      client.calls.create({
        to: `+1555124${String(index).padStart(4, '0')}`,
        from: '+15005550006',
        url: `${app.url}/voice`,
        record: true,
        recordingChannels: index % 2 === 0 ? 'dual' : 'mono',
        trim: 'do-not-trim',
        recordingStatusCallback: `${app.url}/recorded`,
        recordingStatusCallbackEvent: ['in-progress', 'completed', 'absent'],
      }),
    ),
  )
  await app.requested('/recorded', CALLS)
  await new Promise((resolve) => setTimeout(resolve, RECORDED_MS))
  const killedAt = performance.now()
  await first.kill('SIGKILL')
  assert.equal(began.size, CALLS)

  const second = await startServer({ data, env })
  t.after(() => second.kill('SIGTERM'))
  await app.requested('/recorded', 2 * CALLS)
  const ended = app.to('/recorded').filter(({ parameters }) => parameters.RecordingStatus !== 'in-progress')
  assert.deepEqual(new Set(ended.map(({ parameters }) => parameters.RecordingSid)), new Set(began.keys()))
  for (const { parameters } of ended) {
    const sid = parameters.RecordingSid!
    assert.deepEqual([parameters.RecordingStatus, parameters.ErrorCode], ['completed', '0'])
    const wav = await recordedWav(second, sid)
    const passedMs = killedAt - began.get(sid)!
    assert.ok(wav.lengthMs >= passedMs - LOST_MS_MAX, `${wav.lengthMs} of ${passedMs} ms were kept`)
    assert.equal(parameters.RecordingDuration, String(Math.ceil(wav.lengthMs / 1000)))
    assert.equal(wav.channels.length, Number(parameters.RecordingChannels))
    // The platform spoke all the time.
    const [[from, to] = [0, 0]] = soundings(wav.channels.at(-1)!, 200)
    assert.ok(to - from >= passedMs - LOST_MS_MAX - 500, `it sounds from ${from} to ${to} ms`)
  }
  const listed = await officialClient(second).recordings.list({ pageSize: 1000 })
  assert.deepEqual([...new Set(listed.map(({ status }) => status))], ['completed'])
  assert.equal(listed.length, CALLS)
})
