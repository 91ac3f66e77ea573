import type { ServerTargetSpec, Strategy } from './rotation-spec.js';

export interface ChosenUsers {
  /** User of the new password. */
  readonly pending: string;
  /** User who can log in with the Secret's current content. */
  readonly current: string;
  /** User whose password ends when consumers have moved; undefined: none. */
  readonly former: string | undefined;
}

/**
 * Returns the user who gets the new password. The names come from the spec. The Secret's content is
 * only compared with them, because its tenant may write it. Undefined: the Secret names another
 * user.
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
