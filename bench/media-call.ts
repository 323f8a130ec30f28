/** One call through the whole platform in virtual time: how much faster than real time it runs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallSid } from '../src/lib/ids.ts'
import { silentLogger } from '../src/lib/logger.ts'
import { readConfig } from '../src/main/config.ts'
import { start } from '../src/main/start.ts'

/** A prompt and the wait for a key that does not come, some seven seconds each, without a request to anybody. */
const ROUNDS = 40
const ROUND = '<Gather numDigits="1" timeout="5"><Say>For our opening hours, press one.</Say></Gather>'
const RUNS = 5

/** @returns the best of several calls, after one that makes the prompts */
export async function timesFaster(more: Readonly<Record<string, string>>): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), 'ringback-media-'))
  const config = readConfig({ port: 0, data, logLevel: 'silent', clock: 'virtual', clockSettleMs: 0 }, {}, data)
  const ringback = await start(config, { logger: silentLogger })
  const authorization = `Basic ${Buffer.from(`${ringback.accountSid}:${ringback.authToken}`).toString('base64')}`
  const calls = `${ringback.url}/2010-04-01/Accounts/${ringback.accountSid}/Calls`
  const form = {
    To: '+15551230001',
    From: '+15005550006',
    Twiml: `<Response>${ROUND.repeat(ROUNDS)}</Response>`,
    ...more,
  }
  let best = 0
  for (let run = 0; run <= RUNS; run++) {
    const before = performance.now()
    const created = await fetch(`${calls}.json`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams(form),
    })
    const { sid } = (await created.json()) as { sid: CallSid }
    if ((await ringback.whenOver(sid)) !== 'completed') throw new Error('the call was not completed')
    const wallMs = performance.now() - before
    const call = (await (await fetch(`${calls}/${sid}.json`, { headers: { authorization } })).json()) as {
      duration: string
    }
    if (run > 0) best = Math.max(best, (Number(call.duration) * 1000) / wallMs)
  }
  await ringback.stop()
  rmSync(data, { recursive: true, force: true })
  return best
}
