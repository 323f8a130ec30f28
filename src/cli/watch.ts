/** Prints a call's timeline from its first entry until it is over and its last exchange is done. */
import { type Client, readFeed } from './client.ts'
import { type Message, Timeline } from './timeline.ts'

/** Real time to wait for callbacks that follow the call's end. */
const QUIET_MS = 400

/**
 * @param place makes the call and resolves with its SID; it is asked once the feed is open, so that nothing of the call
 *              is missed and nothing older has to be read
 */
export async function watchCall(client: Client, place: () => Promise<string>): Promise<Timeline> {
  const timeline = new Timeline()
  const stop = new AbortController()
  let callSid: string | null = null
  let quiet: NodeJS.Timeout | undefined
  // The feed begins by saying where it starts.
  for await (const { data } of readFeed(client, '/ringback/v1/Live', stop.signal)) {
    callSid ??= await place()
    if (data === null || (data as { callSid?: string }).callSid !== callSid) continue
    for (const line of timeline.lines(data as Message)) process.stdout.write(`${line}\n`)
    if (!timeline.over) continue
    clearTimeout(quiet)
    quiet = setTimeout(() => stop.abort(), QUIET_MS)
  }
  return timeline
}
