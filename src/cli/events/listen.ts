/**
 * `ringback events listen`: has events delivered to an app for as long as it runs, signed as any sink's, and prints what
 * became of each delivery. However it ends, the sink it made is removed.
 */
import type { Config } from '../../main/config.ts'
import { ask, type Client, CommandError, findServer, needServer } from '../client.ts'
import { deliveryLines } from './delivery-line.ts'
import { type DeliveriesPage, DeliveryWatch } from './delivery-watch.ts'
import { OUTPUT } from './event-line.ts'
import { type Hidden, hiddenNote } from './hidden-note.ts'
import { pause, untilInterrupted } from './interrupted.ts'
import { steadyFeed } from './steady-feed.ts'
import { createTemporarySink, type TemporarySink } from './temporary-sink.ts'

export interface ListenOptions {
  readonly forwardTo: string
  /** Whole names, or beginnings up to a dot; none: all. */
  readonly type?: readonly string[]
}

const LOOK_MS = 250

export async function listenCommand({ forwardTo, type }: ListenOptions, config: Config): Promise<void> {
  // Before anything is made, so that an early interrupt removes it too.
  const stop = untilInterrupted()
  const client = await needServer(config)
  const destination = forwardTo.includes('://') ? forwardTo : `http://${forwardTo}`
  if (stop.aborted) return
  const sink = await createTemporarySink(client, destination, type)
  // When one of them fails the other ends too.
  const failed = new AbortController()
  const until = AbortSignal.any([stop, failed.signal])
  try {
    if (stop.aborted) return
    say(`Events of ${sink.types.length} types go to ${destination} while this runs (sink ${sink.sid}).`)
    say('They are signed with the auth token: see docs/verify-signatures.md. Ctrl-C ends it.\n')
    await Promise.all([watch(sink, client, config, until), explainHidden(sink, client, config, until)])
  } finally {
    failed.abort()
    await sink.remove((await findServer(config)) ?? client)
  }
}

async function watch(sink: TemporarySink, client: Client, config: Config, stop: AbortSignal): Promise<void> {
  const watching = new DeliveryWatch()
  let server: Client | null = client
  while (!stop.aborted) {
    try {
      for (const delivery of server ? await watching.look(pagesOf(server, sink.sid)) : [])
        for (const line of deliveryLines(delivery, OUTPUT)) process.stdout.write(`${line}\n`)
    } catch (error) {
      // It refuses while it is stopping, then it is gone.
      if (error instanceof CommandError && (await findServer(config))) throw error
      if (server && !stop.aborted) note('The server has gone; going on when it is back.')
      server = null
    }
    await pause(LOOK_MS, stop)
    server ??= await findServer(config)
  }
}

const pagesOf = (server: Client, sinkSid: string) => (query: Readonly<Record<string, string>>) =>
  ask<DeliveriesPage>(server, 'GET', `/ringback/v1/Deliveries?${new URLSearchParams({ ...query, sinkSid })}`)

/** Of what is subscribed, and only once. */
async function explainHidden(sink: TemporarySink, client: Client, config: Config, stop: AbortSignal): Promise<void> {
  const enough = new AbortController()
  const feed = {
    config,
    query: { hidden: 'true', type: sink.types.join(',') },
    stop: AbortSignal.any([stop, enough.signal]),
    onBreak: () => {},
  }
  for await (const { event, data } of steadyFeed(client, feed)) {
    if (event !== 'hidden') continue
    note(hiddenNote(data as Hidden))
    enough.abort()
  }
}

const say = (text: string) => process.stdout.write(`  ${text}\n`)
const note = (text: string) => process.stderr.write(`ringback: ${text}\n`)
