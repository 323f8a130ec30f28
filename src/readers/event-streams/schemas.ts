/**
 * The JSON Schema documents that `dataschema` names (draft-07). Versions 1 and 2 of the voice schema accept exactly the
 * same values; 2 describes its fields in more words and has an example.
 */
import { VOICE_SCHEMA } from './voice-types.ts'

export const TEST_SCHEMA = 'EventStreams.TestSink'

export interface SchemaVersion {
  readonly version: number
  /** When this version came to be; ISO 8601. */
  readonly dateCreated: string
}

export interface Schema {
  readonly id: string
  /** Ascending. */
  readonly versions: readonly SchemaVersion[]
  /** The last part of the document's address. */
  readonly file: (version: number) => string
  readonly document: (version: number, schemaBase: string) => object
}

const DRAFT = 'http://json-schema.org/draft-07/schema#'

type Words = Readonly<Record<keyof typeof BRIEF, string>>

const BRIEF = {
  title: 'A recorded HTTP exchange of a voice call',
  sid: 'SID of the call',
  requestDateCreated: 'When the request was created, RFC 2822',
  timestamp: 'When the event happened, ISO 8601',
  eventSid: 'SID of the recorded event',
  request: 'The request',
  method: 'HTTP method',
  url: 'Requested URL',
  parameters: 'Request parameters by wire name',
  response: 'The response',
  responseCode: 'HTTP status',
  requestDuration: 'Milliseconds from request to end of response',
  contentType: 'Content-Type header, may be empty',
  responseBody: 'Body bytes, base64',
  dateCreated: 'When the response was recorded, RFC 2822',
}

const REWORDED: Words = {
  title: 'One HTTP exchange between the platform and a customer about a voice call, recorded when it was over',
  sid: 'SID of the call that the exchange belongs to; of the conference when it belongs to no single call',
  requestDateCreated: 'When the request was made, as an RFC 2822 date with a numeric zone',
  timestamp: 'When the request was made, as an ISO 8601 time in UTC with milliseconds',
  eventSid: 'SID of the recorded exchange; a current event type and its deprecated predecessor share it',
  request: 'The request as it was made, secrets removed',
  method: 'HTTP method in capitals',
  url: 'Absolute URL with its query string, without user information',
  parameters: 'Parameters by their names on the wire; a repeated parameter has an array of strings',
  response: 'What came back; absent when the request was never answered',
  responseCode: 'HTTP status code',
  requestDuration: 'Milliseconds from the first byte sent to the end of the response',
  contentType: 'Content-Type header as received; empty when there was none',
  responseBody: 'Base64 of the bytes of the body; empty when there were none',
  dateCreated: 'When the response had arrived, as an RFC 2822 date with a numeric zone',
}

const EXAMPLE = {
  sid: 'CA00000000000000000000000000000001',
  requestDateCreated: 'Fri, 02 Jan 2026 03:04:05 +0000',
  timestamp: '2026-01-02T03:04:05.678Z',
  eventSid: 'VW00000000000000000000000000000001',
  request: { method: 'POST', url: 'https://example.com/voice', parameters: { CallStatus: 'in-progress' } },
  response: {
    responseCode: 200,
    requestDuration: 140,
    contentType: 'text/xml',
    responseBody: 'PFJlc3BvbnNlLz4=',
    dateCreated: 'Fri, 02 Jan 2026 03:04:05 +0000',
  },
}

function voiceDocument(version: number, schemaBase: string): object {
  const words: Words = version === 1 ? BRIEF : REWORDED
  const text = (name: keyof Words) => ({ type: 'string', description: words[name] })
  const integer = (name: keyof Words) => ({ type: 'integer', description: words[name] })
  const closed = { type: 'object', additionalProperties: false }
  return {
    $schema: DRAFT,
    $id: `${schemaBase}/${VOICE_SCHEMA}/${version}`,
    title: 'WebhookEvent',
    description: words.title,
    ...closed,
    required: ['sid'],
    properties: {
      sid: text('sid'),
      requestDateCreated: text('requestDateCreated'),
      timestamp: text('timestamp'),
      eventSid: text('eventSid'),
      request: {
        ...closed,
        description: words.request,
        required: ['method', 'url', 'parameters'],
        properties: {
          method: text('method'),
          url: text('url'),
          parameters: { type: 'object', description: words.parameters },
        },
      },
      response: {
        ...closed,
        description: words.response,
        required: ['responseCode', 'requestDuration', 'contentType', 'responseBody', 'dateCreated'],
        properties: {
          responseCode: integer('responseCode'),
          requestDuration: integer('requestDuration'),
          contentType: text('contentType'),
          responseBody: text('responseBody'),
          dateCreated: text('dateCreated'),
        },
      },
    },
    ...(version > 1 && { examples: [EXAMPLE] }),
  }
}

function testDocument(version: number, schemaBase: string): object {
  return {
    $schema: DRAFT,
    $id: `${schemaBase}/${TEST_SCHEMA}/${version}.json`,
    title: 'TestSink',
    description: 'Sent when a sink is tested',
    type: 'object',
    additionalProperties: false,
    required: ['test_id'],
    properties: { test_id: { type: 'string', description: 'Names this test; Validate wants it back' } },
  }
}

export const SCHEMAS: readonly Schema[] = [
  {
    id: TEST_SCHEMA,
    versions: [{ version: 1, dateCreated: '2020-07-30T20:00:00Z' }],
    // The one schema whose address ends in .json.
    file: (version) => `${version}.json`,
    document: testDocument,
  },
  {
    id: VOICE_SCHEMA,
    versions: [
      { version: 1, dateCreated: '2025-10-08T00:00:00Z' },
      { version: 2, dateCreated: '2025-10-08T00:00:00Z' },
    ],
    file: (version) => String(version),
    document: voiceDocument,
  },
]

export const findSchema = (id: string): Schema | undefined => SCHEMAS.find((schema) => schema.id === id)
