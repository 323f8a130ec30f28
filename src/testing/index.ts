/**
 * The test library, `ringback/testing`: a platform in your test's own process, on a free port, with its clock in your
 * hand. Point the official client at `ringback.url`, script the phones, and read what happened.
 *
 *     const ringback = await startRingback()
 *     await ringback.phone('+15551230001', { script: [{ hear: 'press 1' }, { press: '1' }] })
 *     const call = await client.calls.create({ to: '+15551230001', from: ringback.number, url: app.url })
 *     await ringback.over(call.sid)
 *     assert.deepEqual((await ringback.heard(call.sid)).pressed, [{ atMs: 2400, digits: '1' }])
 *     await ringback.stop()
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallSid } from '../lib/ids.ts'
import { silentLogger } from '../lib/logger.ts'
import { readConfig } from '../main/config.ts'
import { FIRST_NUMBER } from '../main/first-start.ts'
import type { SettingKey } from '../main/settings.ts'
import { type Running, start } from '../main/start.ts'

export interface StartRingback {
  /** `virtual` (the default): time jumps when nothing happens. `real`: as on a real phone. */
  readonly clock?: 'virtual' | 'real'
  /** Virtual time stands still until you move it with `clock`. */
  readonly held?: boolean
  /** Data folder to keep; absent: a temporary one, removed by `stop`. */
  readonly data?: string
  /** Any other setting, by its key in `ringback config`. */
  readonly settings?: Partial<Record<SettingKey, unknown>>
}

/** What a simulated phone does (docs/phones.md). */
export interface PhoneScript {
  readonly answer?: { readonly afterMs: number } | 'busy' | 'no-answer' | 'reject' | 'unreachable'
  /** What a person says who answers. */
  readonly greeting?: string
  readonly machine?: {
    readonly greeting: string
    readonly beep?: boolean | { readonly hz?: number; readonly lengthMs?: number }
  }
  readonly fax?: boolean
  /** How keys travel: beside the sound (the default), or as tones in it. */
  readonly keys?: 'out-of-band' | 'in-band'
  /** Who speaks, named as `<Say>` names voices. */
  readonly voice?: string
  readonly script?: readonly (
    | { readonly waitMs: number }
    | { readonly hear: string; readonly withinMs?: number }
    | { readonly press: string; readonly inBand?: boolean }
    | { readonly say: string }
    /** A sound uploaded with `sound`. */
    | { readonly play: string }
    /** Asks to be replaced by a number or a `sip:` address: `<Dial referUrl>` does it. */
    | { readonly transfer: string }
    /** A user-defined message, any JSON value: phones at `client:` addresses send them. */
    | { readonly message: unknown }
    | { readonly hangup: true }
  )[]
}

/** What happened on a call, as its phone saw it; times in milliseconds since the answer. */
export interface Heard {
  readonly callSid: string
  readonly status: string
  readonly heard: readonly {
    readonly atMs: number
    readonly verb: string
    readonly kind: string
    readonly text?: string
    readonly url?: string
    readonly playedMs: number
    readonly lengthMs: number
    readonly cut: boolean
  }[]
  readonly pressed: readonly { readonly atMs: number; readonly digits: string }[]
  readonly said: readonly { readonly atMs: number; readonly text: string }[]
  /** Absent when there were none. */
  readonly messages?: readonly {
    readonly atMs: number
    readonly sid: string
    readonly from: 'app' | 'phone'
    readonly content: unknown
  }[]
  readonly script?: { readonly state: string; readonly step: number; readonly wanted?: string }
}

export interface Ringback {
  readonly url: string
  readonly accountSid: string
  readonly authToken: string
  /** A number of the account, to call from and to dial in to. */
  readonly number: string
  readonly clock: {
    /** Milliseconds since the epoch, on the platform's clock. */
    now(): number
    /** Virtual time stops until `auto`. */
    hold(): void
    auto(): void
    advance(ms: number): Promise<void>
    /** Runs until nothing is left to happen. */
    untilIdle(): Promise<void>
  }
  /** Configures a simulated phone; counts from its next call. */
  phone(number: string, script: PhoneScript): Promise<void>
  /** A simulated phone dials one of the account's numbers: the new call's SID. */
  dialIn(from: string, to?: string): Promise<string>
  /** Resolves with the final status when the call has ended and its last callback was told. */
  over(callSid: string): Promise<string>
  heard(callSid: string): Promise<Heard>
  /** Both sides of a call as a WAV file: the phone left, what it was played right. */
  audio(callSid: string): Promise<Uint8Array>
  /** Uploads a sound for phones to play by its name. */
  sound(name: string, file: Uint8Array, contentType?: string): Promise<void>
  /** A request to `/ringback/v1` with the account's credentials. @throws Error with the platform's sentence when refused. */
  ask<T>(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T>
  stop(): Promise<void>
}

export async function startRingback(options: StartRingback = {}): Promise<Ringback> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'ringback-test-')))
  const config = readConfig(
    { port: 0, data, clock: options.clock ?? 'virtual', clockSettleMs: 0, ...options.settings },
    {},
    data,
  )
  const running = await start(config, { logger: silentLogger, ...(options.held && { held: true }) })
  return {
    url: running.url,
    accountSid: running.accountSid,
    authToken: running.authToken,
    number: FIRST_NUMBER,
    clock: clockInHand(running),
    phone: async (number, script) => void (await ask(running, 'PUT', `/Phones/${encodeURIComponent(number)}`, script)),
    dialIn: async (from, to = FIRST_NUMBER) => {
      const { callSid } = await ask<{ callSid: string }>(running, 'POST', `/Phones/${encodeURIComponent(from)}/Calls`, {
        to,
      })
      return callSid
    },
    over: async (callSid) => {
      const status = await running.whenOver(callSid as CallSid)
      if (status === null) throw new Error(`no call ${callSid}`)
      return status
    },
    audio: (callSid) => fetchAudio(running, callSid),
    sound: (name, file, contentType = 'audio/wav') => uploadSound(running, name, file, contentType),
    heard: (callSid) => ask<Heard>(running, 'GET', `/Calls/${callSid}/Heard`),
    ask: (method, path, body) => ask(running, method, path, body),
    stop: async () => {
      await running.stop()
      if (options.data === undefined) await rm(data, { recursive: true, force: true })
    },
  }
}

function clockInHand({ clock, virtualClock }: Running): Ringback['clock'] {
  const virtual = () => {
    if (!virtualClock) throw new Error('the clock is real: start with clock "virtual" to move it')
    return virtualClock
  }
  return {
    now: () => clock.now(),
    hold: () => virtual().setMode('held'),
    auto: () => virtual().setMode('auto'),
    advance: (ms) => virtual().advance(ms),
    untilIdle: () => virtual().untilIdle(),
  }
}

async function fetchAudio(running: Running, callSid: string): Promise<Uint8Array> {
  return new Uint8Array(await (await send(running, 'GET', `/Calls/${callSid}/Audio.wav`)).arrayBuffer())
}

async function uploadSound(running: Running, name: string, file: Uint8Array, contentType: string): Promise<void> {
  await send(running, 'PUT', `/Sounds/${encodeURIComponent(name)}`, { body: new Uint8Array(file), contentType })
}

async function ask<T>(running: Running, method: string, path: string, body?: unknown): Promise<T> {
  const json = body === undefined ? undefined : { body: JSON.stringify(body), contentType: 'application/json' }
  const text = await (await send(running, method, path, json)).text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** @throws Error with the platform's sentence when it refuses. */
async function send(
  { url, accountSid, authToken }: Running,
  method: string,
  path: string,
  sent?: { readonly body: string | Uint8Array<ArrayBuffer>; readonly contentType: string },
): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  const response = await fetch(`${url}/ringback/v1${path}`, {
    method,
    headers: { authorization, ...(sent && { 'content-type': sent.contentType }) },
    ...(sent && { body: sent.body }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response
}
