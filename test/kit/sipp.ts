/**
 * SIPp as a party that does exactly what its scenario says. A scenario is XML, written by the test; the pieces that most have are
 * here. SIPp fails when anything comes that the scenario does not expect, and then shows every message.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { freePort } from './free-port.ts'

export interface SippOptions {
  readonly scenario: string
  /** The server that it calls; left out: it waits to be called. */
  readonly server?: string
  readonly transport?: 'udp' | 'tcp'
  /** The user part that it calls. */
  readonly to?: string
  readonly calls?: number
  /** Files the scenario names, beside it. */
  readonly files?: Readonly<Record<string, Uint8Array>>
  readonly auth?: { readonly username: string; readonly password: string }
}

export interface Sipp {
  /** `127.0.0.1:port`. */
  readonly at: string
  /** Resolves with every message that went either way. @throws Error when the scenario did not go as written */
  done(): Promise<string>
}

const TIMEOUT_SEC = 20

/** Resolves when its socket stands. */
export async function startSipp(t: TestContext, options: SippOptions): Promise<Sipp> {
  const { scenario, server, transport = 'udp', to = 'ringback', calls = 1, files = {}, auth } = options
  const folder = await mkdtemp(join(tmpdir(), 'ringback-sipp-'))
  const path = join(folder, 'scenario.xml')
  await writeFile(path, scenario)
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
  const port = await freePort()
  const args = [
    ...(server === undefined ? [] : [server, '-s', to]),
    ...['-sf', path, '-i', '127.0.0.1', '-p', String(port), '-mi', '127.0.0.1'],
    ...['-t', transport === 'udp' ? 'u1' : 't1', '-m', String(calls), '-l', '10', '-nostdin'],
    ...['-timeout', `${TIMEOUT_SEC}s`, '-timeout_error', '-trace_msg', '-trace_err'],
    ...(auth ? ['-au', auth.username, '-ap', auth.password] : []),
  ]
  const child = spawn('sipp', args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TERM: 'dumb' },
  })
  let printed = ''
  child.stdout.on('data', (chunk) => (printed += chunk))
  child.stderr.on('data', (chunk) => (printed += chunk))
  const ended = once(child, 'exit') as Promise<[number | null]>
  t.after(async () => {
    if (isRunning(child)) {
      child.kill('SIGKILL')
      await ended
    }
    await rm(folder, { recursive: true, force: true })
  })
  const log = async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.log'))
    return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n')
  }
  while (isRunning(child) && !(await isBound(port, transport))) await new Promise((resolve) => setTimeout(resolve, 10))
  return {
    at: `127.0.0.1:${port}`,
    async done() {
      const [code] = await ended
      if (code !== 0) throw new Error(`SIPp ended with ${code}:\n${printed.slice(-1000)}\n${await log()}`)
      return log()
    },
  }
}

/** Whether somebody has the port, as the kernel tells it: SIPp says nothing while it runs. */
async function isBound(port: number, transport: 'udp' | 'tcp'): Promise<boolean> {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')} `
  return (await readFile(`/proc/net/${transport}`, 'utf8')).includes(local)
}

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null

export const scenario = (...steps: readonly string[]): string =>
  `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="test">\n${steps.join('\n')}\n</scenario>\n`

/** @param more attributes @param actions what is done with it */
export const receive = (what: string, more = '', actions = ''): string =>
  `<recv ${/^\d+$/.test(what) ? 'response' : 'request'}="${what}" ${more}>${actions && `<action>${actions}</action>`}</recv>`

/** Does something between messages: `<exec rtp_stream="keys.ulaw,1,0"/>`. */
export const act = (actions: string): string => `<nop><action>${actions}</action></nop>`

export const send = (message: string, more = ''): string => `<send ${more}><![CDATA[\n\n${message}\n\n]]></send>`

export const pause = (ms: number): string => `<pause milliseconds="${ms}"/>`

/** Sound that this end takes and sends: PCMU, with keys as events where `events` is set. */
export const sdp = (events = false, direction = 'sendrecv'): string => `v=0
o=sipp 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 0${events ? ' 101' : ''}
a=rtpmap:0 PCMU/8000
${events ? 'a=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\n' : ''}a=${direction}`

const withBody = (head: string, body: string, type = 'application/sdp'): string =>
  body === '' ? `${head}\nContent-Length: 0` : `${head}\nContent-Type: ${type}\nContent-Length: [len]\n\n${body}`

const IN_DIALOG: ReadonlySet<string> = new Set(['ACK', 'BYE', 'INFO', 'REFER'])

/** A request of the caller that SIPp is; ACK and what follows want `rrs="true"` where the answer is received. */
export const request = (method: string, { cseq = 1, more = '', body = '', type = 'application/sdp' } = {}): string => {
  const isInDialog = IN_DIALOG.has(method)
  const uri = isInDialog ? '[next_url]' : 'sip:[service]@[remote_ip]:[remote_port]'
  return withBody(
    `${method} ${uri} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]SIPp[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: ${cseq} ${method}
Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70${more && `\n${more}`}`,
    body,
    type,
  )
}

/** A response of SIPp to what it has last received. @param begins the dialog: it answers the INVITE */
export const response = (line: string, { begins = true, more = '', body = '' } = {}): string =>
  withBody(
    `SIP/2.0 ${line}
[last_Via:]
[last_From:]
[last_To:]${begins ? ';tag=[pid]SIPpTag[call_number]' : ''}
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>${more && `\n${more}`}`,
    body,
  )
