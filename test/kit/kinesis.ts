/** A Kinesis stream to test against (kinesalite), read with AWS's SDK, and a stand-in for STS that gives out credentials. */
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
} from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { SentEvent } from './sinks.ts'

const REGION = 'us-east-1'
const STREAM = 'calls'
const ROLE = 'arn:aws:iam::000000000000:role/ringback'

export interface KinesisBed {
  readonly endpoint: string
  readonly stsEndpoint: string
  /** As `sink_configuration`. */
  readonly configuration: {
    readonly arn: string
    readonly role_arn: string
    readonly external_id: string
    readonly endpoint: string
  }
  /** What STS was asked, newest last: the parameters of AssumeRole. */
  readonly assumed: readonly URLSearchParams[]
  /** STS refuses from now on. */
  denyRoles(): void
  /** Every record of every shard, in each shard's order, as JSON. */
  read(): Promise<{ readonly shard: string; readonly partitionKey: string; readonly event: SentEvent }[]>
  close(): Promise<void>
}

export async function startKinesis(shards = 2): Promise<KinesisBed> {
  const kinesalite = createRequire(import.meta.url)('kinesalite') as (options: object) => Server
  const server = kinesalite({ createStreamMs: 0, shardLimit: 10 })
  const endpoint = await listening(server)
  const client = new KinesisClient({
    region: REGION,
    endpoint,
    credentials: { accessKeyId: 'reader', secretAccessKey: 'reader' },
    // The SDK's own choice is HTTP/2, which kinesalite does not speak.
    requestHandler: new NodeHttpHandler(),
  })
  await client.send(new CreateStreamCommand({ StreamName: STREAM, ShardCount: shards }))
  const sts = await startStsStub()
  return {
    endpoint,
    stsEndpoint: sts.url,
    configuration: {
      arn: `arn:aws:kinesis:${REGION}:000000000000:stream/${STREAM}`,
      role_arn: ROLE,
      external_id: 'customer-7',
      endpoint,
    },
    assumed: sts.assumed,
    denyRoles: sts.deny,
    async read() {
      const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName: STREAM }))
      const records = []
      for (const { ShardId } of StreamDescription?.Shards ?? []) {
        const position = { StreamName: STREAM, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const
        const { ShardIterator } = await client.send(new GetShardIteratorCommand(position))
        const { Records } = await client.send(new GetRecordsCommand({ ShardIterator }))
        for (const { Data, PartitionKey } of Records ?? []) {
          const event = JSON.parse(Buffer.from(Data!).toString('utf8')) as SentEvent
          records.push({ shard: ShardId!, partitionKey: PartitionKey!, event })
        }
      }
      return records
    },
    async close() {
      client.destroy()
      await Promise.all([server, sts.server].map(closed))
    },
  }
}

/** Answers AssumeRole as STS does, in XML; knows nobody's rights. */
async function startStsStub() {
  const assumed: URLSearchParams[] = []
  let denying = false
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const parameters = new URLSearchParams(Buffer.concat(chunks).toString())
    assumed.push(parameters)
    outgoing.writeHead(denying ? 403 : 200, { 'content-type': 'text/xml' }).end(denying ? DENIED : assumedXml())
  })
  return {
    server,
    assumed,
    deny: () => {
      denying = true
    },
    url: await listening(server),
  }
}

const DENIED =
  '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code>' +
  '<Message>not authorized to perform: sts:AssumeRole</Message></Error><RequestId>1</RequestId></ErrorResponse>'

const assumedXml = (): string =>
  '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>' +
  '<AccessKeyId>ASIATEST</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>' +
  `<Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials></AssumeRoleResult>` +
  '<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleResponse>'

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections?.()
  await new Promise((resolve) => server.close(resolve))
}
