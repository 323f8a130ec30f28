/** Whether espeak-ng is on this machine, which version, and which languages it speaks. */
import { execFile } from 'node:child_process'

export interface Espeak {
  readonly path: string
  /** `1.51` */
  readonly version: string
  /** In its own spelling, lower case: `en-us`, `fr`, `cmn`. */
  readonly languages: ReadonlySet<string>
}

const ASK_MS_MAX = 5000
const ANSWER_BYTES_MAX = 256 * 1024

/**
 * @param path default: the `espeak-ng` of the PATH
 * @returns null when there is none, or something else by that name
 */
export async function findEspeak(path = 'espeak-ng'): Promise<Espeak | null> {
  try {
    const [, version] = /^eSpeak NG\b.*?: (\d[\w.-]*)/.exec(await ask(path, '--version')) ?? []
    const languages = new Set(readLanguages(await ask(path, '--voices')))
    return version === undefined || languages.size === 0 ? null : { path, version, languages }
  } catch {
    return null
  }
}

//  Pty Language       Age/Gender VoiceName            File       Other Languages
//   5  es-419          --/M      Spanish_(Latin_A…)   roa/es-419 (es-mx 6)(es 6)
function* readLanguages(table: string): Generator<string> {
  for (const line of table.split('\n')) {
    const [, language] = /^ *\d+ +(\S+)/.exec(line) ?? []
    if (language === undefined) continue
    yield language.toLowerCase()
    for (const [, other] of line.matchAll(/\((\S+) \d+\)/g)) yield other!.toLowerCase()
  }
}

function ask(path: string, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const limits = { timeout: ASK_MS_MAX, killSignal: 'SIGKILL', maxBuffer: ANSWER_BYTES_MAX } as const
    execFile(path, [question], limits, (error, answer) => (error ? reject(error) : resolve(answer)))
  })
}
