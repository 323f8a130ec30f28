/** `ringback call +1… --url …`: places a call, prints its timeline, ends with it. */
import type { Config } from '../main/config.ts'
import { start } from '../main/start.ts'
import { type Client, CommandError, findServer, postForm } from './client.ts'
import { watchCall } from './watch.ts'

export interface CallOptions {
  readonly from: string
  readonly url?: string
  readonly method?: string
  readonly twiml?: string
}

export async function callCommand(to: string, options: CallOptions, config: Config): Promise<void> {
  if (!options.url && !options.twiml) throw new CommandError('Give --url (your app answers with TwiML) or --twiml.')
  const server = await findServer(config)
  if (server) return placeCall(server, to, options)
  const running = await start({ ...config, port: 0, logLevel: 'warn' })
  try {
    await placeCall(running, to, options)
  } finally {
    await running.stop()
  }
}

async function placeCall(client: Client, to: string, { from, url, method, twiml }: CallOptions): Promise<void> {
  const form = {
    To: to,
    From: from,
    ...(url ? { Url: url } : { Twiml: twiml ?? '' }),
    ...(method && { Method: method }),
  }
  let callSid = ''
  const timeline = await watchCall(client, async () => {
    callSid = (await postForm<{ sid: string }>(client, 'Calls.json', form)).sid
    process.stdout.write(`\n  ${from} calls ${to}   ${callSid}\n\n`)
    return callSid
  })
  if (!timeline.over) throw new CommandError(`The server closed its live feed before the call ended: ${callSid}`)
}
