/**
 * Connection overrides: the settings a customer writes into a webhook URL's fragment (`#rc=2&rp=all&ct=2000`). Numbers
 * outside their range, unknown policies and edges are reported and the default is used; unknown keys are ignored, and so
 * is a fragment that is no list of pairs.
 */

/** What makes us try again: an answer of 400–499, of 500–599, a failed connection (TCP, TLS), no answer. */
export type RetryReason = '4xx' | '5xx' | 'ct' | 'rt'

export interface ConnectionOverrides {
  readonly connectTimeoutMs: number
  /** To the first byte, and between any two. */
  readonly readTimeoutMs: number
  /** Over all tries. */
  readonly totalTimeoutMs: number
  /** Tries after the first. */
  readonly retries: number
  readonly retryOn: readonly RetryReason[]
  readonly sni: boolean
}

/** 11240 edge invalid, 11241 edge not supported, 11242 interconnect not allowed, 11243 any other value. */
export interface OverrideProblem {
  readonly code: 11240 | 11241 | 11242 | 11243
  readonly message: string
}

export interface ParsedOverrides {
  readonly overrides: ConnectionOverrides
  readonly problems: readonly OverrideProblem[]
}

export const DEFAULT_OVERRIDES: ConnectionOverrides = {
  connectTimeoutMs: 5000,
  readTimeoutMs: 15_000,
  totalTimeoutMs: 15_000,
  retries: 1,
  retryOn: ['ct'],
  sni: true,
}

const NONE: ParsedOverrides = { overrides: DEFAULT_OVERRIDES, problems: [] }

const NUMBERS = {
  ct: { field: 'connectTimeoutMs', from: 100, to: 10_000 },
  rt: { field: 'readTimeoutMs', from: 100, to: 15_000 },
  tt: { field: 'totalTimeoutMs', from: 100, to: 15_000 },
  rc: { field: 'retries', from: 0, to: 5 },
} as const

const RETRY_REASONS: readonly RetryReason[] = ['4xx', '5xx', 'ct', 'rt']

/** Accepted without effect: every request leaves from where we run. */
const EDGES = new Set(['ashburn', 'dublin', 'frankfurt', 'sao-paulo', 'singapore', 'sydney', 'tokyo', 'umatilla'])

/** `fragment` without its `#`. Of a key given twice the last counts. */
export function parseOverrides(fragment: string): ParsedOverrides {
  if (!fragment.includes('=')) return NONE
  const problems: OverrideProblem[] = []
  const overrides: { -readonly [Key in keyof ConnectionOverrides]: ConnectionOverrides[Key] } = { ...DEFAULT_OVERRIDES }
  const refuse = (code: OverrideProblem['code'], pair: string, expected: string) =>
    problems.push({
      code,
      message: `Connection override ${pair.slice(0, 60)}: expected ${expected}; the default is used.`,
    })

  for (const [key, value] of new URLSearchParams(fragment)) {
    const pair = `${key}=${value}`
    switch (key) {
      case 'ct':
      case 'rt':
      case 'tt':
      case 'rc': {
        const { field, from, to } = NUMBERS[key]
        const number = /^\d{1,5}$/.test(value) ? Number(value) : -1
        if (number >= from && number <= to) overrides[field] = number
        else refuse(11243, pair, `a whole number from ${from} to ${to}`)
        break
      }
      case 'rp': {
        const reasons = value.split(',')
        if (reasons.includes('all')) overrides.retryOn = RETRY_REASONS
        else if (reasons.every((reason) => RETRY_REASONS.some((known) => known === reason)))
          overrides.retryOn = RETRY_REASONS.filter((known) => reasons.includes(known))
        else refuse(11243, pair, `a comma-separated list of ${RETRY_REASONS.join(', ')} or all`)
        break
      }
      case 'sni':
        if (value === 'y' || value === 'n') overrides.sni = value === 'y'
        else refuse(11243, pair, 'y or n')
        break
      case 'e':
        for (const edge of value.split(',')) {
          if (!/^[a-z]+(-[a-z]+)*$/.test(edge)) refuse(11240, pair, 'a comma-separated list of edge locations')
          else if (edge.endsWith('-ix'))
            refuse(11242, pair, 'an edge without interconnect, of which there is none here')
          else if (!EDGES.has(edge)) refuse(11241, pair, `edges among ${[...EDGES].join(', ')}`)
        }
        break
    }
  }
  return { overrides, problems }
}
