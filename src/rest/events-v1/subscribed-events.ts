/** Subscribed events: the types of one subscription, each under a schema version. */

import { assert } from '../../lib/assert.ts'
import { lifecycleWarning } from '../../readers/event-streams/lifecycle.ts'
import type { SubscribedRange, SubscriptionRow } from '../../readers/event-streams/ports.ts'
import {
  addType,
  changeVersion,
  findSubscribed,
  removeType,
  subscribedTypes,
} from '../../readers/event-streams/subscription.ts'
import { refuse } from '../errors.ts'
import { firstOf } from '../form.ts'
import { changing } from './changing.ts'
import type { EventsV1Deps } from './deps.ts'
import { pageAnswer } from './meta-page.ts'
import { checkSinkType, readVersion, required, subscribable, withVersion } from './parameters.ts'
import { type AddRoute, created, found, NO_CONTENT, type StreamAnswer, type StreamRequest } from './route.ts'
import { findSink } from './sinks.ts'
import { saveSubscription, subscriptionOf } from './subscriptions.ts'

export function registerSubscribedEvents(add: AddRoute, deps: EventsV1Deps): void {
  add('/Subscriptions/:Sid/SubscribedEvents', {
    GET: (request) => list(request, deps),
    POST: (request) => create(request, deps),
  })
  add('/Subscriptions/:Sid/SubscribedEvents/:Type', {
    GET: async (request) => {
      const row = await subscriptionOf(request, deps)
      return found(view(row, rangeOf(row, request), request))
    },
    POST: (request) => update(request, deps),
    DELETE: (request) => remove(request, deps),
  })
}

/** 201 when the type is new, 200 with what there is when it was subscribed already. */
async function create(request: StreamRequest, deps: EventsV1Deps): Promise<StreamAnswer> {
  const type = required(request.form, 'Type')
  const version = versionIn(request)
  return changing<StreamAnswer>(async () => {
    const row = await subscriptionOf(request, deps)
    const known = findSubscribed(row, type)
    if (known) return found(view(row, known, request))
    const eventType = subscribable(deps.catalogue, type)
    checkSinkType(eventType, (await findSink(deps, request, row.sinkSid)).sink.type)
    const saved = await saveSubscription(deps, addType(row, withVersion(eventType, version)))
    return saved === 'changed' ? saved : created(view(saved, rangeIn(saved, type), request), warningsOf(deps, type))
  })
}

/** Without a version nothing changes. */
async function update(request: StreamRequest, deps: EventsV1Deps): Promise<StreamAnswer> {
  const version = versionIn(request)
  return changing<StreamAnswer>(async () => {
    const row = await subscriptionOf(request, deps)
    const range = rangeOf(row, request)
    const eventType = deps.catalogue.find(range.type)
    if (version === null || version === range.schemaVersion || !eventType) return found(view(row, range, request))
    const saved = await saveSubscription(deps, changeVersion(row, withVersion(eventType, version)))
    return saved === 'changed' ? saved : found(view(saved, rangeIn(saved, range.type), request))
  })
}

async function remove(request: StreamRequest, deps: EventsV1Deps): Promise<StreamAnswer> {
  return changing<StreamAnswer>(async () => {
    const row = await subscriptionOf(request, deps)
    const saved = await saveSubscription(deps, removeType(row, rangeOf(row, request).type))
    return saved === 'changed' ? saved : NO_CONTENT
  })
}

async function list(request: StreamRequest, deps: EventsV1Deps): Promise<StreamAnswer> {
  const row = await subscriptionOf(request, deps)
  return pageAnswer(request, {
    key: 'types',
    items: subscribedTypes(row),
    keyOf: ({ type }) => type,
    view: (range) => view(row, range, request),
  })
}

function versionIn({ form }: StreamRequest): number | null {
  const text = firstOf(form, 'SchemaVersion')
  return text === undefined || text === '' ? null : readVersion(text)
}

/** @throws Refusal 20404 */
function rangeOf(row: SubscriptionRow, { params, path }: StreamRequest): SubscribedRange {
  const range = findSubscribed(row, params.Type ?? '')
  if (!range) throw refuse('notFound', { value: path })
  return range
}

function rangeIn(saved: SubscriptionRow, type: string): SubscribedRange {
  const range = findSubscribed(saved, type)
  assert(range, `the store did not keep ${type} in ${saved.sid}`)
  return range
}

function warningsOf({ catalogue }: EventsV1Deps, type: string): readonly string[] {
  const row = catalogue.find(type)
  const warning = row ? lifecycleWarning(row) : null
  return warning === null ? [] : [warning]
}

function view(row: SubscriptionRow, range: SubscribedRange, { baseUrl }: StreamRequest): object {
  return {
    account_sid: row.accountSid,
    subscription_sid: row.sid,
    type: range.type,
    schema_version: range.schemaVersion,
    url: `${baseUrl}/v1/Subscriptions/${row.sid}/SubscribedEvents/${range.type}`,
  }
}
