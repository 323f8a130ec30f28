/** What a list request says of its page, the same in the 2010 API and in Event Streams. */
import { refuse } from './errors.ts'
import { type Form, firstOf } from './form.ts'

const PAGE_SIZE_DEFAULT = 50
const PAGE_SIZE_MAX = 1000
const PAGE_MAX = 1_000_000

export interface PageQuery {
  /** The client's own counting, from 0. */
  readonly page: number
  readonly pageSize: number
  /** Null when absent or empty. */
  readonly token: string | null
}

/** @throws Refusal 20007 for a page size over 1000, 20001 for numbers that are none. */
export function readPageQuery(query: Form): PageQuery {
  const pageSize = wholeNumber(query, 'PageSize', 1) ?? PAGE_SIZE_DEFAULT
  if (pageSize > PAGE_SIZE_MAX) throw refuse('pageSizeTooLarge', { value: String(pageSize) })
  return { page: wholeNumber(query, 'Page', 0) ?? 0, pageSize, token: firstOf(query, 'PageToken') || null }
}

function wholeNumber(query: Form, name: string, min: number): number | null {
  const text = firstOf(query, name)
  if (text === undefined || text === '') return null
  const number = /^\d{1,9}$/.test(text) ? Number(text) : -1
  if (number < min || number > PAGE_MAX) {
    throw refuse('invalidParameter', { name, value: text, why: `a whole number from ${min}` })
  }
  return number
}
