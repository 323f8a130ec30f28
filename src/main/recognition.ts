/** Chooses who understands speech whose words are not known. */
import { createOpenaiRecognizer } from '../adapters/recognition-openai/recognition-openai.ts'
import type { SpeechRecognizer } from '../engine/ports/recognition.ts'
import type { HttpTransport } from '../journal/http-transport.ts'
import { never } from '../lib/assert.ts'
import { ConfigError } from './config.ts'
import { SETTINGS, type Settings } from './settings.ts'

export interface RecognitionParts {
  readonly config: Pick<Settings, 'recognitionProvider' | 'recognitionUrl' | 'recognitionKey' | 'recognitionModel'>
  /** Under the egress rule, like every other request. */
  readonly transport: HttpTransport
}

/** Null: only known words are understood. @throws ConfigError when the provider that was named cannot be had. */
export function createRecognizer({ config, transport }: RecognitionParts): SpeechRecognizer | null {
  const { recognitionProvider, recognitionUrl: url, recognitionKey: key, recognitionModel: model } = config
  switch (recognitionProvider) {
    case 'auto':
      return null
    case 'openai':
      if (key === null && url === SETTINGS.recognitionUrl.fallback)
        throw new ConfigError(
          `recognition.provider=openai: ${url} wants a key; set recognition.key, or recognition.url to a service of your own.`,
        )
      return createOpenaiRecognizer({ transport, url, key, model })
    default:
      return never(recognitionProvider)
  }
}
