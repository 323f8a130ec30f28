/**
 * `ringback demo`: the platform beside a small sample app, and a simulated phone that dials in and presses its way
 * through the app's menu, with the call's timeline as it happens.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Config } from '../main/config.ts'
import { FIRST_NUMBER } from '../main/first-start.ts'
import { type Running, start } from '../main/start.ts'
import { banner } from './banner.ts'
import { ask, type Client, CommandError, postForm } from './client.ts'
import { untilSignal } from './lifetime.ts'
import { watchCall } from './watch.ts'

const CALLER = '+15005550123'

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

const PHONE = {
  answer: { afterMs: 0 },
  script: [
    { hear: 'press 2' },
    { waitMs: 300 },
    { press: '2' },
    { hear: 'hash key' },
    { waitMs: 400 },
    { press: '12#' },
  ],
}

export async function demoCommand(config: Config, options: { readonly once: boolean }): Promise<void> {
  const app = await startSampleApp()
  // Whatever ends this process takes the app along; a signal in the middle of the demo leaves at once.
  process.once('exit', () => app.process.kill())
  const leave = () => process.exit(130)
  for (const signal of SIGNALS) process.once(signal, leave)
  const running = await startSomewhere(config)
  try {
    process.stdout.write(`\n  A sample app at ${app.url} runs the number ${FIRST_NUMBER}.\n`)
    await connectApp(running, app.url)
    await ask(running, 'PUT', `/ringback/v1/Phones/${encodeURIComponent(CALLER)}`, PHONE)
    let callSid = ''
    const timeline = await watchCall(running, async () => {
      const calls = `/ringback/v1/Phones/${encodeURIComponent(CALLER)}/Calls`
      callSid = (await ask<{ callSid: string }>(running, 'POST', calls, { to: FIRST_NUMBER })).callSid
      process.stdout.write(`  The simulated phone ${CALLER} dials in: ${callSid}\n\n`)
      return callSid
    })
    process.stdout.write(
      `\n  That was ${timeline.exchanges} requests to the app, all of them kept. Read them back:\n\n`,
    )
    process.stdout.write(
      `  curl -u ${running.accountSid}:${running.authToken} \\\n    ${running.url}/2010-04-01/Accounts/${running.accountSid}/Calls/${callSid}/Events.json\n`,
    )
    if (options.once || !process.stdout.isTTY) {
      process.stdout.write(`\n  (The server of this demo ends now; \`npm start\` serves the same journal.)\n`)
      return
    }
    process.stdout.write(banner(running, config))
    for (const signal of SIGNALS) process.off(signal, leave)
    await untilSignal(running)
  } finally {
    await running.stop()
    app.process.kill()
  }
}

/** On the usual port, or a free one when something else listens there. */
async function startSomewhere(config: Config): Promise<Running> {
  const quiet = { ...config, logLevel: config.sources.logLevel === 'default' ? ('warn' as const) : config.logLevel }
  try {
    return await start(quiet)
  } catch (error) {
    if (!/is in use: stop what listens/.test((error as Error).message) || config.sources.port !== 'default') throw error
    return start({ ...quiet, port: 0 })
  }
}

async function startSampleApp(): Promise<{ readonly url: string; readonly process: ChildProcess }> {
  const program = fileURLToPath(new URL('../../examples/ivr/app.js', import.meta.url))
  const child = spawn(process.execPath, [program], { env: { PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] })
  const [chunk] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => [''])])) as [
    Buffer | string,
  ]
  const url = /http:\/\/\S+(?=\/voice)/.exec(String(chunk))?.[0]
  if (!url) throw new CommandError(`The sample app did not start: ${String(chunk)}`)
  return { url, process: child }
}

/** Points the account's number at the app, as one would with the official client. */
async function connectApp(client: Client, appUrl: string): Promise<void> {
  const path = `/2010-04-01/Accounts/${client.accountSid}/IncomingPhoneNumbers.json?PhoneNumber=${encodeURIComponent(FIRST_NUMBER)}`
  const { incoming_phone_numbers: numbers } = await ask<{ incoming_phone_numbers: { sid: string }[] }>(
    client,
    'GET',
    path,
  )
  const [number] = numbers
  if (!number) throw new CommandError(`The account no longer has the number ${FIRST_NUMBER}, which the demo dials.`)
  await postForm(client, `IncomingPhoneNumbers/${number.sid}.json`, {
    VoiceUrl: `${appUrl}/voice`,
    StatusCallback: `${appUrl}/status`,
  })
}
