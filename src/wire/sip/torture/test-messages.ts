/** The messages of `messages.txt`, byte for byte. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface TortureMessage {
  /** Of RFC 4475. */
  readonly section: string
  readonly name: string
  readonly title: string
  readonly bytes: Buffer
}

const TITLE = /^=== (\S+) (\S+) (.+)\n/
const LINE_END = '\r\n'

export function tortureMessages(): readonly TortureMessage[] {
  const text = readFileSync(join(import.meta.dirname, 'messages.txt'), 'utf8')
  return text
    .split(/^(?==== )/m)
    .slice(1)
    .map((part) => {
      const [heading, section, name, title] = TITLE.exec(part)!
      return { section: section!, name: name!, title: title!, bytes: bytesOf(part.slice(heading.length)) }
    })
}

export function tortureMessage(name: string): Buffer {
  const found = tortureMessages().find((message) => message.name === name)
  if (found === undefined) throw new Error(`there is no torture message ${name}`)
  return found.bytes
}

/** RFC 4475 sections 2.1 to 2.3. Latin-1 stands for bytes until the end. */
function bytesOf(notation: string): Buffer {
  const text = notation
    .replace(/<hex>([\s\S]*?)<\/hex>/g, (_, hex: string) => escaped(Buffer.from(hex.replace(/\s/g, ''), 'hex')))
    .replace(/<repeat count=(\d+)>(.*?)<\/repeat>/g, (_, count: string, value: string) => value.repeat(Number(count)))
    .replace(/<allOneLine>\n([\s\S]*?)\n<\/allOneLine>/g, (_, lines: string) => lines.replaceAll('\n', ''))
    .replaceAll('\n', LINE_END)
    .replace(/\u{e000}(..)/gu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(text, 'latin1')
}

/** Bytes that no later step takes for a line end. */
const escaped = (bytes: Buffer): string =>
  [...bytes].map((byte) => `\u{e000}${byte.toString(16).padStart(2, '0')}`).join('')
