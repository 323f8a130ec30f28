import assert from 'node:assert/strict'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { type AppRequest, startApp } from '../kit/customer-app.ts'
import { officialClient } from '../kit/journey.ts'
import { type ServerProcess, startServer } from '../kit/server-process.ts'

const CALLS = 300
const LIVE = new Set(['queued', 'ringing', 'in-progress'])

function folder(t: TestContext): string {
  const data = mkdtempSync(join(tmpdir(), 'ringback-restart-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  return data
}

async function anApp(t: TestContext) {
  const app = await startApp({
    '/voice': () =>
      '<Say>Hello and welcome to this call</Say><Gather timeout="1" numDigits="1"><Pause length="1"/></Gather><Redirect/>',
    '/status': () => ({ status: 204 }),
  })
  t.after(() => app.close())
  return app
}

async function placeCalls(server: ServerProcess, appUrl: string, count: number): Promise<string[]> {
  const client = officialClient(server)
  const sids: string[] = []
  for (let placed = 0; placed < count; placed += 50) {
    const calls = Array.from({ length: Math.min(50, count - placed) }, (_, index) =>
      client.calls.create({
        to: `+1555123${String(placed + index).padStart(4, '0')}`,
        from: '+15005550006',
        url: `${appUrl}/voice`,
        statusCallback: `${appUrl}/status`,
        statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
      }),
    )
    sids.push(...(await Promise.all(calls)).map(({ sid }) => sid))
  }
  return sids
}

/** What tells one request from another, on both sides. */
const keyOf = ({ path, parameters }: Pick<AppRequest, 'path' | 'parameters'>) =>
  `${path} ${parameters.CallSid} ${parameters.CallStatus} ${parameters.SequenceNumber ?? ''}`

test('kill -9 with 300 calls in flight: nothing the app saw is lost, no call stays in progress', async (t) => {
  const data = folder(t)
  const app = await anApp(t)
  const first = await startServer({ data })
  const sids = await placeCalls(first, app.url, CALLS)
  // Answered calls are in the middle of their documents by now; the kill comes between two requests of the app's choosing.
  await app.requested('/voice', CALLS + 100)
  await first.kill('SIGKILL')
  const before = [...app.requests]

  const second = await startServer({ data })
  t.after(() => second.kill('SIGTERM'))
  const client = officialClient(second)
  const calls = await client.calls.list({ pageSize: 1000 })
  assert.equal(calls.length, CALLS)
  assert.deepEqual(
    calls.filter(({ status }) => LIVE.has(status)).map(({ sid }) => sid),
    [],
  )
  await app.requested('/status', sids.length) // the callbacks that end the orphans arrive by and by

  const tokens = new Map<string, number>()
  for (const { headers } of app.requests) {
    const token = String(headers['i-twilio-idempotency-token'])
    tokens.set(token, (tokens.get(token) ?? 0) + 1)
  }
  for (const sid of sids) {
    await untilStatus(app, sid)
    const events = (await client.calls(sid).events.list({ pageSize: 1000 })) as unknown as {
      request: { url: string; parameters: Record<string, string> }
    }[]
    const recorded = new Map<string, number>()
    for (const { request } of events) {
      const { call_sid: CallSid, call_status: CallStatus, sequence_number: SequenceNumber } = request.parameters
      if (!CallSid) continue
      const key = keyOf({
        path: new URL(request.url).pathname,
        parameters: { CallSid, CallStatus: CallStatus!, ...(SequenceNumber && { SequenceNumber }) },
      })
      recorded.set(key, (recorded.get(key) ?? 0) + 1)
    }
    const seen = new Map<string, Set<string>>()
    for (const request of before.filter(({ parameters }) => parameters.CallSid === sid)) {
      const key = keyOf(request)
      if (!seen.has(key)) seen.set(key, new Set())
      seen.get(key)!.add(String(request.headers['i-twilio-idempotency-token']))
    }
    for (const [key, distinct] of seen)
      assert.ok(
        (recorded.get(key) ?? 0) >= distinct.size,
        `${key}: the app saw ${distinct.size}, the journal has ${recorded.get(key) ?? 0}`,
      )
  }
  const [file] = globSync('*.db', { cwd: data })
  await second.kill('SIGTERM')
  const database = new DatabaseSync(join(data, file!), { readOnly: true })
  assert.deepEqual(Object.values(database.prepare('PRAGMA integrity_check').get()!), ['ok'])
  database.close()
})

/** Waits for the callback that tells a call's end. */
async function untilStatus(app: Awaited<ReturnType<typeof startApp>>, sid: string): Promise<void> {
  for (let times = 1; ; times++) {
    const request = await app.requested('/status', times)
    if (
      request.parameters.CallSid === sid &&
      !LIVE.has(request.parameters.CallStatus!) &&
      request.parameters.CallStatus !== 'initiated'
    )
      return
  }
}

for (const [what, command, group] of [
  ['the server itself', undefined, false],
  ['npm alone', ['npm', 'start', '--silent'], false],
  ["npm's whole process group", ['npm', 'start', '--silent'], true],
] as const) {
  test(`SIGTERM to ${what} ends the calls in flight, tells the app, and leaves no orphan`, async (t) => {
    const data = folder(t)
    const app = await anApp(t)
    const server = await startServer({ data, detached: group, ...(command && { command }) })
    const sids = await placeCalls(server, app.url, 20)
    await app.requested('/voice', 20)
    const { pid } = JSON.parse(
      await import('node:fs').then(({ readFileSync }) => readFileSync(join(data, 'server.json'), 'utf8')),
    ) as { pid: number }
    const exited = new Promise((resolve) => server.process.once('exit', resolve))
    if (group) process.kill(-server.process.pid!, 'SIGTERM')
    else server.process.kill('SIGTERM')
    await exited
    await gone(pid)
    const ended = app
      .to('/status')
      .filter(({ parameters }) => !LIVE.has(parameters.CallStatus!) && parameters.CallStatus !== 'initiated')
    assert.deepEqual(ended.map(({ parameters }) => parameters.CallSid).toSorted(), sids.toSorted())

    const again = await startServer({ data })
    const calls = await officialClient(again).calls.list()
    assert.deepEqual([...new Set(calls.map(({ status }) => status))], ['completed'])
    assert.doesNotMatch(again.output(), /without a shutdown/)
    await again.kill('SIGTERM')
  })
}

/** The server's process has ended; when a launcher exits first, that may take a moment longer. */
async function gone(pid: number): Promise<void> {
  for (let look = 0; look < 1000; look++) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.fail(`process ${pid} is still there`)
}
