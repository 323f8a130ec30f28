/** The feed of events, read so that it outlives the server's restarts: it goes on behind the last message, without a gap. */
import type { Config } from '../../main/config.ts'
import { type Client, CommandError, type FeedMessage, findServer, readFeed } from '../client.ts'
import { pause } from './interrupted.ts'

const AGAIN_MS = 1000

export interface SteadyFeed {
  readonly config: Config
  readonly query: Readonly<Record<string, string>>
  readonly stop: AbortSignal
  /** Told once a break. */
  readonly onBreak: () => void
}

/** @throws CommandError when the server refuses, the first time or later. */
export async function* steadyFeed(
  client: Client,
  { config, query, stop, onBreak }: SteadyFeed,
): AsyncGenerator<FeedMessage> {
  let server: Client | null = client
  let place: string | null = null
  while (!stop.aborted) {
    const asked: URLSearchParams = new URLSearchParams({ ...query, ...(place !== null && { after: place }) })
    try {
      if (server)
        for await (const message of readFeed(server, `/ringback/v1/Events?${asked}`, stop)) {
          if (message.id !== null) place = message.id
          if (message.data !== null) yield message
        }
    } catch (error) {
      // It also refuses while it is stopping.
      if (error instanceof CommandError && (await findServer(config))) throw error
    }
    if (stop.aborted) return
    if (server) onBreak()
    await pause(AGAIN_MS, stop)
    server = await findServer(config)
  }
}
