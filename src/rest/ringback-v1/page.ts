/** Lists of `/ringback/v1`: `pageSize` and `pageToken` in, `nextPageToken` out, null on the last page. */
import Type from 'typebox'

export const PAGE_QUERY = {
  pageSize: Type.Integer({ minimum: 1, maximum: 1000, default: 50 }),
  pageToken: Type.String({ maxLength: 300, default: '' }),
}

/** @param items one more than the page holds, when there are more */
export function toPage<Item>(
  items: readonly Item[],
  pageSize: number,
  tokenOf: (last: Item) => string,
): { readonly page: readonly Item[]; readonly nextPageToken: string | null } {
  const page = items.slice(0, pageSize)
  const last = page.at(-1)
  return { page, nextPageToken: items.length > pageSize && last !== undefined ? tokenOf(last) : null }
}
