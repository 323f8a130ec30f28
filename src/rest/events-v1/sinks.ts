/** Sinks: where events are sent. Type and configuration are fixed at creation; only the description can be changed. */
import { isSid, newSid, randomHex32 } from '../../lib/ids.ts'
import { SINK_STATUSES, type SinkRow, type SinkSid, type SinkStatus } from '../../readers/event-streams/ports.ts'
import {
  echoSinkConfig,
  readSinkConfig,
  SINK_TYPES,
  type SinkConfig,
  signsByStandard,
} from '../../readers/event-streams/sinks/sink-config.ts'
import { formatSigningSecret } from '../../readers/event-streams/sinks/standard-webhooks.ts'
import { refuse } from '../errors.ts'
import { firstOf } from '../form.ts'
import { changing } from './changing.ts'
import type { EventsV1Deps } from './deps.ts'
import { pageAnswer } from './meta-page.ts'
import { checkDescription, formatSeconds, required } from './parameters.ts'
import { type AddRoute, created, found, NO_CONTENT, type StreamAnswer, type StreamRequest } from './route.ts'

export const SINKS_MAX = 100

export function registerSinks(add: AddRoute, deps: EventsV1Deps): void {
  add('/Sinks', { GET: (request) => list(request, deps), POST: (request) => create(request, deps) })
  add('/Sinks/:Sid', {
    GET: async (request) => found(sinkView(await sinkOf(request, deps), request)),
    POST: (request) => update(request, deps),
    DELETE: (request) => remove(request, deps),
  })
  add('/Sinks/:Sid/Test', {
    POST: async (request) => {
      await deps.tester.deliverTest(await sinkOf(request, deps))
      return created({ result: 'submitted' })
    },
  })
  add('/Sinks/:Sid/Validate', { POST: (request) => validate(request, deps) })
}

/** @throws Refusal 91001 */
export async function findSink(
  deps: EventsV1Deps,
  { accountSid }: Pick<StreamRequest, 'accountSid'>,
  sid: string,
): Promise<SinkRow> {
  const row = isSid('DG', sid) ? await deps.streams.sink(accountSid, sid) : null
  if (!row) throw refuse('sinkNotFound', { value: sid })
  return row
}

const sinkOf = (request: StreamRequest, deps: EventsV1Deps): Promise<SinkRow> =>
  findSink(deps, request, request.params.Sid ?? '')

async function create(request: StreamRequest, deps: EventsV1Deps): Promise<StreamAnswer> {
  const { form, accountSid } = request
  const description = checkDescription(required(form, 'Description'), 'sinkNotCreated')
  const sink = readSink(required(form, 'SinkConfiguration'), required(form, 'SinkType'))
  const now = deps.clock.now()
  const secret = signsByStandard(sink) ? formatSigningSecret(randomHex32() + randomHex32()) : null
  const row: SinkRow = {
    sid: newSid('DG'),
    accountSid,
    description,
    sink,
    secrets: secret === null ? null : { current: secret, previous: null },
    // Sinks need no validation any more.
    status: 'active',
    createdAt: now,
    updatedAt: now,
    version: 1,
  }
  const added = await deps.streams.addSink(row, SINKS_MAX)
  if (added === 'full') throw refuse('tooManySinks', { value: String(SINKS_MAX) })
  return created(sinkView(row, request, secret))
}

function readSink(configuration: string, type: string): SinkConfig {
  const sinkType = SINK_TYPES.find((one) => one === type)
  if (!sinkType)
    throw refuse('sinkNotCreated', {
      why: `SinkType '${type.slice(0, 40)}' is not one of ${SINK_TYPES.join(', ')}`,
    })
  const reading = readSinkConfig(sinkType, parseObject(configuration))
  if (reading.ok) return reading.config
  throw refuse('sinkNotCreated', { why: `SinkConfiguration needs '${reading.name}': ${reading.expected}` })
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Said below; the text may hold secrets, so it is not shown.
  }
  throw refuse('sinkNotCreated', { why: 'SinkConfiguration is not a JSON object' })
}

async function update(request: StreamRequest, deps: EventsV1Deps): Promise<StreamAnswer> {
  const description = checkDescription(required(request.form, 'Description'), 'sinkNotCreated')
  const saved = await changing(async () => {
    const row = { ...(await sinkOf(request, deps)), description, updatedAt: deps.clock.now() }
    return (await deps.streams.saveSink(row)) === 'changed' ? 'changed' : row
  })
  return found(sinkView(saved, request))
}

async function remove(request: StreamRequest, deps: EventsV1Deps): Promise<StreamAnswer> {
  const { sid } = await sinkOf(request, deps)
  await deps.streams.deleteSink(request.accountSid, sid)
  return NO_CONTENT
}

async function validate(request: StreamRequest, deps: EventsV1Deps): Promise<StreamAnswer> {
  const { sid } = await sinkOf(request, deps)
  const testId = required(request.form, 'TestId')
  if (deps.config.strictValidate && !(await deps.tester.testArrived(sid, testId))) {
    throw refuse('invalidParameter', { name: 'TestId', value: testId, why: 'the id of a test that arrived' })
  }
  return created({ result: 'valid' })
}

async function list(request: StreamRequest, deps: EventsV1Deps): Promise<StreamAnswer> {
  const { query, accountSid } = request
  const [inUse, status] = [readInUse(firstOf(query, 'InUse')), readStatus(firstOf(query, 'Status'))]
  const used =
    inUse === null
      ? null
      : new Set<SinkSid>((await deps.streams.subscriptions(accountSid)).map(({ sinkSid }) => sinkSid))
  const rows = await deps.streams.sinks(accountSid)
  return pageAnswer(request, {
    key: 'sinks',
    items: rows.filter((row) => (status === null || row.status === status) && (!used || used.has(row.sid) === inUse)),
    keyOf: ({ createdAt, sid }) => `${createdAt}.${sid}`,
    view: (row) => sinkView(row, request),
  })
}

function readInUse(text: string | undefined): boolean | null {
  if (text === undefined || text === '') return null
  const lower = text.toLowerCase()
  if (lower !== 'true' && lower !== 'false')
    throw refuse('invalidParameter', { name: 'InUse', value: text, why: 'true or false' })
  return lower === 'true'
}

function readStatus(text: string | undefined): SinkStatus | null {
  if (text === undefined || text === '') return null
  const status = SINK_STATUSES.find((one) => one === text)
  if (!status) throw refuse('invalidParameter', { name: 'Status', value: text, why: SINK_STATUSES.join(', ') })
  return status
}

/** `secret` is shown in the answer that creates the sink, never again. */
function sinkView(row: SinkRow, { baseUrl }: StreamRequest, secret: string | null = null): object {
  const url = `${baseUrl}/v1/Sinks/${row.sid}`
  return {
    status: row.status,
    sink_configuration: { ...echoSinkConfig(row.sink), ...(row.secrets && { signing_secret: secret ?? 'whsec_***' }) },
    description: row.description,
    sid: row.sid,
    date_created: formatSeconds(row.createdAt),
    sink_type: row.sink.type,
    date_updated: formatSeconds(row.updatedAt),
    url,
    links: { sink_test: `${url}/Test`, sink_validate: `${url}/Validate` },
  }
}
