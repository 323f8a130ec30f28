/**
 * baresip as a real phone: a WAV file is its microphone, what it hears goes to a WAV file, and commands come over TCP. One process
 * for each phone; it is ended, and its folder removed, when the test ends.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { account, config, type PhoneOptions, writeLibraryWithoutEvents } from './baresip-config.ts'
import { closedFile, heardSoFar } from './baresip-recordings.ts'
import { freePort } from './free-port.ts'
import { keysIn } from './sox.ts'
import { keySamples, soundMs, toneSamples, toWav } from './tones.ts'

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
  /** As telephone-events; a phone without them sings. */
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
  /** The WAV file of what was heard in the last call that has ended: packet after packet, without what was not sent. */
  recording(): Promise<string>
  /** The keys that were pressed towards it: those told by telephone-events, then those in the sound of the last call. */
  keysHeard(): Promise<string>
  /** How many packets of sound have come in this call. After a hold it records no more, but counts. */
  received(): Promise<number>
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
    writeFile(join(folder, 'microphone.wav'), toWav(microphone(options))),
    options.keys === 'tones' && writeLibraryWithoutEvents(folder),
  ])
  const child = spawn('baresip', ['-4', '-s', '-f', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LD_LIBRARY_PATH: folder },
  })
  const phone = new Baresip(options, folder, child)
  t.after(() => phone.end())
  await phone.connect(control)
  // From now on events are seen: those of its registration too.
  await phone.command('uanew', account(options))
  return phone
}

const microphone = ({ hz = 0 }: PhoneOptions): Int16Array => toneSamples(hz, MICROPHONE_MS)

class Baresip implements Phone {
  readonly address: string
  readonly #options: PhoneOptions
  readonly #folder: string
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #seen: PhoneEvent[] = []
  readonly #waiting = new Set<() => void>()
  readonly #answers: ((data: string) => void)[] = []
  #log = ''
  #socket: Socket | null = null
  #received: Buffer = Buffer.alloc(0)

  constructor(options: PhoneOptions, folder: string, child: ChildProcess) {
    this.address = `sip:${options.user}@${options.domain ?? options.server}`
    this.#options = options
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
  hold = async () => void (await this.command('hold'))
  resume = async () => void (await this.command('resume'))
  transfer = async (address: string) => void (await this.command('transfer', address))

  async press(keys: string): Promise<void> {
    if (this.#options.keys !== 'tones') {
      for (const key of keys) await this.command('sndcode', key)
      return
    }
    const file = join(this.#folder, 'keys.wav')
    await writeFile(file, toWav(keySamples(keys), microphone(this.#options)))
    await this.command('ausrc', `aufile,${file}`)
  }

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

  async recording(): Promise<string> {
    await this.event('CALL_CLOSED')
    return this.#look('recorded nothing', () => closedFile(this.#folder))
  }

  async keysHeard(): Promise<string> {
    const told = this.events('CALL_DTMF_START').reduce((keys, { param }) => keys + param, '')
    return told + (await keysIn(await this.recording()))
  }

  async received(): Promise<number> {
    const [, count] = /rcvd=(\d+)/.exec(await this.command('audio_debug')) ?? []
    return Number(count ?? 0)
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

  async #untilSamples(what: string, isEnough: (samples: Int16Array) => boolean): Promise<void> {
    const { length } = await heardSoFar(this.#folder)
    const look = async () => isEnough((await heardSoFar(this.#folder)).subarray(length)) || null
    await this.#look(`did not hear ${what}`, look)
  }

  /** For what it writes to files, of which nobody tells. */
  async #look<T>(otherwise: string, look: () => Promise<T | null>): Promise<T> {
    for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += LOOK_MS) {
      const found = await look()
      if (found !== null) return found
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    throw new Error(`${this.address} ${otherwise}:\n${this.#log.slice(-LOG_SHOWN)}`)
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
