/**
 * Lists with `meta`, as the newer APIs of the reference page: absolute addresses, and `key` names the array. A position
 * is the key of the last item seen (PageToken `PA…`) or, for going back, of the first (`PB…`), so that deleting items
 * while paging skips none. `Page` alone, as people write by hand, counts pages from the start.
 */
import { refuse } from '../errors.ts'
import { valuesOf } from '../form.ts'
import { type PageQuery, readPageQuery } from '../page-query.ts'
import { found, type StreamAnswer, type StreamRequest } from './route.ts'

export interface List<Item> {
  /** Name of the array. */
  readonly key: string
  /** In ascending order of `keyOf`. */
  readonly items: readonly Item[]
  /** Unique; at most 200 characters. */
  keyOf(item: Item): string
  view(item: Item): object
}

/** @throws Refusal 20001, 20007, 21481. */
export function pageAnswer<Item>(request: StreamRequest, list: List<Item>): StreamAnswer {
  const asked = readPageQuery(request.query)
  const start = startOf(list, asked)
  const items = list.items.slice(Math.max(0, start), start + asked.pageSize)
  const [first, last] = [items[0], items.at(-1)]
  const url = (page: number, token: string | null): string =>
    pageUrl(request, { page, pageSize: asked.pageSize, token })
  const hasNext = last !== undefined && start + asked.pageSize < list.items.length
  return found({
    [list.key]: items.map((item) => list.view(item)),
    meta: {
      page: asked.page,
      page_size: asked.pageSize,
      first_page_url: url(0, null),
      previous_page_url:
        asked.page > 0 && start > 0 && first !== undefined
          ? url(asked.page - 1, formatToken('PB', list.keyOf(first)))
          : null,
      url: url(asked.page, asked.token),
      next_page_url: hasNext ? url(asked.page + 1, formatToken('PA', list.keyOf(last))) : null,
      key: list.key,
    },
  })
}

/** Index of the page's first item; below 0 when going back reaches the start within the page. */
function startOf<Item>({ items, keyOf }: List<Item>, { page, pageSize, token }: PageQuery): number {
  if (token === null) return page * pageSize
  const { way, key } = parseToken(token)
  const place = items.findIndex((item) => (way === 'PA' ? keyOf(item) > key : keyOf(item) >= key))
  const at = place === -1 ? items.length : place
  return way === 'PA' ? at : Math.max(0, at - pageSize)
}

const formatToken = (way: 'PA' | 'PB', key: string): string => way + Buffer.from(key).toString('base64url')

function parseToken(token: string): { readonly way: 'PA' | 'PB'; readonly key: string } {
  const [, way, key] = /^(PA|PB)([\w-]{1,400})$/.exec(token) ?? []
  if (way === undefined || key === undefined) throw refuse('invalidPageToken', { value: token })
  return { way: way as 'PA' | 'PB', key: Buffer.from(key, 'base64url').toString('utf8') }
}

const PAGING_NAMES: ReadonlySet<string> = new Set(['Page', 'PageSize', 'PageToken'])

/** Filters come first, as they were sent. */
function pageUrl(request: StreamRequest, asked: PageQuery): string {
  const parts: string[] = []
  for (const name in request.query) {
    if (PAGING_NAMES.has(name)) continue
    for (const value of valuesOf(request.query, name))
      parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  }
  parts.push(`PageSize=${asked.pageSize}`, `Page=${asked.page}`)
  if (asked.token !== null) parts.push(`PageToken=${encodeURIComponent(asked.token)}`)
  return `${request.baseUrl}${request.path}?${parts.join('&')}`
}
