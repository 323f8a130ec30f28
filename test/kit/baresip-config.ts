/** What baresip is told at its start: sound as files, commands over TCP, one account. */
import { join } from 'node:path'

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
