import type { UserInfo } from '../model/identity.js';
import type { Json, JsonObject, KubeObject } from '../model/kube-object.js';

/**
 * Returns a SelfSubjectReview with the user of the request; `now` in RFC 3339.
 * https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/
 */
export function reviewSelf(user: UserInfo, now: string): KubeObject {
  return {
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: now },
    status: { userInfo: userInfoOf(user) },
  };
}

function userInfoOf({ username, uid, groups, extra }: UserInfo): JsonObject {
  const entries = Object.entries(extra).map(([key, values]): [string, Json] => [key, [...values]]);
  return {
    ...(username && { username }),
    ...(uid && { uid }),
    ...(groups.length > 0 && { groups: [...groups] }),
    ...(entries.length > 0 && { extra: Object.fromEntries(entries) }),
  };
}
