import type { ServerTargetSpec, Strategy } from './rotation-spec.js';

export interface ChosenUsers {
  /** Whose the new password is. */
  readonly pending: string;
  /** Who can log in with what the Secret holds now. */
  readonly current: string;
  /** Whose password ends when consumers have moved; undefined: nobody's. */
  readonly former: string | undefined;
}

/**
 * Which user gets the new password. The names come from the spec; what the Secret says is compared
 * with them and nothing else, because its tenant may write it. Undefined: it names somebody else.
 */
export function chooseUsers(
  { usernames }: Pick<ServerTargetSpec, 'usernames'>,
  strategy: Strategy,
  inSecret: string | undefined,
): ChosenUsers | undefined {
  const [first, second] = usernames;
  const current = inSecret ?? first;
  if (strategy !== 'alternatingUsers' || second === undefined) {
    if (current !== first) return undefined;
    const former = strategy === 'dual' ? first : undefined;
    return { pending: first, current: first, former };
  }
  if (current === first) return { pending: second, current, former: first };
  if (current === second) return { pending: first, current, former: second };
  return undefined;
}
