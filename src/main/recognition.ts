/** Chooses who understands speech whose words are not known, and finds out at start whether they can. */
import { createEgressCheck, guardedAgents } from '../adapters/http-client/index.ts'
import { createOpenaiRecognizer } from '../adapters/recognition-openai/recognition-openai.ts'
import { findPocketsphinx } from '../adapters/recognition-pocketsphinx/find-pocketsphinx.ts'
import { createPocketsphinx } from '../adapters/recognition-pocketsphinx/recognition-pocketsphinx.ts'
import { createSocketRecognizer, type RecognitionServer } from '../adapters/recognition-socket/recognition-socket.ts'
import type { SpeechRecognizer } from '../engine/ports/recognition.ts'
import type { HttpTransport } from '../journal/http-transport.ts'
import { never } from '../lib/assert.ts'
import { ConfigError } from './config.ts'
import { RECOGNITION_SERVER, SETTINGS, type Settings } from './settings.ts'
import type { SocketsData } from './stream-sockets.ts'

export type RecognitionSettings = Pick<
  Settings,
  | 'recognitionProvider'
  | 'recognitionUrl'
  | 'recognitionKey'
  | 'recognitionModel'
  | 'recognitionServers'
  | 'recognitionPocketsphinxPath'
  | 'recognitionPocketsphinxModel'
>

export interface RecognitionParts {
  readonly config: RecognitionSettings
  /** Under the egress rule, like every other request. */
  readonly transport: HttpTransport
  /** Under the same rule. */
  readonly sockets: SocketsData
}

/** Null: only known words are understood. @throws ConfigError when the provider that was named cannot be had. */
export async function createRecognizer(parts: RecognitionParts): Promise<SpeechRecognizer | null> {
  const { config, sockets } = parts
  switch (config.recognitionProvider) {
    case 'auto':
      return null
    case 'openai':
      return openai(parts)
    case 'vosk': {
      const agents = guardedAgents(createEgressCheck(sockets.egress))
      return createSocketRecognizer({ servers: config.recognitionServers.map(toServer), agents, ca: sockets.ca })
    }
    case 'pocketsphinx':
      return pocketsphinx(config)
    default:
      return never(config.recognitionProvider)
  }
}

function openai({ config, transport }: RecognitionParts): SpeechRecognizer {
  const { recognitionUrl: url, recognitionKey: key, recognitionModel: model } = config
  if (key === null && url === SETTINGS.recognitionUrl.fallback)
    throw new ConfigError(
      `recognition.provider=openai: ${url} wants a key; set recognition.key, or recognition.url to a service of your own.`,
    )
  return createOpenaiRecognizer({ transport, url, key, model })
}

async function pocketsphinx(config: RecognitionSettings): Promise<SpeechRecognizer> {
  const { recognitionPocketsphinxPath: path, recognitionPocketsphinxModel: model } = config
  try {
    return createPocketsphinx(await findPocketsphinx(path, model))
  } catch (error) {
    throw new ConfigError(
      `recognition.provider=pocketsphinx: ${(error as Error).message} Install it (Debian: apt-get install pocketsphinx pocketsphinx-en-us), or name its place in recognition.pocketsphinxPath and recognition.pocketsphinxModel.`,
    )
  }
}

function toServer(address: string): RecognitionServer {
  const [, language = null, url = ''] = RECOGNITION_SERVER.exec(address) ?? []
  return { language, url }
}
