import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type ErrorName, errorBody, errorTable, refuse } from './errors.ts'

const page = readFileSync(new URL('../../docs/compat/errors.md', import.meta.url), 'utf8')

for (const [name, { code, status, sentence }] of Object.entries(errorTable)) {
  test(`docs/compat/errors.md has ${name}: ${code}, ${status}`, () => {
    const row = `| ${code} | ${status} | ${sentence} |`
    assert.ok(page.includes(row), `the page lacks this row:\n${row}`)
  })
}

test('the page has no row that the table does not have', () => {
  const known = new Set(Object.values(errorTable).map(({ code, status }) => `${code} ${status}`))
  for (const [, code, status] of page.matchAll(/^\| (\d{5}) \| (\d{3}) \|/gm)) {
    assert.ok(known.has(`${code} ${status}`), `${code} with ${status} is documented, but never answered`)
  }
})

test('a refusal is what the clients read: code, message, more_info, status; a 401 has a detail', () => {
  assert.deepEqual(JSON.parse(errorBody(refuse('invalidTo', { value: '12' }))), {
    code: 21211,
    message: "Invalid 'To' phone number: 12",
    more_info: 'https://www.twilio.com/docs/errors/21211',
    status: 400,
  })
  assert.equal(JSON.parse(errorBody(refuse('wrongCredentials'))).detail, 'Your AccountSid or AuthToken was incorrect.')
})

test('a long value is shortened in the message', () => {
  const { message } = refuse('invalidTo', { value: 'x'.repeat(5000) })
  assert.ok(message.length < 200)
  assert.match(message, /\.\.\.$/)
})

test('a URL in a message has lost its password', () => {
  assert.equal(
    refuse('invalidApplication', { value: 'http://me:hush@x/' }).message,
    "ApplicationSid is not valid: 'http://***@x/'",
  )
})

test('a value that looks like a place for values stays as it is', () => {
  assert.equal(
    refuse('invalidTo' satisfies ErrorName, { value: '{name} $&' }).message,
    "Invalid 'To' phone number: {name} $&",
  )
})
