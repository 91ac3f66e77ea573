import { parsePointer } from '../../secrets/domain/json-pointer.js';
import type { CheckedSecret, Finding, KeyGroup } from '../../secrets/domain/secret-checks.js';
import { checkedTypes, secretTypeErrors } from '../../secrets/domain/secret-types.js';

/** Keys that rules of a type read together: a change of either can break them. */
const related: ReadonlyMap<string, readonly string[]> = new Map([
  ['kubernetes.io/basic-auth', ['username', 'password']],
  ['kubernetes.io/tls', ['tls.crt', 'tls.key']],
]);

/** Returns the keys that the rules of a type read together. */
export function typeGroups(type: string): readonly KeyGroup[] {
  const keys = related.get(type);
  if (keys === undefined) return [];
  return [{ keys, isPresence: type === 'kubernetes.io/basic-auth', isOfEachWrite: false }];
}

/** Reports whether the type itself has rules for keys or values. */
export function isCheckedType(type: string): boolean {
  return checkedTypes.has(type);
}

/** Returns what a Secret breaks of the rules of its type, under the name of the type. */
export function typeFindings(secret: CheckedSecret): readonly Finding[] {
  return secretTypeErrors({ ...secret, immutable: false }).map((error) => {
    const [root, key] = parsePointer(error.pointer) ?? [];
    const own = root === 'data' && key !== undefined ? [key] : undefined;
    const keys = related.get(secret.type) ?? own;
    return { schema: secret.type, isEnforced: true, isOfEachWrite: false, keys, error };
  });
}
