/*
 * Makes a Kinesis stream and reads it, with the AWS SDK:
 *     node stream.js create NAME      prints its ARN
 *     node stream.js read NAME        prints the events in it, as they come, until interrupted
 * KINESIS_ENDPOINT is the address of a stand-in; without it AWS itself is asked, in AWS_REGION.
 */
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'

const { KINESIS_ENDPOINT, AWS_REGION = 'us-east-1' } = process.env
const [, , command, StreamName] = process.argv
const client = new KinesisClient({
  region: AWS_REGION,
  // The SDK would speak HTTP/2, which the stand-in does not.
  ...(KINESIS_ENDPOINT && { endpoint: KINESIS_ENDPOINT, requestHandler: new NodeHttpHandler() }),
})

const describe = async () => (await client.send(new DescribeStreamCommand({ StreamName }))).StreamDescription

async function create() {
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }))
  await waitUntilStreamExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 }, { StreamName })
  console.log((await describe()).StreamARN)
}

async function read() {
  const [{ ShardId }] = (await describe()).Shards
  const first = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }
  console.log(`Reading ${StreamName} at ${KINESIS_ENDPOINT ?? AWS_REGION}`)
  let { ShardIterator } = await client.send(new GetShardIteratorCommand(first))
  for (;;) {
    const { Records, NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator }))
    for (const { PartitionKey, Data } of Records) {
      console.log(`${JSON.parse(Buffer.from(Data).toString()).type}  ${PartitionKey}`)
    }
    ShardIterator = NextShardIterator
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

if (command === 'create') await create()
else if (command === 'read') await read()
else console.error('node stream.js create|read NAME')
