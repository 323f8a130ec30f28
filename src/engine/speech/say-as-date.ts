/**
 * Dates in English words. The format says how the date is written, with any separators or none; question marks stand for
 * a part that is not said. The language says how it is spoken: `en-US` and `en-CA` September tenth, the others the tenth
 * of September.
 */
import type { SsmlElement } from '../../wire/twiml/index.ts'
import { ordinal, yearWords } from './english-numbers.ts'

type Format = Extract<SsmlElement, { tag: 'say-as' }>['format']
type Part = 'y' | 'm' | 'd'
type DateParts = Partial<Record<Part, number>>

const MONTHS = 'January February March April May June July August September October November December'.split(' ')
/** Two-digit years below it are of this century. */
const PIVOT_YEAR = 50

/** @returns null when the text is no date of that format; without a format, of none. */
export function dateWords(text: string, { format, language }: { format: Format; language: string }): string | null {
  const monthFirst = /^en(?:-(?:US|CA))?$/i.test(language)
  const tokens = text.match(/[\d?]+|[a-z]{3,}/gi) ?? []
  const orders = format === null ? guesses(tokens, monthFirst) : [format === 'yyyymmdd' ? 'ymd' : format]
  for (const order of orders) {
    const date = readDate(tokens, [...order] as Part[])
    if (date) return spoken(date, monthFirst)
  }
  return null
}

/** Orders that a date without a format may have, the likeliest first; those that do not fit are passed over. */
function guesses(tokens: readonly string[], monthFirst: boolean): string[] {
  const startsWithYear = /^\d{4}$/.test(tokens[0] ?? '')
  switch (tokens.length) {
    case 1:
      return startsWithYear ? ['y'] : /^\d{8}$/.test(tokens[0]!) ? ['ymd'] : /^\D/.test(tokens[0]!) ? ['m'] : []
    case 2:
      if (startsWithYear) return ['ym']
      return /^\d{4}$/.test(tokens[1]!) ? ['my'] : monthFirst ? ['md', 'dm'] : ['dm', 'md']
    default:
      return startsWithYear ? ['ymd'] : monthFirst ? ['mdy', 'dmy'] : ['dmy', 'mdy']
  }
}

function readDate(tokens: readonly string[], order: readonly Part[]): DateParts | null {
  const pieces = tokens.length === 1 && order.length > 1 ? cut(tokens[0]!, order) : tokens
  if (pieces?.length !== order.length) return null
  const date: DateParts = {}
  for (const [index, part] of order.entries()) {
    const piece = pieces[index]!
    if (piece.startsWith('?')) continue
    const value = readPart(piece, part)
    if (value === null) return null
    date[part] = value
  }
  const isMissing = date.d !== undefined && date.y !== undefined && date.m === undefined
  return isMissing || Object.keys(date).length === 0 ? null : date
}

/** `19600910`, `091060`: two digits a part, what is left for the year. */
function cut(digits: string, order: readonly Part[]): string[] | null {
  const yearWidth = order.includes('y') ? digits.length - 2 * (order.length - 1) : 2
  if (yearWidth !== 2 && yearWidth !== 4) return null
  if (!order.includes('y') && digits.length !== 2 * order.length) return null
  let at = 0
  return order.map((part) => {
    const from = at
    at += part === 'y' ? yearWidth : 2
    return digits.slice(from, at)
  })
}

function readPart(piece: string, part: Part): number | null {
  if (part === 'm' && /^\D/.test(piece)) {
    const month = MONTHS.findIndex((name) => name.toLowerCase().startsWith(piece.toLowerCase()))
    return month === -1 ? null : month + 1
  }
  if (!/^\d{1,4}$/.test(piece)) return null
  const value = Number(piece)
  if (part === 'y') return piece.length === 2 ? value + (value < PIVOT_YEAR ? 2000 : 1900) : value
  return value >= 1 && value <= (part === 'm' ? 12 : 31) ? value : null
}

function spoken({ y, m, d }: DateParts, monthFirst: boolean): string {
  const month = m === undefined ? null : MONTHS[m - 1]!
  const day = d === undefined ? null : ordinal(String(d))
  const year = y === undefined ? null : yearWords(y)
  if (month === null || day === null) return [month, day, year].filter((word) => word !== null).join(' ')
  const monthAndDay = monthFirst ? `${month} ${day}` : `the ${day} of ${month}`
  return year === null ? monthAndDay : `${monthAndDay}, ${year}`
}
