/** What baresip is told at its start: sound as files, commands over TCP, one account. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export type Transport = 'udp' | 'tcp' | 'tls'

export interface PhoneOptions {
  readonly user: string
  /** Of its address; the server's own when left out. */
  readonly domain?: string
  /** `127.0.0.1:5060`. */
  readonly server: string
  readonly transport: Transport
  /** Given: it registers. */
  readonly password?: string
  /** What its user says all the time: a tone. */
  readonly hz?: number
  /** It picks up by itself, and tells no CALL_INCOMING then. */
  readonly answers?: true
  readonly encryption?: 'srtp' | 'srtp-mand'
  /** It knows no telephone-events: keys are tones in the sound, both ways. */
  readonly keys?: 'tones'
  /** µ-law unless said otherwise. */
  readonly codec?: 'pcmu' | 'pcma'
  /** Who has signed the server's certificate. */
  readonly caFile?: string
}

export function config(folder: string, control: number, caFile: string | undefined): string {
  return `
net_interface 127.0.0.1
sip_listen 127.0.0.1:0
${caFile ? `sip_cafile ${caFile}` : ''}
audio_source aufile,${join(folder, 'microphone.wav')}
ausrc_srate 8000
ausrc_channels 1
jitter_buffer_delay 1-10
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module sndfile.so
module srtp.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
snd_path ${folder}
ctrl_tcp_listen 127.0.0.1:${control}
redial_attempts 0
`
}

export function account({
  user,
  domain,
  server,
  transport,
  password,
  answers,
  encryption,
  codec = 'pcmu',
}: PhoneOptions): string {
  const parameters = [
    domain && `outbound="sip:${server};transport=${transport}"`,
    password === undefined ? 'regint=0' : `auth_user=${user};auth_pass=${password};regint=600`,
    answers && 'answermode=auto',
    encryption && `mediaenc=${encryption}`,
    `audio_codecs=${codec}`,
  ]
  const uri = `<sip:${user}@${domain ?? server};transport=${transport}>`
  return [uri, ...parameters.filter(Boolean)].join(';')
}

/**
 * baresip offers telephone-events whatever it is told. With this copy of the library that knows their name, in a folder that is
 * searched first, it offers and takes a format that nobody has heard of.
 */
export async function writeLibraryWithoutEvents(folder: string): Promise<void> {
  const { stdout } = await promisify(execFile)('ldd', ['/usr/bin/baresip'])
  const [, name, path] = /(libre\.so\S*) => (\S+)/.exec(stdout) ?? []
  if (name === undefined || path === undefined) throw new Error(`baresip does not use libre:\n${stdout}`)
  const library = (await readFile(path, 'latin1')).replaceAll('telephone-event', 'telephone-nevts')
  await writeFile(join(folder, name), library, 'latin1')
}
