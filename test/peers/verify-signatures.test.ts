/** The Python example of the manual, with the official library of Debian. */
import { test } from 'node:test'
import { codeBlock } from '../kit/markdown.ts'
import { trySnippet } from '../kit/signature-snippet.ts'

test('the Python example of the manual accepts what a sink sends, and nothing else', async (t) => {
  await trySnippet(t, '/usr/bin/python3', ['-c', codeBlock('verify-signatures.md', 'python')])
})
