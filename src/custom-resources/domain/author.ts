import type { CustomResource } from './custom-resource.js';

/** Author of a spec. */
export interface KnownAuthor {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Author of a spec through REST or GraphQL, as stored in the database. */
export interface RecordedAuthor {
  /** SHA-256 (hex) of the author's spec; null: no author is known. */
  readonly specHash: string | null;
  readonly author: KnownAuthor | null;
}

/** Spec, and what is known about its author. */
export interface AuthoredSpec {
  readonly object: Pick<CustomResource, 'namespace' | 'annotations' | 'createdMs'>;
  /** SHA-256 (hex) of the spec. */
  readonly specHash: string;
  readonly recorded: RecordedAuthor | undefined;
}

/** Why an author may not have a spec carried out. */
export interface AuthorProblem {
  readonly reason: 'AuthorUnknown' | 'AuthorGone' | 'AuthorForbidden';
  readonly message: string;
}

/** Annotations that only the shipped MutatingAdmissionPolicy may write. */
export const authorAnnotations = {
  username: 'sallyport.dev/author',
  uid: 'sallyport.dev/author-uid',
  groups: 'sallyport.dev/author-groups',
} as const;

const SERVICE_ACCOUNT = 'system:serviceaccount:';

/** Time since which admission writes stamps; undefined: its policy or binding does not exist. */
export type StampingSince = number | undefined;

/**
 * Returns the author of a spec. A stamp counts if admission has written stamps since before the
 * object was created: anyone could have written an older object's stamp. Otherwise, the database
 * must know who wrote this exact spec through the gateway. Undefined: it has no author, and is not
 * carried out.
 */
export function authorOf(
  { object, specHash, recorded }: AuthoredSpec,
  stampingSince: StampingSince,
): KnownAuthor | undefined {
  if (stampingSince !== undefined && object.createdMs > stampingSince) {
    const stamped = stampOf(object.annotations);
    if (stamped !== undefined) return withUid(stamped, rememberedOf(specHash, recorded));
  }
  return rememberedOf(specHash, recorded);
}

function rememberedOf(
  specHash: string,
  recorded: RecordedAuthor | undefined,
): KnownAuthor | undefined {
  return recorded?.specHash === specHash ? (recorded.author ?? undefined) : undefined;
}

/** Adds the uid: admission sees none of an impersonated ServiceAccount; the gateway verified it. */
function withUid(stamped: KnownAuthor, remembered: KnownAuthor | undefined): KnownAuthor {
  const isSame = remembered?.username === stamped.username && isServiceAccount(stamped);
  return isSame && stamped.uid === '' ? { ...stamped, uid: remembered.uid } : stamped;
}

/** Reports names that only the API server assigns. */
export function isServiceAccount({ username }: Pick<KnownAuthor, 'username'>): boolean {
  return username.startsWith(SERVICE_ACCOUNT);
}

/** Returns the ServiceAccount that an author's name refers to; undefined for an invalid name. */
export function accountOf({
  username,
}: Pick<KnownAuthor, 'username'>):
  | { readonly namespace: string; readonly name: string }
  | undefined {
  const [namespace = '', name = '', ...rest] = username.slice(SERVICE_ACCOUNT.length).split(':');
  const isName = isServiceAccount({ username }) && namespace !== '' && name !== '';
  return isName && rest.length === 0 ? { namespace, name } : undefined;
}

/**
 * Returns why a ServiceAccount may not act as the author of a spec, given the uid of its live
 * object; undefined if it may. Rights depend on the name alone: a user who can recreate a
 * ServiceAccount of that name would inherit the objects of the deleted account.
 */
export function accountProblem(
  author: KnownAuthor,
  liveUid: string | undefined,
): AuthorProblem | undefined {
  const account = author.username.slice(SERVICE_ACCOUNT.length).replace(':', '/');
  const next = 'change adopt as somebody who may have it run';
  if (author.uid === '') {
    const how = 'write the spec over REST or GraphQL, or';
    const what = `the uid of the author, the ServiceAccount ${account}, is not known`;
    const message = `${what}: ${how} ${next}`;
    return { reason: 'AuthorUnknown', message };
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

/** Parses a JSON list, because group names may contain any separator. */
function groupsOf(text = '[]'): readonly string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isList = Array.isArray(parsed) && parsed.every((one) => typeof one === 'string');
    return isList ? parsed : undefined;
  } catch {
    return undefined;
  }
}
