/**
 * A feed of the journal as a route: `Live` and `Events` differ in their query and in what they say of an entry. `Last-Event-ID`,
 * or `after` in the query, says where to go on: a message's id, or `start` for everything that is kept; without either it
 * begins now.
 */
import type { FastifyInstance } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { type Cursor, START } from '../../journal/store.ts'
import type { AccountSid } from '../../lib/ids.ts'
import { WireError } from '../../lib/wire-error.ts'
import { refuse } from '../errors.ts'
import { accountOf, type RingbackV1Deps } from './deps.ts'
import { LiveFeed, type LiveFeedOptions } from './live-feed.ts'

/** Of each feed. */
const CLIENTS_MAX = 100
const BEAT_MS = 15_000

/** Calls `beat` each `everyMs` of real time until the function it returns is called. */
export type Heartbeat = (everyMs: number, beat: () => void) => () => void

const realHeartbeat: Heartbeat = (everyMs, beat) => {
  const timer = setInterval(beat, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

export interface FeedRoute<Query> {
  readonly path: string
  /** Of the query, besides `after`. */
  readonly query: Readonly<Record<keyof Query, TSchema>>
  /** @throws Refusal when the query asks for what cannot be. Entries of other accounts are told too: it leaves them out. */
  readonly teller: (query: Query, accountSid: AccountSid) => LiveFeedOptions['tell']
}

export const CALL_SID = Type.Optional(Type.String({ pattern: '^CA[0-9a-fA-F]{32}$' }))

export function addFeed<Query extends object>(
  app: FastifyInstance,
  { journal, logger }: Pick<RingbackV1Deps, 'journal' | 'logger'>,
  { path, query, teller }: FeedRoute<Query>,
  heartbeat: Heartbeat = realHeartbeat,
): void {
  const feeds = new Set<LiveFeed>()
  // An open feed would keep the server from closing.
  app.addHook('preClose', async () => {
    for (const feed of feeds) feed.destroy()
  })
  const schema = Type.Object({ ...query, after: Type.Optional(Type.String({ maxLength: 100 })) })

  app.get(path, { exposeHeadRoute: false, schema: { querystring: schema } }, async (request, reply) => {
    if (feeds.size >= CLIENTS_MAX) throw refuse('unavailable', { why: `${CLIENTS_MAX} live feeds are open` })
    // As the schema says.
    const asked = request.query as Query & { readonly after?: string }
    const tell = teller(asked, accountOf(request))
    const after = await placeOf(request.headers['last-event-id'] ?? asked.after, journal.store)
    const feed = new LiveFeed({ store: journal.store, after, tell })
    feeds.add(feed)
    const stopListening = journal.onCommitted(() => feed.wake())
    const stopBeating = heartbeat(BEAT_MS, () => feed.beat())
    feed.on('error', (error) => logger.error({ err: error }, 'a live feed broke off'))
    feed.on('close', () => {
      stopListening()
      stopBeating()
      feeds.delete(feed)
    })
    return reply.header('content-type', 'text/event-stream').header('x-accel-buffering', 'no').send(feed)
  })
}

/** @throws Refusal when the journal did not give this place. */
async function placeOf(
  after: string | readonly string[] | undefined,
  store: RingbackV1Deps['journal']['store'],
): Promise<Cursor> {
  if (after === 'start') return START
  if (typeof after !== 'string' || after === '') return store.head()
  try {
    await store.readAfter(after as Cursor, 1)
    return after as Cursor
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    throw refuse('invalidParameter', { name: 'after', value: after, why: 'start, or the id of a message of this feed' })
  }
}
