/**
 * sox as the ears of tests: what is in a WAV file that a phone wrote, or that was fetched from us, judged by no code of ours. A
 * file is given by its path or as its bytes, and has one channel.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { COLUMNS_HZ, KEYS, ROWS_HZ } from './tones.ts'

const run = promisify(execFile)

/** Of the greatest amplitude; below it is silence. The tones of phones have a mean of a sixth. */
const LOUD = '3%'
/** Shorter sounds are clicks. */
const CLICK_SEC = 0.05
const BAND_HZ = 30
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024

/** For how long each tone was heard, in ms: what is left of the file when all else, and silence, is taken out. */
export async function toneMs<Hz extends number>(
  wav: string | Uint8Array,
  ...tones: readonly Hz[]
): Promise<Record<Hz, number>> {
  const found = await Promise.all(
    tones.map(async (hz) => {
      const band = ['sinc', `${hz - BAND_HZ}-${hz + BAND_HZ}`]
      const loud = ['silence', '1', `${CLICK_SEC}`, LOUD, '-1', `${CLICK_SEC}`, LOUD]
      return [hz, await lengthMs(wav, ...band, ...loud)] as const
    }),
  )
  return Object.fromEntries(found) as Record<Hz, number>
}

/** How long each sound was, in ms; what is parted by less than `gapMs` is one, with the end of the file when it is so near. */
export const soundsMs = (wav: string | Uint8Array, gapMs: number): Promise<number[]> =>
  eachSound(wav, gapMs, (file) => lengthMs(file))

/** ITU-T Q.24: a receiver takes what is as near as 1.5 %. */
const NEAR = 0.015
const KEY_MS = { least: 40, most: 300 } as const

/** The keys of a telephone that sound one after the other, each between silence. */
export async function keysIn(wav: string | Uint8Array): Promise<string> {
  const keys = await eachSound(wav, 30, async (file) => {
    const ms = await lengthMs(file)
    if (ms < KEY_MS.least || ms > KEY_MS.most) return ''
    const spectrum = await spectrumOf(file)
    const row = loudestOf(ROWS_HZ, spectrum, 600, 1050)
    const column = loudestOf(COLUMNS_HZ, spectrum, 1100, 1750)
    return row < 0 || column < 0 ? '' : KEYS.charAt(row * COLUMNS_HZ.length + column)
  })
  return keys.join('')
}

type Spectrum = readonly (readonly [hz: number, power: number])[]

/** Which of the tones the loudest frequency of a stretch is; -1: none. */
function loudestOf(tones: readonly number[], spectrum: Spectrum, fromHz: number, toHz: number): number {
  const stretch = spectrum.filter(([hz]) => hz > fromHz && hz < toHz)
  const [loudest] = stretch.toSorted(([, a], [, b]) => b - a)
  return loudest ? tones.findIndex((hz) => Math.abs(loudest[0] - hz) <= hz * NEAR) : -1
}

/** It looks at 4096 samples at a time: shorter sounds are made that long. */
async function spectrumOf(file: string): Promise<Spectrum> {
  const printed = await sox(file, '-n', 'pad', '0', '1', 'stat', '-freq')
  return [...printed.matchAll(/^([\d.]+) +([\d.]+)$/gm)].map(([, hz, power]) => [Number(hz), Number(power)])
}

/** @param effects that it goes through first */
export async function lengthMs(wav: string | Uint8Array, ...effects: readonly string[]): Promise<number> {
  const printed = await sox(wav, '-n', ...effects, 'stat')
  const [, seconds] = /^Length \(seconds\): +([\d.]+)$/m.exec(printed) ?? []
  if (seconds === undefined) throw new Error(`sox does not tell a length:\n${printed}`)
  return Math.round(Number(seconds) * 1000)
}

async function eachSound<T>(wav: string | Uint8Array, gapMs: number, look: (file: string) => Promise<T>): Promise<T[]> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-sox-'))
  try {
    // A number without a point would be samples.
    const gap = [(gapMs / 1000).toFixed(3), LOUD]
    // It begins anew for each file, and would lose what another effect before it holds back.
    const part = ['silence', '1', '0.01', LOUD, '1', ...gap, ':', 'newfile', ':', 'restart']
    await sox(wav, join(folder, 'sound.wav'), ...part)
    const names = (await readdir(folder)).toSorted()
    return await Promise.all(names.map((name) => look(join(folder, name))))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** @returns what it printed @throws Error when it cannot */
async function sox(wav: string | Uint8Array, ...args: readonly string[]): Promise<string> {
  const isFile = typeof wav === 'string'
  const running = run('sox', isFile ? [wav, ...args] : ['-t', 'wav', '-', ...args], { maxBuffer: OUTPUT_BYTES_MAX })
  if (!isFile) running.child.stdin?.end(wav)
  return (await running).stderr
}
