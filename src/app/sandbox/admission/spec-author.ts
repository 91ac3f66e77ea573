import type { KubeObject, StrategyContext, UserInfo } from '@sallyport/kube-sandbox/admission';
import { isSameJson } from '@sallyport/kube-sandbox/admission';

const prefix = 'sallyport.dev/author';
const names = [prefix, `${prefix}-groups`, `${prefix}-uid`];

/**
 * Acts as the MutatingAdmissionPolicy in `deploy/rbac/policies/author`, even if that is not stored.
 * The user who changes the spec becomes the author. If the spec is unchanged, the author is
 * unchanged, whatever annotations the request contains.
 */
export function stampAuthor(
  object: KubeObject,
  old: KubeObject | undefined,
  { user }: Pick<StrategyContext, 'user'>,
): void {
  const stamp = isSpecChanged(object, old) ? stampOf(user) : (old?.metadata.annotations ?? {});
  const annotations = { ...object.metadata.annotations };
  for (const name of names) {
    const value = stamp[name];
    if (value === undefined) delete annotations[name];
    else annotations[name] = value;
  }
  object.metadata.annotations = annotations;
  if (Object.keys(annotations).length === 0) delete object.metadata.annotations;
}

/** Reports whether the spec has changed or the object is new. */
export function isSpecChanged(object: KubeObject, old: KubeObject | undefined): boolean {
  return old === undefined || !isSameJson(object['spec'], old['spec']);
}

function stampOf({ username, groups, uid }: UserInfo): Readonly<Record<string, string>> {
  return {
    [prefix]: username,
    [`${prefix}-groups`]: JSON.stringify(groups),
    [`${prefix}-uid`]: uid,
  };
}
