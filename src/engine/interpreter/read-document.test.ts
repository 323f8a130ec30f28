import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange } from '../../journal/entry.ts'
import { type ReadDocument, readDocument } from './read-document.ts'

const SAY = '<Response><Say>Hi</Say></Response>'

function read(contentType: string, body: string | Uint8Array): ReadDocument {
  const response = { code: 200, contentType, body: '', bodyEncoding: 'utf8', truncated: false, at: 0 }
  return readDocument({ exchange: { response } as unknown as Exchange, body: Buffer.from(body) })
}

const summary = (document: ReadDocument): string => {
  if (document.kind === 'twiml') return `twiml ${document.verbs.map(({ verb }) => verb).join(' ')}`.trim()
  if (document.kind === 'text') return `text ${document.text}`
  return document.kind === 'error' ? `error ${document.code}` : document.kind
}

for (const [contentType, body, expected] of [
  ['text/xml', SAY, 'twiml Say'],
  ['application/xml', SAY, 'twiml Say'],
  ['text/html', SAY, 'twiml Say'],
  ['Text/XML ; charset=utf-8', SAY, 'twiml Say'],
  ['text/xml', `\ufeff${SAY}`, 'twiml Say'],
  ['text/xml', '<Response/>', 'twiml'],
  ['text/xml', 'Hello', 'error 12100'],
  ['text/xml', '<Answer/>', 'error 12102'],
  ['text/plain', SAY, 'twiml Say'],
  ['text/plain; charset=utf-8', ' Tea & biscuits \n', 'text Tea & biscuits'],
  ['text/plain', '<Answer/>', 'text <Answer/>'],
  ['audio/mpeg', 'ID3', 'audio'],
  ['audio/ulaw', '', 'audio'],
  ['AUDIO/X-WAV', 'RIFF', 'audio'],
  ['audio/ogg', '', 'error 12300'],
  ['application/json', '{}', 'error 12300'],
  ['', SAY, 'error 12300'],
] as const) {
  test(`an answer of type ${JSON.stringify(contentType)} with ${JSON.stringify(body.slice(0, 20))} is ${expected}`, () => {
    assert.equal(summary(read(contentType, body)), expected)
  })
}

test('an error in a document says where', () => {
  const document = read('text/xml', '<Response>\n  <Say>Hi</Response>')
  assert.ok(document.kind === 'error')
  assert.deepEqual([document.code, document.line], [12100, 2])
})

test('no answer at all is a failed retrieval', () => {
  const document = readDocument({ exchange: { response: null } as unknown as Exchange, body: new Uint8Array() })
  assert.equal(summary(document), 'error 11200')
})
