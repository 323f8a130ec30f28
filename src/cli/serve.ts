/** `ringback serve`: the server and its banner, until a signal. */
import type { Config } from '../main/config.ts'
import { start } from '../main/start.ts'
import { banner } from './banner.ts'
import { untilSignal } from './lifetime.ts'

export async function serveCommand(config: Config): Promise<void> {
  const running = await start(config)
  process.stdout.write(banner(running, config))
  await untilSignal(running)
}
