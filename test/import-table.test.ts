/** Holds the table in ARCHITECTURE.md: which folder may import which, and what only some may touch. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

/** Folder → folders it may import besides itself. The first matching row counts. `*` rows are strangers to their siblings. */
const TABLE: readonly {
  readonly folder: string
  readonly may: readonly string[]
  readonly strangers?: true
  readonly typesOf?: readonly string[]
}[] = [
  { folder: 'lib', may: [] },
  { folder: 'wire', may: ['lib'] },
  { folder: 'journal', may: ['lib', 'wire'] },
  { folder: 'engine', may: ['lib', 'wire', 'journal'] },
  { folder: 'phones', may: ['lib', 'wire', 'engine/ports', 'engine/media'], typesOf: ['journal'] },
  { folder: 'sip', may: ['lib', 'wire', 'engine/ports'], typesOf: ['journal'] },
  { folder: 'readers', may: ['lib', 'wire/cloudevents', 'wire/webhook', 'journal'], strangers: true },
  { folder: 'rest', may: ['lib', 'wire', 'journal', 'engine', 'phones', 'sip', 'readers'] },
  {
    folder: 'adapters',
    may: ['lib', 'wire'],
    strangers: true,
    typesOf: ['journal', 'engine', 'phones', 'sip', 'readers', 'rest'],
  },
  { folder: 'main', may: ['lib', 'wire', 'journal', 'engine', 'phones', 'sip', 'readers', 'rest', 'adapters'] },
  { folder: 'cli', may: ['lib', 'main'] },
  { folder: 'testing', may: ['lib', 'main'] },
]

interface Import {
  readonly file: string
  readonly to: string
  readonly typeOnly: boolean
}

const files = globSync('src/**/*.ts', { cwd: root }).map((file) => file.replaceAll('\\', '/'))
const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))

// Comments may show code; what counts is what is imported. Dynamic imports and worker URLs are relative strings too.
const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\(\s*'([^']+)'\s*\)/g

function* importsOf(file: string): Generator<Import> {
  for (const [, type, from, dynamic] of sources.get(file)!.matchAll(IMPORT))
    yield { file, to: (from ?? dynamic)!, typeOnly: type !== undefined }
}

const inFolder = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)
const isTest = (file: string) => file.endsWith('.test.ts')

test('folders import only what the table allows', () => {
  const wrong: string[] = []
  for (const file of files.filter((file) => !isTest(file))) {
    const path = file.slice('src/'.length)
    const row = TABLE.find(({ folder }) => inFolder(path, folder))
    assert.ok(row, `${file}: its folder has no row in the import table`)
    for (const { to, typeOnly } of importsOf(file)) {
      if (!to.startsWith('.')) continue
      const target = normalize(join(dirname(path), to)).replaceAll('\\', '/')
      if (row.strangers) {
        const [, own] = path.split('/')
        const [top, sibling] = target.split('/')
        if (top === row.folder && sibling !== own && sibling?.includes('.') === false)
          wrong.push(`${file} imports its sibling ${target}: move what both need down, or hand it in from main`)
      }
      if (inFolder(target, row.folder) || row.may.some((folder) => inFolder(target, folder))) continue
      if (typeOnly && row.typesOf?.some((folder) => inFolder(target, folder))) continue
      wrong.push(
        `${file} imports ${target}: ${row.folder} may import ${row.may.join(', ') || 'nothing'}${row.typesOf ? ` and types of ${row.typesOf.join(', ')}` : ''}; declare a port and let main hand it in`,
      )
    }
  }
  assert.deepEqual(wrong, [])
})

test('only some folders touch the world', () => {
  const wrong: string[] = []
  const forbid = (what: RegExp, except: (path: string) => boolean, instead: string) => {
    for (const [file, source] of sources) {
      const path = file.slice('src/'.length)
      if (isTest(file) || except(path)) continue
      const code = source.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$|^import type .*$/gm, '')
      const found = what.exec(code)
      if (found) wrong.push(`${file} uses ${found[0].trim()}: ${instead}`)
    }
  }
  const within =
    (...folders: string[]) =>
    (path: string) =>
      folders.some((folder) => inFolder(path, folder))
  forbid(/\bprocess\.env\b/, within('main/config.ts'), 'add a row to main/settings.ts and hand the value in')
  forbid(/\bDate\.now\(|\bnew Date\(\)/, within('lib'), 'take `now` as an argument or ask the Clock')
  forbid(/\bMath\.random\(|\brandomBytes\(|\brandomUUID\(/, within('lib'), 'use lib/ids.ts')
  forbid(
    /\bset(Timeout|Interval)\(/,
    within('lib', 'adapters', 'main', 'cli', 'rest/ringback-v1'),
    'use the Clock; only real sockets have timeouts of their own',
  )
  forbid(
    /from 'node:(net|tls|dgram|http|https|http2|sqlite|dns)'|from '(undici|ws|pg)'/,
    within('adapters', 'cli'),
    'sockets and databases live in adapters',
  )
  assert.deepEqual(wrong, [])
})
