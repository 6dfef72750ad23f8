import { createHash } from 'node:crypto';

/**
 * What is kept of a message id of Meta's, theirs or ours: the same for the same. The id itself holds the citizen's phone
 * number, readable by anyone (base64), and ids are stored in clear, logged, and outlive an erasure.
 */
export function opaqueIdOf(wamid: string): string {
  return createHash('sha256').update(wamid).digest('base64url');
}
