/** `ringback events tail`: events as they happen, one line each, or as CloudEvents JSON for another program. */
import type { Config } from '../../main/config.ts'
import { needServer } from '../client.ts'
import { eventLine, OUTPUT, type VoiceEvent } from './event-line.ts'
import { type Hidden, hiddenNote } from './hidden-note.ts'
import { untilInterrupted } from './interrupted.ts'
import { steadyFeed } from './steady-feed.ts'

export interface TailOptions {
  /** Whole names, or beginnings up to a dot; none: all. */
  readonly type?: readonly string[]
  readonly call?: string
  readonly json?: true
  readonly fromStart?: true
}

export async function tailCommand({ type, call, json, fromStart }: TailOptions, config: Config): Promise<void> {
  const stop = untilInterrupted()
  const client = await needServer(config)
  const query = {
    hidden: 'true',
    ...(type && { type: type.join(',') }),
    ...(call !== undefined && { callSid: call }),
    ...(fromStart && { after: 'start' }),
  }
  const onBreak = () => note('The server has gone; going on when it is back.')
  let explained = false
  for await (const { event, data } of steadyFeed(client, { config, query, stop, onBreak })) {
    if (event === null) print(json ? JSON.stringify(data) : eventLine(data as VoiceEvent, OUTPUT))
    else if (event === 'hidden' && !explained) {
      explained = true
      note(hiddenNote(data as Hidden))
    }
  }
}

const print = (line: string) => process.stdout.write(`${line}\n`)
/** Words about events go to standard error, so that the events can be piped. */
const note = (text: string) => process.stderr.write(`ringback: ${text}\n`)
