/** What the resources that sound need: the library of sounds, and those with a name. */
import type { NamedSounds } from '../../engine/sounds/named-sounds.ts'
import type { SoundLibrary } from '../../engine/sounds/sound-library.ts'

export interface AudioDeps {
  readonly library: Pick<SoundLibrary, 'byId' | 'keys'>
  readonly named: Pick<NamedSounds, 'get' | 'list' | 'put' | 'delete'>
}
