import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { describe } from './attributes.ts'
import type { ElementRule } from './element-rule.ts'
import { VERBS } from './verbs.ts'

const manual = readFileSync(new URL('../../../docs/compat/twiml.md', import.meta.url), 'utf8')
const sections = new Map(
  manual.split(/^### /m).map((section) => [section.slice(0, section.indexOf('\n')), section.split('\n')]),
)

/** `Parameter` and its kin have one sentence for all. */
const IN_ONE_SENTENCE = new Set(['Parameter', 'Config', 'Header'])

/** Every element once, with the rules it has in different places. */
function collect(name: string, rule: ElementRule<unknown>, into: Map<string, Set<ElementRule<unknown>>>): void {
  const rules = into.get(name) ?? new Set()
  if (rules.has(rule)) return
  into.set(name, rules.add(rule))
  for (const [child, childRule] of Object.entries(rule.children)) collect(child, childRule, into)
}

const elements = new Map<string, Set<ElementRule<unknown>>>()
for (const [name, rule] of Object.entries(VERBS)) collect(name, rule, elements)

for (const [name, rules] of elements) {
  const attributes = [...rules].flatMap((rule) => Object.values(rule.attributes))
  if (attributes.length === 0 || IN_ONE_SENTENCE.has(name)) continue
  const isMarkup = /^[a-z]/.test(name)
  test(`the manual lists every attribute of ${name} with its default and its warning`, () => {
    const rows = sections.get(isMarkup ? 'Speech markup in Say' : name) ?? []
    for (const { wire, code, otherwise, expected } of attributes) {
      const start = isMarkup ? `| \`${name}\` | \`${wire}\`` : `| \`${wire}\``
      const row = rows.find((line) => line.startsWith(start))
      assert.ok(row, `${name} ${wire} is missing`)
      if (otherwise !== null && describe(otherwise) !== 'none')
        assert.ok(row.includes(`\`${describe(otherwise)}\``), row)
      if (expected !== 'a URL' && expected !== 'text') assert.ok(row.includes(String(code)), row)
    }
  })
}

test('the manual has a section for every verb', () => {
  assert.deepEqual(
    Object.keys(VERBS).filter((name) => !sections.has(name)),
    [],
  )
})
