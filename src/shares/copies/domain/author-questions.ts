import type { NeededRight } from '../../../custom-resources/domain/author-rights.js';
import {
  accountOf,
  isServiceAccount,
  type KnownAuthor,
} from '../../../custom-resources/domain/author.js';

/** Question whether the account of an author is still the same one. */
export interface AccountQuestion {
  readonly kind: 'account';
  /** Equal for equal questions. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Question whether RBAC allows an author a right to all names of a namespace. */
export interface RightQuestion {
  readonly kind: 'right';
  readonly key: string;
  readonly namespace: string;
  readonly author: KnownAuthor;
  readonly right: Omit<NeededRight, 'name'>;
}

export type AuthorQuestion = AccountQuestion | RightQuestion;

/**
 * Returns questions about the author of an object in a namespace. If the answer to each is yes, the
 * author has the rights. None names the object, so that all objects of an author share them.
 */
export function authorQuestions(
  author: KnownAuthor,
  namespace: string,
  rights: readonly NeededRight[],
): readonly AuthorQuestion[] {
  if (rights.length === 0) return [];
  const questions = new Map<string, AuthorQuestion>();
  const account = isServiceAccount(author) ? accountOf(author) : undefined;
  if (account !== undefined) {
    const { uid } = author;
    const key = JSON.stringify(['account', account.namespace, account.name, uid]);
    questions.set(key, { kind: 'account', key, ...account, uid });
  }
  for (const { name: _, ...right } of rights) {
    const { verb, group, resource, subresource } = right;
    const { username, uid, groups, extra } = author;
    const identity = [username, uid, groups, Object.entries(extra)];
    const key = JSON.stringify(['right', namespace, verb, group, resource, subresource, identity]);
    questions.set(key, { kind: 'right', key, namespace, author, right });
  }
  return [...questions.values()];
}
