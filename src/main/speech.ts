/** Chooses who speaks, and finds out at start whether they can. */
import { createEspeak } from '../adapters/speech-espeak/espeak.ts'
import { findEspeak } from '../adapters/speech-espeak/find-espeak.ts'
import { createFlite } from '../adapters/speech-flite/flite.ts'
import { createOpenai, type ServiceVoices } from '../adapters/speech-openai/openai.ts'
import type { SpeechSynthesizer } from '../engine/ports/speech.ts'
import { timedSynthesizer } from '../engine/speech/timed-synthesizer.ts'
import type { HttpTransport } from '../journal/http-transport.ts'
import { never } from '../lib/assert.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { ConfigError } from './config.ts'
import { SETTINGS, type Settings } from './settings.ts'

export type SpeechSettings = Pick<
  Settings,
  'speechProvider' | 'speechUrl' | 'speechKey' | 'speechModel' | 'speechVoices' | 'speechFormat' | 'speechEspeakPath'
>

export interface SpeechParts {
  readonly config: SpeechSettings
  /** Under the egress rule, like every other request. */
  readonly transport: HttpTransport
  readonly logger: Logger
  readonly clockKind: Clock['kind']
}

/** @throws ConfigError when the provider that was named cannot be had. */
export async function createSpeech(parts: SpeechParts): Promise<SpeechSynthesizer> {
  const speech = await choose(parts)
  parts.logger.debug({ provider: speech.id }, 'speech')
  return speech
}

async function choose(parts: SpeechParts): Promise<SpeechSynthesizer> {
  const { config, logger, clockKind } = parts
  switch (config.speechProvider) {
    case 'auto':
      return clockKind === 'virtual' ? timedSynthesizer() : fliteOrTimed(logger)
    case 'timed':
      return timedSynthesizer()
    case 'flite':
      return named('flite', createFlite)
    case 'espeak-ng':
      return espeak(config.speechEspeakPath)
    case 'openai':
      return openai(parts)
    default:
      return never(config.speechProvider)
  }
}

/** Calls go on without a voice when nobody asked for this one. */
function fliteOrTimed(logger: Logger): SpeechSynthesizer {
  try {
    return createFlite()
  } catch (error) {
    logger.warn({ err: error }, 'flite cannot be used: calls hear a murmur instead of words')
    return timedSynthesizer()
  }
}

function named(provider: string, create: () => SpeechSynthesizer): SpeechSynthesizer {
  try {
    return create()
  } catch (error) {
    throw new ConfigError(`speech.provider=${provider}: ${(error as Error).message}`)
  }
}

async function espeak(path: string): Promise<SpeechSynthesizer> {
  const program = await findEspeak(path)
  if (program) return createEspeak(program)
  throw new ConfigError(
    `speech.provider=espeak-ng: ${JSON.stringify(path)} is no espeak-ng that runs here. Install it (Debian: apt-get install espeak-ng), or name its path in speech.espeakPath.`,
  )
}

function openai({ config, transport }: SpeechParts): SpeechSynthesizer {
  const { speechUrl: url, speechKey: key, speechModel: model, speechFormat: format } = config
  if (key === null && url === SETTINGS.speechUrl.fallback)
    throw new ConfigError(
      `speech.provider=openai: ${url} wants a key; set speech.key, or speech.url to a service of your own.`,
    )
  return createOpenai({ transport, url, key, model, format, voices: readVoices(config.speechVoices) })
}

/** @throws ConfigError when a gender has no voice. */
export function readVoices(pairs: readonly string[]): ServiceVoices {
  const named = new Map<string, string>()
  for (const pair of pairs) {
    const [asked = '', voice = ''] = pair.split('=').map((part) => part.trim())
    named.set(asked, voice)
  }
  const [female, male] = ['female', 'male'].map((gender) => {
    const voice = named.get(gender)
    named.delete(gender)
    if (voice) return voice
    throw new ConfigError(`speech.voices: expected a voice for ${gender}, such as ${gender}=alloy.`)
  }) as [string, string]
  return { female, male, named }
}
