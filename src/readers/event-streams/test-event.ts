/** The event that `POST /v1/Sinks/{DG}/Test` sends through a sink's real path. Its id is the account, as the reference's. */
import { formatIso } from '../../lib/dates.ts'
import type { AccountSid, Instant } from '../../lib/ids.ts'
import { type WrittenEvent, writeEvent } from '../../wire/cloudevents/index.ts'
import { TEST_SCHEMA } from './schemas.ts'

export const TEST_TYPE = 'com.twilio.eventstreams.test-event'

export interface TestEvent {
  readonly accountSid: AccountSid
  /** A UUID; Validate may ask for it. */
  readonly testId: string
  readonly at: Instant
  readonly schemaBase: string
}

export function testEvent({ accountSid, testId, at, schemaBase }: TestEvent): WrittenEvent {
  return writeEvent({
    specversion: '1.0',
    type: TEST_TYPE,
    source: 'Sink',
    id: accountSid,
    dataschema: `${schemaBase}/${TEST_SCHEMA}/1.json`,
    datacontenttype: 'application/json',
    time: formatIso(at),
    data: { test_id: testId },
  })
}
