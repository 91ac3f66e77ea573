import { hash } from 'node:crypto';

interface State {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Returns the validator of values read together: a hash of states in order, not of values. */
export function valuesTag(states: readonly State[]): string {
  const list = states.map(({ uid, resourceVersion }) => `${uid}.${resourceVersion}`).join(',');
  return `"${hash('sha256', list, 'base64url')}"`;
}
