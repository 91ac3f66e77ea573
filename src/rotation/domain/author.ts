import type { RunProblem } from './rotation-run.js';
import type { PolicyRow, KnownAuthor } from './rotation.store.js';
import type { ParsedPolicy } from './rotation-policy.js';

/** Annotations that the shipped MutatingAdmissionPolicy writes, and lets nobody else write. */
export const authorAnnotations = {
  username: 'sallyport.dev/author',
  uid: 'sallyport.dev/author-uid',
  groups: 'sallyport.dev/author-groups',
} as const;

const SERVICE_ACCOUNT = 'system:serviceaccount:';

/** Since when stamps are written by admission; undefined: its policy or binding is not there. */
export type StampingSince = number | undefined;

/**
 * Who answers for a spec. A stamp counts where admission has written stamps since before the object
 * was made: an older object may hold what anybody wrote. Else the database must know who wrote this
 * very spec through the gateway. Undefined: nobody does, and it does not run.
 */
export function authorOf(
  { policy, specHash }: Pick<ParsedPolicy, 'policy' | 'specHash'>,
  stampingSince: StampingSince,
  row: PolicyRow | undefined,
): KnownAuthor | undefined {
  if (stampingSince !== undefined && policy.createdMs > stampingSince) {
    const stamped = stampOf(policy.annotations);
    if (stamped !== undefined) return withUid(stamped, rememberedOf(specHash, row));
  }
  return rememberedOf(specHash, row);
}

function rememberedOf(specHash: string, row: PolicyRow | undefined): KnownAuthor | undefined {
  if (row === undefined || row.author === null || row.specHash !== specHash) return undefined;
  return row.author;
}

/**
 * Admission sees no uid of a ServiceAccount whom the gateway impersonates, and the gateway has
 * verified it.
 */
function withUid(stamped: KnownAuthor, remembered: KnownAuthor | undefined): KnownAuthor {
  const isSame = remembered?.username === stamped.username && isServiceAccount(stamped);
  return isSame && stamped.uid === '' ? { ...stamped, uid: remembered.uid } : stamped;
}

/** Names that only the API server gives. */
export function isServiceAccount({ username }: Pick<KnownAuthor, 'username'>): boolean {
  return username.startsWith(SERVICE_ACCOUNT);
}

/** The ServiceAccount that an author is by name; undefined for a name that none has. */
export function accountOf({
  username,
}: Pick<KnownAuthor, 'username'>):
  { readonly namespace: string; readonly name: string } | undefined {
  const [namespace = '', name = '', ...rest] = username.slice(SERVICE_ACCOUNT.length).split(':');
  const isName = isServiceAccount({ username }) && namespace !== '' && name !== '';
  return isName && rest.length === 0 ? { namespace, name } : undefined;
}

/**
 * Why an author who is a ServiceAccount does not answer for a spec, by the uid of the one that
 * there is now; undefined where it does. Rights go by the name alone, and whoever may make a
 * ServiceAccount of that name anew would inherit the rotations of the former one.
 */
export function accountProblem(
  author: KnownAuthor,
  liveUid: string | undefined,
): RunProblem | undefined {
  const account = author.username.slice(SERVICE_ACCOUNT.length).replace(':', '/');
  const next = 'change adopt as somebody who may have it run';
  if (author.uid === '') {
    const how = 'is known as the author by its name alone';
    return { reason: 'AuthorUnknown', message: `the ServiceAccount ${account} ${how}; ${next}` };
  }
  if (author.uid === liveUid) return undefined;
  const state = liveUid === undefined ? 'is gone' : 'was made anew since';
  const message = `the ServiceAccount ${account}, author of the spec, ${state}; ${next}`;
  return { reason: 'AuthorGone', message };
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
