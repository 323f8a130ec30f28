/** Builds the package: TypeScript to dist/ with declarations, and the files that the compiler does not carry over. */
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
rmSync(join(root, 'dist'), { recursive: true, force: true })
execFileSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')],
  { stdio: 'inherit' },
)
for (const file of globSync(join(root, 'src/**/*.sql')))
  cpSync(file, join(root, 'dist', relative(join(root, 'src'), file)))
