/** A recognition service on loopback: what it was sent, and what it answers. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface AskedToRecognize {
  readonly line: string
  readonly headers: IncomingHttpHeaders
  /** The form's fields but the file. */
  readonly fields: Readonly<Record<string, string>>
  readonly file: Uint8Array
}

export interface ServiceAnswer {
  readonly status?: number
  readonly body: string
  /** The connection is broken instead. */
  readonly breaks?: true
}

export const words = (text: string): ServiceAnswer => ({ body: JSON.stringify({ text }) })

/** `answer` is asked for each utterance. */
export async function aRecognizer(t: TestContext, answer: () => ServiceAnswer | Promise<ServiceAnswer>) {
  const asked: AskedToRecognize[] = []
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    const form = await new Response(body, {
      headers: { 'content-type': String(request.headers['content-type']) },
    }).formData()
    const fields: Record<string, string> = {}
    for (const [name, value] of form) if (typeof value === 'string') fields[name] = value
    const file = new Uint8Array(await (form.get('file') as File).arrayBuffer())
    asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, fields, file })
    const { status = 200, body: text, breaks } = await answer()
    if (breaks) response.destroy()
    else response.writeHead(status, { 'content-type': 'application/json' }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` }
}
