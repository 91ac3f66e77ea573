import type {
  AdmissionDenial,
  KubeObject,
  StrategyContext,
} from '@sallyport/kube-sandbox/admission';
import { isSpecChanged } from './spec-author.js';

/** Name of the policy and of its binding. */
const POLICY = 'sallyport-schema-rights';

/**
 * Acts as the ValidatingAdmissionPolicy in `deploy/rbac/policies/rights`, even if that is not
 * stored: denies a changed spec to an author who may not list Secrets everywhere.
 */
export function denySchemaWithoutRights(
  schema: KubeObject,
  old: KubeObject | undefined,
  { isAllowed }: Pick<StrategyContext, 'isAllowed'>,
): AdmissionDenial | undefined {
  if (!isSpecChanged(schema, old)) return undefined;
  const right = { verb: 'list', group: '', resource: 'secrets', namespace: '', name: '' };
  if (isAllowed(right)) return undefined;
  const message = 'who writes a schema needs the right to list Secrets in all namespaces';
  return { policy: POLICY, message };
}
