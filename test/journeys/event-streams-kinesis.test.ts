/** A Kinesis stream that takes only some records, a role that may not be assumed, an endpoint that must not be reached. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { StartRingback } from '../../src/testing/index.ts'
import { journey } from '../kit/journey.ts'
import { startKinesis } from '../kit/kinesis.ts'
import { attemptLog, createSink, placeCall, type SentEvent, subscribe, voice } from '../kit/sinks.ts'

const PROGRESS = ['initiated', 'ringing', 'answered', 'completed'].map((name) => voice(`status-callback.call.${name}`))

process.env.AWS_ACCESS_KEY_ID = 'platform'
process.env.AWS_SECRET_ACCESS_KEY = 'platform'

async function bed(t: TestContext, endpoint: string | null, settings: StartRingback['settings'] = {}) {
  const kinesis = await startKinesis()
  t.after(() => kinesis.close())
  const made = await journey(
    t,
    { '/voice': () => '<Say>Hi</Say>', '/status': () => ({ status: 204 }) },
    { settings: { eventsStsEndpoint: kinesis.stsEndpoint, ...settings } },
  )
  const configuration = { ...kinesis.configuration, ...(endpoint && { endpoint }) }
  const sinkSid = await createSink(made.client, 'kinesis', configuration)
  await subscribe(made.client, sinkSid, PROGRESS)
  return { ...made, kinesis, sinkSid }
}

/** Kinesis that refuses every third record it is sent, the first time; keeps what it takes, in order. */
async function startPartialKinesis(t: TestContext) {
  const requests: string[][] = []
  const taken: SentEvent[] = []
  const refused = new Set<string>()
  let records = 0
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = JSON.parse(Buffer.concat(chunks).toString()) as {
      StreamARN: string
      StreamName: string
      Records: { Data: string }[]
    }
    assert.equal(body.StreamARN.split('/')[1], body.StreamName)
    const events = body.Records.map(({ Data }) => JSON.parse(Buffer.from(Data, 'base64').toString()) as SentEvent)
    requests.push(events.map(({ id }) => id))
    const results = events.map((event) => {
      if (++records % 3 === 0 && !refused.has(event.id)) {
        refused.add(event.id)
        return { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'too fast' }
      }
      taken.push(event)
      return { SequenceNumber: String(taken.length), ShardId: 'shardId-0' }
    })
    const failed = results.filter((result) => 'ErrorCode' in result).length
    outgoing
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify({ FailedRecordCount: failed, Records: results }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { requests, taken, refused, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('when Kinesis takes only some records, those that failed alone go again, and each call stays in order', async (t) => {
  const stub = await startPartialKinesis(t)
  const { ringback, client, app } = await bed(t, stub.endpoint)
  const calls = await Promise.all(Array.from({ length: 6 }, () => placeCall({ client, ringback, app })))
  await Promise.all(calls.map((sid) => ringback.over(sid)))
  for (let times = 0; times < 20; times++) {
    await ringback.clock.advance(10_000)
    await ringback.clock.untilIdle()
  }
  assert.ok(stub.refused.size >= 4, `${stub.refused.size} records refused`)
  const sent = stub.requests.flat()
  for (const id of new Set(sent))
    assert.equal(sent.filter((one) => one === id).length, stub.refused.has(id) ? 2 : 1, `${id} was sent too often`)
  for (const callSid of calls) {
    const types = stub.taken.filter(({ data }) => data.sid === callSid).map(({ type }) => type)
    assert.deepEqual(types, PROGRESS)
  }
})

test('a role that may not be assumed: tried again, 91300, and after ten minutes the sink is failed', async (t) => {
  const { ringback, client, app, kinesis, sinkSid } = await bed(t, null)
  kinesis.denyRoles()
  await ringback.over(await placeCall({ client, ringback, app }))
  await ringback.clock.untilIdle()
  const [first] = await attemptLog(ringback)
  assert.deepEqual([first!.outcome, first!.code], ['retrying', 91300])
  assert.match(first!.why!, /AccessDenied.*not authorized/)
  // The next attempt after ten minutes finds it hopeless; back-off lets that come up to 15 minutes later.
  for (let minutes = 0; minutes < 40; minutes++) {
    await ringback.clock.advance(60_000)
    await ringback.clock.untilIdle()
  }
  const sink = client.events.v1.sinks(sinkSid)
  for (let looks = 0; (await sink.fetch()).status !== 'failed'; looks++) assert.ok(looks < 200, 'it is still active')
})

for (const endpoint of ['http://127.0.0.1:9', 'http://localhost:9']) {
  test(`under the public egress rule ${endpoint} is not reached: 91307`, async (t) => {
    const { ringback, client, sinkSid, kinesis } = await bed(t, endpoint, { egress: 'public' })
    await client.events.v1.sinks(sinkSid).sinkTest.create()
    await ringback.clock.untilIdle()
    const [first] = await attemptLog(ringback)
    assert.deepEqual([first!.trigger, first!.code], ['test', 91307])
    assert.equal(kinesis.assumed.length, 0)
  })
}
