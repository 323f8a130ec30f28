/**
 * PutRecords to a customer's stream under the role the customer named: temporary credentials by AssumeRole with the
 * external id, renewed at 80 % of their life. The platform's own identity is the SDK's default chain. The SDK is loaded
 * at the first use; its own retries are off, since the sender decides what goes again.
 */
import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { KinesisClient } from '@aws-sdk/client-kinesis'
import type { STSClient } from '@aws-sdk/client-sts'
import type { NodeHttpHandler } from '@smithy/node-http-handler'
import type { Logger } from '../../lib/logger.ts'
import type { PutRecords, PutRecordsAnswer } from '../../readers/event-streams/sinks/kinesis.ts'

export interface KinesisOptions {
  /** They open the connections, and judge addresses. */
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent }
  /** Instead of the region's own; for test doubles and private endpoints. */
  readonly stsEndpoint: string | null
  readonly logger: Logger
  /** Steady real milliseconds. */
  readonly nowMs?: () => number
}

export interface KinesisTransport {
  /** Never rejects. */
  send(request: PutRecords, stop: AbortSignal): Promise<PutRecordsAnswer>
  close(): void
}

const CONNECT_TIMEOUT_MS = 2000
const TOTAL_TIMEOUT_MS = 10_000
const CREDENTIALS_SEC = 3600
const RENEW_AT = 0.8
/** Roles with credentials kept; beyond it the one unused for longest is dropped. */
const CLIENTS_MAX = 200
const SESSION_NAME = 'ringback-event-streams'

interface Assumed {
  readonly client: Promise<KinesisClient>
  /** Null until the credentials are there. */
  renewAtMs: number | null
}

export function createKinesisTransport({
  agents,
  stsEndpoint,
  logger,
  nowMs = () => performance.now(),
}: KinesisOptions): KinesisTransport {
  let handler: Promise<NodeHttpHandler> | null = null
  const openHandler = async (): Promise<NodeHttpHandler> => {
    const { NodeHttpHandler } = await import('@smithy/node-http-handler')
    return new NodeHttpHandler({
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: TOTAL_TIMEOUT_MS,
      httpAgent: agents.http,
      httpsAgent: agents.https,
    })
  }
  /** In the order of last use. */
  const assumed = new Map<string, Assumed>()
  const stsClients = new Map<string, STSClient>()

  async function assume(
    request: PutRecords,
    region: string,
    entry: { renewAtMs: number | null },
  ): Promise<KinesisClient> {
    const [{ AssumeRoleCommand, STSClient }, { KinesisClient }] = await Promise.all([
      import('@aws-sdk/client-sts'),
      import('@aws-sdk/client-kinesis'),
    ])
    handler ??= openHandler()
    const common = { region, requestHandler: await handler, maxAttempts: 1 }
    const sts =
      stsClients.get(region) ?? new STSClient({ ...common, ...(stsEndpoint !== null && { endpoint: stsEndpoint }) })
    stsClients.set(region, sts)
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: request.roleArn,
        ExternalId: request.externalId,
        RoleSessionName: SESSION_NAME,
        DurationSeconds: CREDENTIALS_SEC,
      }),
      { abortSignal: AbortSignal.timeout(TOTAL_TIMEOUT_MS) },
    )
    if (!given?.AccessKeyId || !given.SecretAccessKey) throw new Error('AssumeRole gave no credentials')
    entry.renewAtMs = nowMs() + CREDENTIALS_SEC * 1000 * RENEW_AT
    logger.debug({ roleArn: request.roleArn }, 'role assumed')
    return new KinesisClient({
      ...common,
      ...(request.endpoint !== null && { endpoint: request.endpoint }),
      credentials: {
        accessKeyId: given.AccessKeyId,
        secretAccessKey: given.SecretAccessKey,
        ...(given.SessionToken && { sessionToken: given.SessionToken }),
      },
    })
  }

  /** One client a role, external id and endpoint, as long as its credentials are good. */
  function clientOf(request: PutRecords, region: string): { key: string; client: Promise<KinesisClient> } {
    const key = JSON.stringify([request.roleArn, request.externalId, request.endpoint, region])
    const known = assumed.get(key)
    assumed.delete(key)
    if (known && (known.renewAtMs === null || nowMs() < known.renewAtMs)) {
      assumed.set(key, known)
      return { key, client: known.client }
    }
    const fresh = { renewAtMs: null as number | null }
    const entry: Assumed = Object.assign(fresh, { client: assume(request, region, fresh) })
    assumed.set(key, entry)
    const [oldest] = assumed.keys()
    if (assumed.size > CLIENTS_MAX && oldest !== undefined) assumed.delete(oldest)
    return { key, client: entry.client }
  }

  return {
    async send(request, stop) {
      const [, , , region = ''] = request.streamArn.split(':')
      const { key, client } = clientOf(request, region)
      const timeout = AbortSignal.timeout(TOTAL_TIMEOUT_MS)
      try {
        const [{ PutRecordsCommand }, kinesis] = await Promise.all([import('@aws-sdk/client-kinesis'), client])
        const answer = await kinesis.send(
          new PutRecordsCommand({
            StreamARN: request.streamArn,
            StreamName: request.streamArn.slice(request.streamArn.lastIndexOf('/') + 1),
            Records: request.records.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })),
          }),
          { abortSignal: AbortSignal.any([stop, timeout]) },
        )
        const results = (answer.Records ?? []).map(({ ErrorCode, ErrorMessage }) => ({
          ...(ErrorCode && { errorCode: ErrorCode }),
          ...(ErrorMessage && { errorMessage: ErrorMessage }),
        }))
        return { ok: true, failedRecordCount: answer.FailedRecordCount ?? 0, results }
      } catch (error) {
        const failure = toFailure(error, stop, timeout)
        // No role assumed, or one whose credentials are no longer taken: the next attempt assumes it anew.
        if (await isUseless(client, failure.error)) assumed.delete(key)
        return failure
      }
    },
    close() {
      void handler?.then((open) => open.destroy())
    },
  }
}

const STALE = /^(ExpiredToken|UnrecognizedClient|InvalidSignature|InvalidClientTokenId|AccessDenied)/

async function isUseless(client: Promise<KinesisClient>, error: string): Promise<boolean> {
  return (
    STALE.test(error) ||
    client.then(
      () => false,
      () => true,
    )
  )
}

const NO_RESPONSE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT'])

function toFailure(error: unknown, stop: AbortSignal, timeout: AbortSignal): PutRecordsAnswer & { readonly ok: false } {
  const {
    name = 'Error',
    message = String(error),
    code,
    $metadata,
  } = error as Error & {
    readonly code?: string
    readonly $metadata?: { readonly httpStatusCode?: number }
  }
  if (stop.aborted) return { ok: false, error: 'stopped', message: 'The platform is shutting down.' }
  if (timeout.aborted) return { ok: false, error: 'no-response', message: `no answer in ${TOTAL_TIMEOUT_MS} ms` }
  // What the service said has a status; what the network did has not.
  if ($metadata?.httpStatusCode !== undefined) return { ok: false, error: name, message }
  if (name === 'TimeoutError') return { ok: false, error: 'no-response', message }
  if (code !== undefined && NO_RESPONSE.has(code)) return { ok: false, error: 'no-response', message }
  if (code !== undefined || name === 'EgressError') return { ok: false, error: 'connect', message }
  return { ok: false, error: name, message }
}
