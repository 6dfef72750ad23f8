/** The message became a turn before; it is answered with that turn. Not a failure, and seen by no channel. */
export class AlreadyCommitted extends Error {
  override readonly name = 'AlreadyCommitted';
}
