/** Whether pocketsphinx is on this machine, with a model of English. */
import { execFile } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Pocketsphinx {
  readonly path: string
  /** Folder of the acoustic model. */
  readonly acousticModel: string
  /** How words are pronounced: `four F AO R`, a line each. */
  readonly dictionary: string
}

const ASK_MS_MAX = 5000
const ANSWER_BYTES_MAX = 256 * 1024

/**
 * @param path the program for whole utterances, `pocketsphinx_batch`
 * @param model folder that Debian's package of the model installs: `en-us` and `cmudict-en-us.dict` are in it
 * @throws Error with a sentence when one of them is missing
 */
export async function findPocketsphinx(path: string, model: string): Promise<Pocketsphinx> {
  if (!(await isPocketsphinx(path))) throw new Error(`${JSON.stringify(path)} is no pocketsphinx_batch that runs here.`)
  const acousticModel = join(model, 'en-us')
  try {
    await access(join(acousticModel, 'mdef'))
    const dictionary = await readFile(join(model, 'cmudict-en-us.dict'), 'utf8')
    return { path, acousticModel, dictionary }
  } catch (error) {
    throw new Error(`${JSON.stringify(model)} is no folder of an English model: ${(error as Error).message}.`)
  }
}

/** It has no question that it answers; without arguments it complains and names them all. */
function isPocketsphinx(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const limits = { timeout: ASK_MS_MAX, killSignal: 'SIGKILL', maxBuffer: ANSWER_BYTES_MAX } as const
    execFile(path, [], limits, (_error, output, complaint) => {
      const said = output + complaint
      resolve(said.includes('-jsgf') && said.includes('-ctl'))
    })
  })
}
