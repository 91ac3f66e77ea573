import type {
  AdmissionDenial,
  KubeObject,
  StrategyContext,
} from '@sallyport/kube-sandbox/admission';
import { objectAt, textAt } from '@sallyport/kube-sandbox/admission';
import { isSpecChanged } from './spec-author.js';

/** Name of the policy and of its binding. */
const POLICY = 'sallyport-sync-rights';

/**
 * Acts as the ValidatingAdmissionPolicy in `deploy/rbac/policies/rights`, even if that is not
 * stored: denies a changed spec if its author may not use the store, create tokens of the
 * ServiceAccount, or read and write the Secret as the direction demands.
 */
export function denySyncWithoutRights(
  sync: KubeObject,
  old: KubeObject | undefined,
  { isAllowed }: Pick<StrategyContext, 'isAllowed'>,
): AdmissionDenial | undefined {
  if (!isSpecChanged(sync, old)) return undefined;
  const { namespace = '' } = sync.metadata;
  const spec = objectAt(sync, 'spec') ?? {};
  const [store, account, secret, direction] = [
    textAt(spec, 'storeName'),
    textAt(spec, 'serviceAccountName'),
    textAt(spec, 'secretName'),
    textAt(spec, 'direction'),
  ];
  const may = (verb: string, resource: string, name: string, subresource?: string): boolean => {
    const group = resource === 'externalstores' ? 'sallyport.dev' : '';
    const part = subresource === undefined ? {} : { subresource };
    return isAllowed({ verb, group, resource, namespace, name, ...part });
  };
  if (!may('use', 'externalstores', store)) {
    return denied(`the right to use externalstores "${store}" of group sallyport.dev`);
  }
  if (!may('create', 'serviceaccounts', account, 'token')) {
    const right = `the right to create serviceaccounts/token "${account}"`;
    return denied(`${right}, whose token the store gets`);
  }
  if (direction !== 'pull' && !may('get', 'secrets', secret)) {
    return denied(`the right to get Secret "${secret}", whose values the store gets`);
  }
  const mayWrite = ['create', 'patch'].every((verb) => may(verb, 'secrets', secret));
  if (direction !== 'push' && !mayWrite) {
    const rights = `the rights to create and to patch Secret "${secret}"`;
    return denied(`${rights}, which receives the values`);
  }
  return undefined;
}

function denied(what: string): AdmissionDenial {
  return { policy: POLICY, message: `who writes this sync needs ${what}` };
}
