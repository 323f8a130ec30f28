/** A form with one file in it, as `multipart/form-data` (RFC 7578). */
import { randomHex32 } from '../../lib/ids.ts'

export interface FormFile {
  readonly name: string
  readonly fileName: string
  readonly contentType: string
  readonly bytes: Uint8Array
}

/** Names are ours and need no quoting; values are sent as they are, which no boundary of random digits meets. */
export function formatForm(
  fields: Readonly<Record<string, string>>,
  file: FormFile,
): { readonly contentType: string; readonly body: Uint8Array } {
  const boundary = `ringback-${randomHex32()}`
  const head = (rest: string) => `--${boundary}\r\nContent-Disposition: form-data; ${rest}`
  const values = Object.entries(fields).map(([name, value]) => `${head(`name="${name}"`)}\r\n\r\n${value}\r\n`)
  const { name, fileName, contentType, bytes } = file
  const fileHead = `${head(`name="${name}"; filename="${fileName}"`)}\r\nContent-Type: ${contentType}\r\n\r\n`
  const body = Buffer.concat([Buffer.from(values.join('') + fileHead), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)])
  return { contentType: `multipart/form-data; boundary=${boundary}`, body }
}
