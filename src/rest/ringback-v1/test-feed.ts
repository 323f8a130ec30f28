/** A client of the feeds, for the tests of this folder. */
import assert from 'node:assert/strict'
import type { Readable } from 'node:stream'
import type { TestContext } from 'node:test'
import type { TestPlatform } from './test-platform.ts'

export interface FeedMessage<Data> {
  /** Empty when it has none. */
  readonly id: string
  readonly event: string
  readonly data: Data
}

/** Takes messages one at a time, in order. */
export function aReader<Data>(stream: Readable) {
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]()
  let text = ''
  const nextBlock = async (): Promise<string> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end !== -1) {
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        return block
      }
      text += String((await chunks.next()).value)
    }
  }
  const take = async (count: number): Promise<FeedMessage<Data>[]> => {
    const messages: FeedMessage<Data>[] = []
    while (messages.length < count) {
      const block = await nextBlock()
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
      const data = field('data')
      if (data !== undefined)
        messages.push({ id: field('id') ?? '', event: field('event') ?? '', data: JSON.parse(data) as Data })
    }
    return messages
  }
  return { nextBlock, take }
}

/** @param path of the feed and its query, under `/ringback/v1` */
export async function followFeed<Data>(
  t: TestContext,
  platform: TestPlatform,
  path: string,
  headers: Record<string, string> = {},
) {
  const response = await platform.app.inject({
    method: 'GET',
    url: `/ringback/v1${path}`,
    headers,
    payloadAsStream: true,
  })
  assert.equal(response.statusCode, 200)
  assert.equal(response.headers['content-type'], 'text/event-stream')
  const stream = response.stream()
  t.after(() => stream.destroy())
  return aReader<Data>(stream)
}
