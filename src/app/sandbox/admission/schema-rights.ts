import type {
  AdmissionDenial,
  KubeObject,
  StrategyContext,
} from '@sallyport/kube-sandbox/admission';
import { isSpecChanged } from './spec-author.js';

/**
 * Acts as the ValidatingAdmissionPolicies in `deploy/rbac/policies/rights`, even if they are not
 * stored: denies a changed spec to an author who may not list all Secrets that the schema is for.
 */
export function denySchemaWithoutRights(
  schema: KubeObject,
  old: KubeObject | undefined,
  { isAllowed }: Pick<StrategyContext, 'isAllowed'>,
): AdmissionDenial | undefined {
  if (!isSpecChanged(schema, old)) return undefined;
  const { namespace = '' } = schema.metadata;
  const right = { verb: 'list', group: '', resource: 'secrets', namespace, name: '' };
  if (isAllowed(right)) return undefined;
  return namespace === '' ? deniedInCluster : deniedInNamespace;
}

const deniedInCluster: AdmissionDenial = {
  policy: 'sallyport-schema-rights',
  message: 'who writes a schema needs the right to list Secrets in all namespaces',
};
const deniedInNamespace: AdmissionDenial = {
  policy: 'sallyport-local-schema-rights',
  message: 'who writes a schema of a namespace needs the right to list its Secrets',
};
