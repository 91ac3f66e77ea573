import type { PolicyRow, KnownAuthor } from './rotation.store.js';
import type { KnownPolicy } from './rotation-policy.js';

/** Annotations that the shipped MutatingAdmissionPolicy writes, and lets nobody else write. */
export const authorAnnotations = {
  username: 'sallyport.dev/author',
  uid: 'sallyport.dev/author-uid',
  groups: 'sallyport.dev/author-groups',
} as const;

/** Since when stamps are written by admission; undefined: its policy or binding is not there. */
export type StampingSince = number | undefined;

/**
 * Who answers for a spec. A stamp counts where admission has written stamps since before the object
 * was made: an older object may hold what anybody wrote. Else the database must know who wrote this
 * very spec through the gateway. Undefined: nobody does, and it does not run.
 */
export function authorOf(
  { policy, specHash }: Pick<KnownPolicy, 'policy' | 'specHash'>,
  stampingSince: StampingSince,
  row: PolicyRow | undefined,
): KnownAuthor | undefined {
  if (stampingSince !== undefined && policy.createdMs > stampingSince) {
    const stamped = stampOf(policy.annotations);
    if (stamped !== undefined) return stamped;
  }
  if (row === undefined || row.author === null || row.specHash !== specHash) return undefined;
  return row.author;
}

function stampOf(annotations: Readonly<Record<string, string>>): KnownAuthor | undefined {
  const username = annotations[authorAnnotations.username];
  if (username === undefined || username === '') return undefined;
  const groups = groupsOf(annotations[authorAnnotations.groups]);
  if (groups === undefined) return undefined;
  return { username, uid: annotations[authorAnnotations.uid] ?? '', groups, extra: {} };
}

/** A JSON list: names of groups may hold any separator. */
function groupsOf(text = '[]'): readonly string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isList = Array.isArray(parsed) && parsed.every((one) => typeof one === 'string');
    return isList ? parsed : undefined;
  } catch {
    return undefined;
  }
}
