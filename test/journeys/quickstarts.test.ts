/** The quickstarts, typed as they stand. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { runDoc } from '../kit/doc-runner.ts'
import { freePort } from '../kit/free-port.ts'

async function follow(t: TestContext, page: string, ports: readonly string[]): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'ringback-quickstart-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const chosen: Record<string, string> = { RINGBACK_DATA: data }
  for (const name of ['RINGBACK_PORT', 'APP_PORT', ...ports]) chosen[name] = String(await freePort())
  await runDoc(t, page, chosen)
}

// Most of the time is ringing and speaking.
describe('from nothing to a seen event', { concurrency: true }, () => {
  test('at a webhook', (t) => follow(t, 'quickstart-webhook.md', ['RECEIVER_PORT']))
  test('in Kinesis', (t) => follow(t, 'quickstart-kinesis.md', ['KINESIS_PORT', 'STS_PORT']))
  test('in Segment', (t) => follow(t, 'quickstart-segment.md', ['SEGMENT_PORT']))
})
