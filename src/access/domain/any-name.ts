import { randomBytes } from 'node:crypto';

/**
 * Name that no rule lists: RBAC allows it only by a rule without `resourceNames`, which allows each
 * name. The empty one would not do, for a rule may list that.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
 */
export const ANY_NAME = `any-${randomBytes(16).toString('hex')}`;
