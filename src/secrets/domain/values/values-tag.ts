import { createHash } from 'node:crypto';

interface State {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** The validator of values read together: a hash of states in the order asked, and of no value. */
export function valuesTag(states: readonly State[]): string {
  const list = states.map(({ uid, resourceVersion }) => `${uid}.${resourceVersion}`).join(',');
  return `"${createHash('sha256').update(list).digest('base64url')}"`;
}
