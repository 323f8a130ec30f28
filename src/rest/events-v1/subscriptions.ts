/** Subscriptions: which types go to a sink, one subscription a sink. `Filter` is ours; the reference has announced it. */
import { isSid, newSid } from '../../lib/ids.ts'
import { lifecycleWarning } from '../../readers/event-streams/lifecycle.ts'
import type { SinkRow, SubscriptionDraft, SubscriptionRow } from '../../readers/event-streams/ports.ts'
import { beginRange, changeFilter, RANGES_MAX } from '../../readers/event-streams/subscription.ts'
import { refuse } from '../errors.ts'
import { firstOf } from '../form.ts'
import { changing } from './changing.ts'
import type { EventsV1Deps } from './deps.ts'
import { pageAnswer } from './meta-page.ts'
import {
  checkDescription,
  checkSinkType,
  formatSeconds,
  readFilter,
  readTypes,
  required,
  subscribable,
  withVersion,
} from './parameters.ts'
import { type AddRoute, created, found, NO_CONTENT, type StreamAnswer, type StreamRequest } from './route.ts'
import { findSink } from './sinks.ts'

export const SUBSCRIPTIONS_MAX = 100

export function registerSubscriptions(add: AddRoute, deps: EventsV1Deps): void {
  add('/Subscriptions', { GET: (request) => list(request, deps), POST: (request) => create(request, deps) })
  add('/Subscriptions/:Sid', {
    GET: async (request) => found(subscriptionView(await subscriptionOf(request, deps), request)),
    POST: (request) => update(request, deps),
    DELETE: (request) => remove(request, deps),
  })
}

/** The subscription that the path names. @throws Refusal 20404 */
export async function subscriptionOf(
  { accountSid, params, path }: StreamRequest,
  deps: EventsV1Deps,
): Promise<SubscriptionRow> {
  const sid = params.Sid ?? ''
  const row = isSid('DF', sid) ? await deps.streams.subscription(accountSid, sid) : null
  if (!row) throw refuse('notFound', { value: path })
  return row
}

/** @throws Refusal 20429 when closed ranges pile up faster than sinks read. */
export async function saveSubscription(
  deps: EventsV1Deps,
  draft: SubscriptionDraft,
): Promise<SubscriptionRow | 'changed'> {
  if (draft.ranges.length > RANGES_MAX)
    throw refuse('tooManyRequests', { why: 'the subscription is changed faster than its sink is read' })
  return deps.streams.saveSubscription({ ...draft, updatedAt: deps.clock.now() })
}

async function create(request: StreamRequest, deps: EventsV1Deps): Promise<StreamAnswer> {
  const { form, accountSid } = request
  const description = checkDescription(required(form, 'Description'), 'subscriptionNotSaved')
  const sinkSid = required(form, 'SinkSid')
  const named = readTypes(form)
  const filter = readFilter(firstOf(form, 'Filter'))
  const sink = await findSink(deps, request, sinkSid)
  if (sink.status !== 'active') throw refuse('sinkNotActive', { value: sinkSid })
  const rows = checkTypes(
    named.map(({ type }) => type),
    sink,
    deps,
  )
  const now = deps.clock.now()
  const added = await deps.streams.addSubscription(
    {
      sid: newSid('DF'),
      accountSid,
      sinkSid: sink.sid,
      description,
      filter,
      ranges: rows.map((row, place) => beginRange(withVersion(row, named[place]?.schemaVersion ?? null), filter)),
      createdAt: now,
      updatedAt: now,
      version: 1,
    },
    SUBSCRIPTIONS_MAX,
  )
  if (added === 'sink-in-use') throw refuse('sinkInUse', { value: sinkSid })
  if (added === 'full') throw refuse('subscriptionNotSaved', { why: `the account already has ${SUBSCRIPTIONS_MAX}` })
  return created(
    subscriptionView(added, request),
    rows.flatMap((row) => lifecycleWarning(row) ?? []),
  )
}

function checkTypes(types: readonly string[], sink: SinkRow, { catalogue }: EventsV1Deps) {
  const twice = types.find((type, place) => types.indexOf(type) !== place)
  if (twice !== undefined) throw refuse('subscriptionNotSaved', { why: `type ${twice} is named twice` })
  const rows = types.map((type) => subscribable(catalogue, type))
  for (const row of rows) checkSinkType(row, sink.sink.type)
  return rows
}

async function update(request: StreamRequest, deps: EventsV1Deps): Promise<StreamAnswer> {
  const { form } = request
  const [given, filterText] = [firstOf(form, 'Description'), firstOf(form, 'Filter')]
  const description = given === undefined ? null : checkDescription(given, 'subscriptionNotSaved')
  const filter = readFilter(filterText)
  const saved = await changing(async () => {
    const row = await subscriptionOf(request, deps)
    const described = { ...row, description: description ?? row.description }
    return saveSubscription(deps, filterText === undefined ? described : changeFilter(described, filter))
  })
  return found(subscriptionView(saved, request))
}

async function remove(request: StreamRequest, deps: EventsV1Deps): Promise<StreamAnswer> {
  const { sid } = await subscriptionOf(request, deps)
  await deps.streams.deleteSubscription(request.accountSid, sid)
  return NO_CONTENT
}

async function list(request: StreamRequest, deps: EventsV1Deps): Promise<StreamAnswer> {
  const sinkSid = firstOf(request.query, 'SinkSid') || null
  const rows = await deps.streams.subscriptions(request.accountSid)
  return pageAnswer(request, {
    key: 'subscriptions',
    items: rows.filter((row) => sinkSid === null || row.sinkSid === sinkSid),
    keyOf: ({ createdAt, sid }) => `${createdAt}.${sid}`,
    view: (row) => subscriptionView(row, request),
  })
}

/** `filter` is there only when one is set: consumers of the reference have never seen it. */
function subscriptionView(row: SubscriptionRow, { baseUrl }: StreamRequest): object {
  const url = `${baseUrl}/v1/Subscriptions/${row.sid}`
  return {
    account_sid: row.accountSid,
    date_created: formatSeconds(row.createdAt),
    date_updated: formatSeconds(row.updatedAt),
    sid: row.sid,
    sink_sid: row.sinkSid,
    description: row.description,
    ...(row.filter !== null && { filter: row.filter }),
    url,
    links: { subscribed_events: `${url}/SubscribedEvents` },
  }
}
