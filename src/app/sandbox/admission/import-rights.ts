import type {
  AdmissionDenial,
  KubeObject,
  StrategyContext,
} from '@sallyport/kube-sandbox/admission';
import { objectAt, textAt } from '@sallyport/kube-sandbox/admission';
import { isSpecChanged } from './spec-author.js';

/** Name of the policy and of its binding. */
const POLICY = 'sallyport-import-rights';

/**
 * Acts as the ValidatingAdmissionPolicy in `deploy/rbac/policies/rights`, even if that is not
 * stored: denies a changed spec if its author may not create and patch the target.
 */
export function denyImportWithoutRights(
  imported: KubeObject,
  old: KubeObject | undefined,
  { isAllowed }: Pick<StrategyContext, 'isAllowed'>,
): AdmissionDenial | undefined {
  if (!isSpecChanged(imported, old)) return undefined;
  const target = objectAt(imported, 'spec', 'target');
  if (target === undefined) return undefined;
  const { namespace = '' } = imported.metadata;
  const name = textAt(target, 'secretName');
  const missing = ['create', 'patch'].find((verb) => {
    return !isAllowed({ verb, group: '', resource: 'secrets', namespace, name });
  });
  if (missing === undefined) return undefined;
  const right = `the right to ${missing} Secret "${name}"`;
  const message = `who writes this import needs ${right}, which receives the values`;
  return { policy: POLICY, message };
}
