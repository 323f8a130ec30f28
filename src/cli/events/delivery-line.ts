/** One request to a sink as lines for people: what came back, what follows, and the events that it carried. */
import { clip, clockTime, type LineStyle, paint, shortSid } from './event-line.ts'
import { shortType } from './type-names.ts'

/** As `Deliveries` tells it; `outcome` is null while it is under way. */
export interface Delivery {
  readonly deliveryId: string
  readonly at: string
  /** 1 for the first. */
  readonly attempt: number
  readonly events: readonly { readonly id: string; readonly type: string; readonly callSid: string | null }[]
  readonly outcome: string | null
  readonly code: number | null
  readonly status: number | null
  readonly durationMs: number | null
  readonly why: string | null
  readonly nextAttemptAt: string | null
}

/** The first line is as wide as `delivered` and `again in 900 s` ask for. */
const OUTCOME_COLUMNS = 14

export function deliveryLines(delivery: Delivery, style: LineStyle): string[] {
  const { at, attempt, status, durationMs, outcome, code, why, events } = delivery
  const good = outcome === 'delivered'
  const start = `${clockTime(at)}  `
  const answer = `${String(status ?? 'none').padEnd(4)} ${`${Math.round(durationMs ?? 0)} ms`.padStart(8)}`
  const followed = followedBy(delivery).padEnd(OUTCOME_COLUMNS)
  const [only, another] = events
  const carried = only && !another ? eventText(only) : `${events.length} events`
  const told = clip(
    `${carried}${attempt > 1 ? `  try ${attempt}` : ''}`,
    style.columns - start.length - answer.length - followed.length - 4,
  )
  const indent = ' '.repeat(start.length)
  return [
    `${start}${paint(good ? 'green' : 'red', `${answer}  ${followed}`, style)}  ${told}`,
    ...(another ? events.map((event) => `${indent}${clip(eventText(event), style.columns - indent.length)}`) : []),
    ...(why === null
      ? []
      : [`${indent}${clip(code === null ? why : `${code}: ${why}`, style.columns - indent.length)}`]),
  ]
}

const eventText = ({ type, callSid }: Delivery['events'][number]): string =>
  callSid === null ? shortType(type) : `${shortType(type)}  ${shortSid(callSid)}`

function followedBy({ outcome, at, durationMs, nextAttemptAt }: Delivery): string {
  switch (outcome) {
    case 'retrying':
    case 'partly': {
      if (nextAttemptAt === null) return outcome
      const waitMs = Date.parse(nextAttemptAt) - Date.parse(at) - (durationMs ?? 0)
      return `again in ${Math.max(1, Math.round(waitMs / 1000))} s`
    }
    case 'given-up':
      return 'given up'
    default:
      return outcome ?? 'under way'
  }
}
