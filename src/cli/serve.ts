/** `ringback serve`: the server and its banner, until a signal. */
import { isIP } from 'node:net'
import type { Config } from '../main/config.ts'
import { start } from '../main/start.ts'
import { banner } from './banner.ts'
import { untilSignal } from './lifetime.ts'

export async function serveCommand(config: Config): Promise<void> {
  const running = await start(config, { sipByDefault: sipByDefault(config) })
  process.stdout.write(banner(running, config))
  await untilSignal(running)
}

/** Real phones find us where SIP is looked for, unless the server is one of several that take any port. */
function sipByDefault({ clock, host, port }: Config): readonly string[] {
  if (clock === 'virtual' || port === 0 || isIP(host) === 0) return []
  const bare = isIP(host) === 6 ? `[${host}]` : host
  return [`udp:${bare}:5060`, `tcp:${bare}:5060`]
}
