import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import { codeBlock, readDoc } from '../kit/markdown.ts'
import { trySnippet } from '../kit/signature-snippet.ts'

test('the Node.js example of the manual accepts what a sink sends, and nothing else', async (t) => {
  await trySnippet(t, process.execPath, ['--input-type=module', '--eval', codeBlock('verify-signatures.md', 'js')])
})

test('the worked example of the manual is right', () => {
  const rows = [...readDoc('verify-signatures.md').matchAll(/^\| `?([^`|]+?)`? \| `([^`]+)` \|$/gm)]
  const value = Object.fromEntries(rows.map(([, name, text]) => [name!, text!]))
  const hash = createHash('sha256').update(value.body!).digest('hex')
  assert.equal(value.bodySHA256, hash)
  assert.equal(value['signed URL'], `${value.destination}&bodySHA256=${hash}`)
  const signature = createHmac('sha1', value['auth token']!).update(value['signed URL']!).digest('base64')
  assert.equal(value['X-Twilio-Signature'], signature)
})
