/** The port for sounds that cannot be made again: kept until they are taken out. An adapter keeps them in files. */
export interface PinnedSounds {
  /** Null when it is not there, or not whole. Never rejects. */
  read(id: string): Promise<Uint8Array<SharedArrayBuffer> | null>
  /** Resolves when it is on disk for good. @throws Error with what the disk has to say. */
  pin(id: string, ulaw: Uint8Array): Promise<void>
  unpin(id: string): Promise<void>
}
