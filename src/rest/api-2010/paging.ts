/**
 * Lists, a page at a time. A position is a PageToken: `PA` and the mark (the SID) of the last item seen, or `PB` and
 * the mark of the first, for going back. `Page` is the client's own counting and moves nothing.
 */
import { refuse } from '../errors.ts'
import type { Form } from '../form.ts'
import { valuesOf } from '../form.ts'
import { type PageQuery, readPageQuery } from '../page-query.ts'
import { type Answer, answer } from './answer.ts'

/** Items in the list's order, and how a place among them is written. */
export interface ListSource<Item> {
  /** At most `max` (≤ 1001) items behind the mark, or from the start. */
  read(after: string | null, max: number): Promise<readonly Item[]>
  markOf(item: Item): string
  /** Whether the mark still names an item of this list. */
  knows(mark: string): Promise<boolean>
}

/** A list that is already in memory and in order. */
export function arraySource<Item extends { readonly sid: string }>(items: readonly Item[]): ListSource<Item> {
  const place = (mark: string | null) => (mark === null ? -1 : items.findIndex((item) => item.sid === mark))
  return {
    read: async (after, max) => items.slice(place(after) + 1, place(after) + 1 + max),
    markOf: (item) => item.sid,
    knows: async (mark) => place(mark) !== -1,
  }
}

export interface ListRequest {
  /** Path as requested, without the query. */
  readonly path: string
  readonly query: Form
}

/** Answers one page. @throws Refusal 20001, 20007, 21481. */
export async function listAnswer<Item>(
  request: ListRequest,
  plural: string,
  source: ListSource<Item>,
  view: (item: Item) => object,
): Promise<Answer> {
  const asked = readPageQuery(request.query)
  const { items, more } = await readItems(source, asked)
  const uri = (page: number, token: string | null): string =>
    pageUri(request, { page, pageSize: asked.pageSize, token })
  const [first, last] = [items[0], items.at(-1)]
  const start = asked.page * asked.pageSize
  return answer(200, {
    [plural]: items.map(view),
    end: Math.max(start, start + items.length - 1),
    first_page_uri: uri(0, null),
    next_page_uri: more && last !== undefined ? uri(asked.page + 1, `PA${source.markOf(last)}`) : null,
    page: asked.page,
    page_size: asked.pageSize,
    previous_page_uri: asked.page > 0 && first !== undefined ? uri(asked.page - 1, `PB${source.markOf(first)}`) : null,
    start,
    uri: uri(asked.page, asked.token),
  })
}

async function readItems<Item>(
  source: ListSource<Item>,
  asked: PageQuery,
): Promise<{ items: readonly Item[]; more: boolean }> {
  const mark = await markIn(source, asked.token)
  if (mark !== null && asked.token?.startsWith('PB')) {
    return { items: await readBefore(source, mark, asked.pageSize), more: true }
  }
  const items = await source.read(mark, asked.pageSize + 1)
  return { items: items.slice(0, asked.pageSize), more: items.length > asked.pageSize }
}

async function markIn<Item>(source: ListSource<Item>, token: string | null): Promise<string | null> {
  if (token === null) return null
  const [, mark] = /^P[AB](\w{1,80})$/.exec(token) ?? []
  if (mark === undefined || !(await source.knows(mark))) throw refuse('invalidPageToken', { value: token })
  return mark
}

const WALK_BATCH = 1000
const WALK_BATCHES_MAX = 20

/**
 * The page before a mark. Sources only read forward, so this walks from the start: going back is rare, and beyond
 * 20,000 items it is refused.
 */
async function readBefore<Item>(source: ListSource<Item>, mark: string, pageSize: number): Promise<readonly Item[]> {
  let window: readonly Item[] = []
  let after: string | null = null
  for (let batch = 0; batch < WALK_BATCHES_MAX; batch++) {
    const items: readonly Item[] = await source.read(after, WALK_BATCH)
    const found = items.findIndex((item) => source.markOf(item) === mark)
    window = [...window, ...(found === -1 ? items : items.slice(0, found))].slice(-pageSize)
    if (found !== -1) return window
    const last = items.at(-1)
    if (last === undefined) break
    after = source.markOf(last)
  }
  throw refuse('invalidPageToken', { value: `PB${mark}` })
}

const PAGING_NAMES = new Set(['Page', 'PageSize', 'PageToken'])

function pageUri(request: ListRequest, asked: PageQuery): string {
  const parts: string[] = []
  for (const name in request.query) {
    if (PAGING_NAMES.has(name)) continue
    for (const value of valuesOf(request.query, name))
      parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  }
  parts.push(`PageSize=${asked.pageSize}`, `Page=${asked.page}`)
  if (asked.token !== null) parts.push(`PageToken=${encodeURIComponent(asked.token)}`)
  return `${request.path}?${parts.join('&')}`
}
