/** How a leg came to be, by an INVITE of ours or of theirs: what the engine does to it while it is not up goes there. */
export interface Way {
  /** An inbound leg is picked up. */
  pickUp(): void
  refuse(reason: 'rejected' | 'busy'): void
  /** Nobody wants it any more. */
  giveUp(): void
}
