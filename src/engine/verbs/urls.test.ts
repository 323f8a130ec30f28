import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VerbContext } from '../interpreter/flow.ts'
import { absoluteUrl, toDocument } from './urls.ts'

const standingAt = (url: string | null) => ({ document: { url, verbs: [], verb: 'Voice' } }) as unknown as VerbContext
const PAGE = 'https://user:pass@app.test/calls/start?lang=en#rt=500'

for (const [url, base, expected] of [
  ['next', PAGE, 'https://user:pass@app.test/calls/next'],
  ['/menu', PAGE, 'https://user:pass@app.test/menu'],
  ['../x?y=1', PAGE, 'https://user:pass@app.test/x?y=1'],
  ['?lang=de', PAGE, 'https://user:pass@app.test/calls/start?lang=de'],
  ['//other.test/x', PAGE, 'https://other.test/x'],
  ['http://other.test', PAGE, 'http://other.test'],
  ['http://other.test/a#rc=2', PAGE, 'http://other.test/a#rc=2'],
  ['', PAGE, PAGE],
  [null, PAGE, PAGE],
  ['http://other.test/a', null, 'http://other.test/a'],
  ['/menu', null, null],
  ['', null, null],
  [null, null, null],
  ['ftp://other.test/a', PAGE, null],
  ['mailto:a@b.test', PAGE, null],
  ['http://', PAGE, null],
  ['http://host:99999/', PAGE, null],
] as const) {
  test(`${JSON.stringify(url)} in ${base === null ? 'inline TwiML' : 'a document'} leads to ${expected ?? 'nowhere'}`, () => {
    assert.equal(absoluteUrl(url, standingAt(base)), expected)
  })
}

test('a verb that leads nowhere fails the document with 11100 and says why', () => {
  for (const [base, why] of [
    [null, /given inline, so the URL must be absolute/],
    [PAGE, /not a valid http or https URL/],
  ] as const) {
    const flow = toDocument(standingAt(base), { url: base === null ? '/x' : 'ftp://x', method: 'POST', verb: 'Gather' })
    assert.ok(flow.next === 'failure')
    assert.equal(flow.alert.code, 11_100)
    assert.match(flow.alert.message, why)
  }
})
