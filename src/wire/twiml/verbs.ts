/** The vocabulary of `<Response>`: one line a verb. */
import { connect } from './connect.ts'
import { dial } from './dial.ts'
import { echo } from './echo.ts'
import type { BuiltFrom } from './element-rule.ts'
import { enqueue } from './enqueue.ts'
import { gather } from './gather.ts'
import { hangup } from './hangup.ts'
import { leave } from './leave.ts'
import { pause } from './pause.ts'
import { pay, prompt } from './pay.ts'
import { play } from './play.ts'
import { queue } from './queue.ts'
import { record } from './record.ts'
import { redirect } from './redirect.ts'
import { refer } from './refer.ts'
import { reject } from './reject.ts'
import { say } from './say.ts'
import { sms } from './sms.ts'
import { start, stop } from './start-stop.ts'

export const VERBS = {
  Say: say,
  Play: play,
  Pause: pause,
  Gather: gather,
  Record: record,
  Dial: dial,
  Enqueue: enqueue,
  Leave: leave,
  Redirect: redirect,
  Hangup: hangup,
  Reject: reject,
  Refer: refer,
  Connect: connect,
  Start: start,
  Stop: stop,
  Pay: pay,
  Prompt: prompt,
  Sms: sms,
  Queue: queue,
  Echo: echo,
} as const

/** Discriminated by `verb`. */
export type Verb = BuiltFrom<typeof VERBS>
