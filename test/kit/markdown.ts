/** Code blocks of the manual, so that tests can run what it shows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface CodeBlock {
  /** What stands behind the opening fence, such as `sh another terminal`. */
  readonly info: string
  readonly text: string
  /** The last line of prose before the block. */
  readonly before: string
  /** Of the first line of the block's text, from 1. */
  readonly line: number
}

/** @param name of a file in docs */
export function codeBlocks(name: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = []
  const lines = readDoc(name).split('\n')
  for (let line = 0; line < lines.length; line++) {
    const [, info] = /^```(\S.*)$/.exec(lines[line]!) ?? []
    if (info === undefined) continue
    const end = lines.indexOf('```', line)
    if (end === -1) throw new Error(`docs/${name}:${line + 1}: a code block without end`)
    const before = lines.slice(0, line).findLast((text) => text !== '') ?? ''
    blocks.push({ info, text: lines.slice(line + 1, end).join('\n'), before, line: line + 2 })
    line = end
  }
  return blocks
}

/** The one block of a language. */
export function codeBlock(name: string, info: string): string {
  const found = codeBlocks(name).filter((block) => block.info === info)
  if (found.length !== 1) throw new Error(`docs/${name} has ${found.length} blocks of ${info}`)
  return found[0]!.text
}

export const readDoc = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8')
