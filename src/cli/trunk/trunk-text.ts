/** Trunks as the terminal shows them. */

/** As the server shows it. */
export interface Trunk {
  readonly name: string
  readonly targets: readonly { readonly host: string; readonly port: number | null; readonly transport: string }[]
  readonly auth: { readonly username: string } | null
  readonly register: boolean
  readonly prefixes: readonly string[]
  readonly numberFormat: string | { readonly plusBecomes: string }
  readonly callerId: string | null
  readonly maxCalls: number | null
  readonly maxCallsPerSecond: number | null
  readonly from: readonly string[]
  readonly srtp: boolean
}

export interface TrunkCheck {
  readonly reachable: boolean
  readonly registered: boolean | null
  readonly sipResponseCode: number | null
  readonly roundTripMs: number | null
  readonly why: string | null
}

/** One line. @param nameWidth of the widest name */
export function trunkLine(trunk: Trunk, nameWidth: number): string {
  const { name, register, srtp } = trunk
  const besides = [...(register ? ['registers'] : []), ...(srtp ? ['encrypted'] : [])]
  return [name.padEnd(nameWidth), targetsOf(trunk), numbersOf(trunk), ...besides].join('  ')
}

/** All there is to say, a line each. */
export function trunkLines(trunk: Trunk): readonly string[] {
  const { auth, register, numberFormat, callerId, from, srtp } = trunk
  const format = typeof numberFormat === 'string' ? numberFormat : `${numberFormat.plusBecomes} for +`
  const rows = [
    ['Calls go to', targetsOf(trunk)],
    ['As', auth ? `${auth.username}, with a password` : 'nobody: our address is enough'],
    ['Registers', register ? 'yes' : 'no'],
    ['Numbers', `${numbersOf(trunk)}, written ${format}`],
    ['Caller id', callerId ?? 'the call’s own'],
    ['Calls come from', ['its hosts', ...from].join(', ')],
    ['At most', limitsOf(trunk)],
    ['Sound', srtp ? 'encrypted' : 'in the clear'],
  ] as const
  return rows.map(([what, value]) => `${what.padEnd(16)} ${value}`)
}

export function checkLines(name: string, check: TrunkCheck): readonly string[] {
  const { reachable, registered, sipResponseCode, roundTripMs, why } = check
  const answered = `${name} answers: ${sipResponseCode ?? 'something'} after ${roundTripMs ?? '?'} ms.`
  const lines = [reachable ? answered : `${name} does not answer.`]
  if (why !== null) lines.push(`${why.replace(/\.$/, '')}.`)
  if (registered !== null) lines.push(registered ? 'We are registered there.' : 'We are not registered there.')
  return lines
}

export const isWell = ({ reachable, registered }: TrunkCheck): boolean => reachable && registered !== false

const targetsOf = ({ targets }: Trunk): string =>
  targets
    .map(({ host, port, transport }) => {
      const bare = host.includes(':') && port !== null ? `[${host}]` : host
      return `${bare}${port === null ? '' : `:${port}`} (${transport})`
    })
    .join(', then ')

function numbersOf({ prefixes }: Trunk): string {
  if (prefixes.length === 0) return 'none go out'
  return prefixes.includes('+') ? 'all' : prefixes.join(' ')
}

function limitsOf({ maxCalls, maxCallsPerSecond }: Trunk): string {
  const limits = [
    ...(maxCalls === null ? [] : [`${maxCalls} calls`]),
    ...(maxCallsPerSecond === null ? [] : [`${maxCallsPerSecond} begun in a second`]),
  ]
  return limits.join(', ') || 'as many calls as there are'
}
