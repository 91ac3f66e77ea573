import type { FieldError } from '../../core/errors/sallyport-error.js';
import type { ServerTargetSpec, Strategy } from './rotation-spec.js';

type AdminPlaces = Pick<ServerTargetSpec, 'adminSecret' | 'passwordKey' | 'usernames'>;

/**
 * Reports whether the rotated password is the admin's own login password. Another key of the Secret
 * belongs to another user.
 */
export function isOwnAdmin(
  secretName: string,
  { adminSecret, passwordKey }: Pick<ServerTargetSpec, 'adminSecret' | 'passwordKey'>,
): boolean {
  return adminSecret.name === secretName && adminSecret.passwordKey === passwordKey;
}

/**
 * Returns why an admin whose credential is in the rotated Secret would lose it, with pointers from
 * the server. `written`: generated keys.
 */
export function ownAdminProblems(
  secretName: string,
  server: AdminPlaces,
  { strategy, written }: { readonly strategy: Strategy; readonly written: readonly string[] },
): readonly FieldError[] {
  const { name, username, usernameKey, passwordKey } = server.adminSecret;
  if (name !== secretName) return [];
  if (isOwnAdmin(secretName, server)) return rotatedAdminProblems(server, strategy);
  const used = { passwordKey, ...(username === undefined && { usernameKey }) };
  return Object.entries(used)
    .filter(([, key]) => written.includes(key))
    .map(([member]) => {
      const reason = 'is generated: it would no longer be what the admin logs in with';
      return { pointer: `/adminSecret/${member}`, reason };
    });
}

function rotatedAdminProblems(
  { adminSecret: { username }, usernames }: AdminPlaces,
  strategy: Strategy,
): readonly FieldError[] {
  if (strategy === 'alternatingUsers') {
    const reason = 'is the rotated Secret: an admin in turns could not end the former one';
    return [{ pointer: '/adminSecret/name', reason }];
  }
  if (username === undefined || username === usernames[0]) return [];
  const reason = 'must be the user whose password this is: the Secret is the rotated one';
  return [{ pointer: '/adminSecret/username', reason }];
}
