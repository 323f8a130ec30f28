/** `ringback sip trace CA…`: what went over the wire of a call, as a ladder or as a capture file. */
import { writeFile } from 'node:fs/promises'
import type { Config } from '../../main/config.ts'
import { CommandError, download, needServer } from '../client.ts'

export interface TraceOptions {
  readonly pcap?: string
}

export async function traceCommand(call: string, { pcap }: TraceOptions, config: Config): Promise<void> {
  if (!/^CA[0-9a-f]{32}$/.test(call)) throw new CommandError(`'${call}' is not the SID of a call: CA and 32 hex digits`)
  const client = await needServer(config)
  const path = `/ringback/v1/Calls/${call}/Sip`
  if (pcap === undefined) {
    process.stdout.write(await download(client, `${path}.txt`))
    return
  }
  const bytes = await download(client, `${path}.pcap`)
  try {
    await writeFile(pcap, bytes)
  } catch (error) {
    throw new CommandError(`${pcap} cannot be written: ${(error as Error).message}`)
  }
  process.stdout.write(`${bytes.length} bytes in ${pcap}\n`)
}
