/**
 * Runs a page of the manual as its reader would. `sh` blocks are typed into one shell, in order; `sh another terminal` blocks
 * run beside it, and count as ready when they have printed an address; each line of a `text` block, with … for anything, must
 * have been printed by some terminal. Nothing is replaced: ports and the data folder come
 * through the variables that the page names.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { TestContext } from 'node:test'
import { type CodeBlock, codeBlocks, readDoc } from './markdown.ts'

const ANOTHER = 'sh another terminal'
/** For a block to do its work, or for what it promises to show; then the test fails with all that was printed. */
const PATIENCE_MS = 40_000

class Terminal {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #lookers = new Set<() => void>()
  output = ''
  over = false

  constructor(env: Readonly<Record<string, string>>) {
    // A process group of its own, so that what it has started can be ended with it.
    this.#process = spawn('bash', ['-eu'], {
      cwd: join(import.meta.dirname, '../..'),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.output += chunk
        this.#wake()
      })
    }
    this.#process.on('close', () => {
      this.over = true
      this.#wake()
    })
  }

  type(text: string): void {
    this.#process.stdin.write(`${text}\n`)
  }

  /** Called whenever something was printed. */
  onOutput(look: () => void): void {
    this.#lookers.add(look)
  }

  end(): void {
    if (this.#process.pid !== undefined && !this.over) process.kill(-this.#process.pid, 'SIGKILL')
  }

  #wake(): void {
    for (const look of [...this.#lookers]) look()
  }
}

/** @param env the variables that the page names. @throws Error with everything printed when a block fails or its text does not come. */
export async function runDoc(t: TestContext, name: string, env: Readonly<Record<string, string>>): Promise<void> {
  const page = readDoc(name)
  for (const variable of Object.keys(env))
    if (!page.includes(variable)) throw new Error(`docs/${name} does not name ${variable}`)
  const typed = new Terminal(env)
  const terminals = [typed]
  t.after(() => {
    for (const terminal of terminals) terminal.end()
  })

  const failure = (block: CodeBlock, what: string) => {
    const printed = terminals.map(({ output }) => output).join('\n────────\n')
    return new Error(`docs/${name}:${block.line}: ${what}; what was printed:\n${printed}`)
  }
  const until = (block: CodeBlock, what: string, holds: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(failure(block, what)), PATIENCE_MS)
      const look = () => {
        if (!holds()) return
        clearTimeout(timer)
        resolve()
      }
      for (const terminal of terminals) terminal.onOutput(look)
      look()
    })

  for (const block of codeBlocks(name)) {
    if (block.info === ANOTHER) {
      // The page as it is read does not show what stands behind the fence.
      if (!/\b(one|another) terminal\b/.test(block.before)) throw failure(block, 'the text before names no terminal')
      const terminal = new Terminal(env)
      terminals.push(terminal)
      terminal.type(block.text)
      await until(block, 'it is not ready', () => terminal.over || /https?:\/\//.test(terminal.output))
      if (terminal.over) throw failure(block, 'it ended')
    } else if (block.info === 'sh') {
      const mark = `__end_of_line_${block.line}__`
      typed.type(`${block.text}\nprintf '\\n%s\\n' ${mark}`)
      await until(block, 'it does not end', () => typed.over || typed.output.includes(`\n${mark}\n`))
      if (typed.over) throw failure(block, 'it failed')
    } else if (block.info === 'text') {
      const wanted = block.text.split('\n').map(toPattern)
      await until(block, 'this was not printed', () =>
        wanted.every((line) => terminals.some(({ output }) => line.test(output))),
      )
    }
  }
}

const toPattern = (line: string): RegExp =>
  new RegExp(
    line
      .split('…')
      .map((part) => RegExp.escape(part))
      .join('.*'),
  )
