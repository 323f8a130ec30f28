/**
 * baresip as a real phone: a WAV file is its microphone, what it hears goes to a WAV file, and commands come over TCP. One process
 * for each phone; it is ended, and its folder removed, when the test ends.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { WAV_HEADER_BYTES } from '../../src/wire/codec/wav-header.ts'
import { account, config, type PhoneOptions } from './baresip-config.ts'
import { freePort } from './free-port.ts'
import { soundMs, toneWav } from './tones.ts'
import { parseWav } from './wav-file.ts'

export type { PhoneOptions, Transport } from './baresip-config.ts'

export interface PhoneEvent {
  readonly type: string
  readonly peeruri?: string
  readonly param?: string
}

export interface Phone {
  readonly address: string
  /** Resolves with the event of that kind, the `times`th since the start. @throws Error when it does not come in time */
  event(type: string, times?: number): Promise<PhoneEvent>
  /** Those of a kind so far. */
  events(type: string): readonly PhoneEvent[]
  dial(address: string): Promise<void>
  answer(): Promise<void>
  hangUp(): Promise<void>
  press(keys: string): Promise<void>
  hold(): Promise<void>
  resume(): Promise<void>
  transfer(address: string): Promise<void>
  /** Any other command of its menu. */
  command(name: string, parameters?: string): Promise<string>
  /** Resolves when so much more sound has come, silence counted. @throws Error when it does not */
  listen(ms: number): Promise<void>
  /** Resolves when so much has been heard since, silence not counted. @throws Error when it is not */
  hear(ms: number): Promise<void>
  /** What was heard in the call that has just ended, or the one before: packet after packet, without what was not sent. */
  heard(): Promise<Int16Array>
  /** Unregisters and ends. */
  quit(): Promise<void>
  /** With every SIP message. */
  log(): string
}

const WAIT_MS = 10_000
const LOOK_MS = 50
/** A line that it writes over again and again. */
const STATISTICS = /\r?\[[\d:]+\] +audio=\S+ \(bit\/s\) */g
const MICROPHONE_MS = 60_000
const SAMPLES_PER_MS = 8
const LOG_SHOWN = 4000
/** For unregistering; then it is ended for good. */
const QUIT_MS = 3000

/** Resolves when it takes commands. */
export async function startPhone(t: TestContext, options: PhoneOptions): Promise<Phone> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-baresip-'))
  const control = await freePort()
  await Promise.all([
    writeFile(join(folder, 'config'), config(folder, control, options.caFile)),
    writeFile(join(folder, 'accounts'), ''),
    writeFile(join(folder, 'contacts'), ''),
    writeFile(join(folder, 'microphone.wav'), toneWav(options.hz ?? 0, MICROPHONE_MS)),
  ])
  const child = spawn('baresip', ['-4', '-s', '-f', folder], { stdio: ['ignore', 'pipe', 'pipe'] })
  const phone = new Baresip(options, folder, child)
  t.after(() => phone.end())
  await phone.connect(control)
  // From now on events are seen: those of its registration too.
  await phone.command('uanew', account(options))
  return phone
}

class Baresip implements Phone {
  readonly address: string
  readonly #folder: string
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #seen: PhoneEvent[] = []
  readonly #waiting = new Set<() => void>()
  readonly #answers: ((data: string) => void)[] = []
  #log = ''
  #socket: Socket | null = null
  #received: Buffer = Buffer.alloc(0)

  constructor({ user, domain, server }: PhoneOptions, folder: string, child: ChildProcess) {
    this.address = `sip:${user}@${domain ?? server}`
    this.#folder = folder
    this.#child = child
    this.#ended = once(child, 'exit')
    const note = (chunk: Buffer) => {
      this.#log = (this.#log + chunk).replace(STATISTICS, '')
      for (const look of [...this.#waiting]) look()
    }
    child.stdout!.on('data', note)
    child.stderr!.on('data', note)
  }

  async connect(port: number): Promise<void> {
    await this.#until('its start', () => this.#log.includes('baresip is ready') || null)
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    this.#socket = socket.on('data', (chunk) => this.#receive(chunk)).on('error', () => {})
  }

  event(type: string, times = 1): Promise<PhoneEvent> {
    return this.#until(`${type} (${times})`, () => this.events(type)[times - 1] ?? null)
  }

  events(type: string): readonly PhoneEvent[] {
    return this.#seen.filter((one) => one.type === type)
  }

  dial = async (address: string) => void (await this.command('dial', address))
  answer = async () => void (await this.command('accept'))
  hangUp = async () => void (await this.command('hangup'))
  press = async (keys: string) => void (await this.command('sndcode', keys))
  hold = async () => void (await this.command('hold'))
  resume = async () => void (await this.command('resume'))
  transfer = async (address: string) => void (await this.command('transfer', address))

  command(command: string, params = ''): Promise<string> {
    const text = JSON.stringify({ command, params, token: command })
    this.#socket?.write(`${Buffer.byteLength(text)}:${text},`)
    return new Promise((resolve) => this.#answers.push(resolve))
  }

  listen(ms: number): Promise<void> {
    return this.#untilSamples(`${ms} ms`, ({ length }) => length >= ms * SAMPLES_PER_MS)
  }

  hear(ms: number): Promise<void> {
    return this.#untilSamples(`${ms} ms of sound`, (samples) => soundMs(samples) >= ms)
  }

  async heard(): Promise<Int16Array> {
    await this.event('CALL_CLOSED')
    const name = await this.#recording()
    return parseWav(await readFile(join(this.#folder, name))).channels[0]!
  }

  async quit(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGTERM')
    const late = setTimeout(() => this.#child.kill('SIGKILL'), QUIT_MS)
    await this.#ended
    clearTimeout(late)
  }

  log(): string {
    return this.#log
  }

  async end(): Promise<void> {
    await this.quit()
    this.#socket?.destroy()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #recordings(): Promise<string[]> {
    const names = await readdir(this.#folder)
    return names.filter((name) => name.endsWith('-dec.wav')).toSorted()
  }

  /** What the phone has written so far of its last call. */
  async #recordedSamples(): Promise<Int16Array> {
    const name = (await this.#recordings()).at(-1)
    const bytes = name === undefined ? Buffer.alloc(0) : await readFile(join(this.#folder, name))
    const samples = Math.max(0, Math.floor((bytes.length - WAV_HEADER_BYTES) / 2))
    return Int16Array.from({ length: samples }, (_, at) => bytes.readInt16LE(WAV_HEADER_BYTES + 2 * at))
  }

  async #untilSamples(what: string, isEnough: (samples: Int16Array) => boolean): Promise<void> {
    const { length } = await this.#recordedSamples()
    for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += LOOK_MS) {
      if (isEnough((await this.#recordedSamples()).subarray(length))) return
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    throw new Error(`${this.address} did not hear ${what}:\n${this.#log.slice(-LOG_SHOWN)}`)
  }

  /** The header tells the length once the file is closed, which is a moment after the call. */
  async #recording(): Promise<string> {
    for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += LOOK_MS) {
      const name = (await this.#recordings()).at(-1)
      const bytes = name === undefined ? null : await readFile(join(this.#folder, name))
      if (name !== undefined && bytes && bytes.length > WAV_HEADER_BYTES && bytes.readUInt32LE(4) + 8 === bytes.length)
        return name
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    throw new Error(`${this.address} recorded nothing:\n${this.#log.slice(-LOG_SHOWN)}`)
  }

  #until<T>(what: string, look: () => T | null): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer)
        this.#waiting.delete(attempt)
      }
      const timer = setTimeout(() => {
        done()
        const seen = this.#seen.map(({ type, param }) => `${type} ${param ?? ''}`).join('\n')
        reject(new Error(`${this.address} waited for ${what}; it saw:\n${seen}\n\n${this.#log.slice(-LOG_SHOWN)}`))
      }, WAIT_MS)
      const attempt = () => {
        const found = look()
        if (found === null) return
        done()
        resolve(found)
      }
      this.#waiting.add(attempt)
      attempt()
    })
  }

  /** Netstrings: `12:{"event":true},`. */
  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    for (;;) {
      const colon = this.#received.indexOf(':')
      const length = colon < 0 ? Number.NaN : Number(this.#received.subarray(0, colon).toString())
      if (Number.isNaN(length) || this.#received.length < colon + length + 2) return
      const text = this.#received.subarray(colon + 1, colon + 1 + length).toString()
      this.#received = this.#received.subarray(colon + length + 2)
      const message = JSON.parse(text) as Record<string, unknown>
      if (message.response) this.#answers.shift()?.(String(message.data))
      else this.#seen.push(message as unknown as PhoneEvent)
      for (const look of [...this.#waiting]) look()
    }
  }
}
