import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ConfigError, flagOf, readConfig } from './config.ts'
import { SETTINGS, type SettingKey } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'ringback-config-'))
after(() => rmSync(folder, { recursive: true }))
const write = (value: unknown) => writeFileSync(join(folder, 'ringback.config.json'), JSON.stringify(value))

test('a flag beats the environment, the environment beats the file, the file beats the default', () => {
  write({ port: 1, 'events.gate': 'always' })
  assert.equal(readConfig({ port: '3' }, { RINGBACK_PORT: '2' }, folder).port, 3)
  assert.equal(readConfig({}, { RINGBACK_PORT: '2' }, folder).port, 2)
  assert.equal(readConfig({}, {}, folder).port, 1)
  assert.deepEqual(readConfig({}, {}, folder).sources.port, 'file')
  write({})
  assert.equal(readConfig({}, {}, folder).port, 2010)
})

test('a dotted setting may stand nested in the file', () => {
  write({ events: { gate: 'always' } })
  assert.equal(readConfig({}, {}, folder).eventsGate, 'always')
})

for (const [what, flags, environment, file, message] of [
  ['a port out of range', { port: '70000' }, {}, {}, /--port/],
  ['a word that is no choice', {}, { RINGBACK_CLOCK: 'fast' }, {}, /RINGBACK_CLOCK/],
  ['an unknown name in the file', {}, {}, { prot: 1 }, /no setting is named "prot"/],
  [
    'an unusable token, without showing it',
    {},
    { RINGBACK_AUTH_TOKEN: 'short' },
    {},
    /^RINGBACK_AUTH_TOKEN: the given value/,
  ],
] as const) {
  test(`${what} is refused by name`, () => {
    write(file)
    assert.throws(
      () => readConfig(flags, environment, folder),
      (error) => error instanceof ConfigError && message.test(error.message),
    )
  })
}

test('every setting has its own environment name and flag', () => {
  const keys = Object.keys(SETTINGS) as SettingKey[]
  assert.equal(new Set(keys.map((key) => SETTINGS[key].environment)).size, keys.length)
  assert.equal(new Set(keys.map(flagOf)).size, keys.length)
  assert.equal(flagOf('eventsGate'), 'events-gate')
})
