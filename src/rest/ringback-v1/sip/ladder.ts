/** The SIP of a call as text for a terminal of 100 columns: our side left, the party's right, an arrow for each message. */
import type { LineStatistics, WireHop, WireMessage, WireStory } from '../../../journal/entry.ts'

/** Between the two sides; time and the sides themselves take 13 columns more. */
const BETWEEN = 86
const TIME = 9

export interface LadderOf {
  readonly callSid: string
  readonly wire: WireStory | null
  readonly statistics: LineStatistics | null
}

/** Ends with a line end. */
export function ladderText({ callSid, wire, statistics }: LadderOf): string {
  const lines = [callSid]
  if (!wire) lines.push('', 'No SIP messages are known of this call.')
  else {
    for (const callId of wire.callIds) lines.push(`Call-ID ${plain(callId)}`)
    let hop: number | null = null
    for (const message of wire.messages) {
      if (message.hop !== hop) lines.push('', ...sides(wire.hops[message.hop]!))
      hop = message.hop
      if (message.omittedBefore) lines.push(between('', centred(`… ${message.omittedBefore} not kept …`, ' ')))
      lines.push(between((message.atMs / 1000).toFixed(3), arrow(message)))
    }
  }
  if (statistics) lines.push('', statisticsText(statistics))
  return `${lines.join('\n')}\n`
}

/** `sound: 250 packets sent, …` */
export function statisticsText(statistics: LineStatistics): string {
  const { sentPackets, receivedPackets, lostPackets, discardedPackets, jitterMs, roundTripMs } = statistics
  const packets = `${sentPackets} packets sent, ${receivedPackets} received, ${lostPackets} lost, ${discardedPackets} discarded`
  const roundTrip = roundTripMs === null ? 'round trip unknown' : `round trip ${roundTripMs.toFixed(1)} ms`
  return `sound: ${packets}; jitter ${jitterMs.toFixed(1)} ms, ${roundTrip}`
}

function sides({ transport, us, peer }: WireHop): string[] {
  const left = `ringback ${transport} ${us}`
  const indent = ' '.repeat(TIME + 2)
  return [`${indent}${left} ${peer.padStart(BETWEEN + 1 - left.length)}`]
}

const between = (time: string, what: string): string => `${time.padStart(TIME)}  │${what}│`

function arrow(message: WireMessage): string {
  const line = centred(labelOf(message), '─')
  if (message.direction === 'received') return `◀${line.slice(1)}`
  return `${line.slice(0, -1)}${message.notSent === undefined ? '▶' : '✕'}`
}

function labelOf({ line, cseq, body, repeats, notSent }: WireMessage): string {
  const [, response] = /^SIP\/2\.0 (.*)$/.exec(line) ?? []
  const what = response === undefined ? line.replace(/ SIP\/2\.0$/, '') : `${response} (${cseq.replace(/^\d+ /, '')})`
  const more = [
    ...(body === undefined ? [] : [body === 'application/sdp' ? 'SDP' : body || 'body']),
    ...(repeats ? ['again'] : []),
    ...(notSent === undefined ? [] : [`not sent: ${notSent}`]),
  ]
  return [what, ...more].join(', ')
}

/** Both ends of an arrow are seen. */
function centred(text: string, fill: '─' | ' '): string {
  const room = BETWEEN - 8
  const shown = plain(text)
  const label = shown.length > room ? `${shown.slice(0, room - 1)}…` : shown
  const left = Math.floor((BETWEEN - label.length - 2) / 2)
  return ` ${label} `.padStart(left + label.length + 2, fill).padEnd(BETWEEN, fill)
}

/** What parties send is shown, never obeyed: control characters would move the cursor or clear the screen. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
