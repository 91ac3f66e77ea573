import type {
  AdmissionDenial,
  KubeObject,
  StrategyContext,
} from '@sallyport/kube-sandbox/admission';
import { objectAt, objectsAt, textAt, textsAt } from '@sallyport/kube-sandbox/admission';
import { isSpecChanged } from './spec-author.js';

/** Name of the policy and of its binding. */
const POLICY = 'sallyport-share-rights';
/** Number of keys that one expression of the policy checks. */
const pairSize = 2;

/**
 * Acts as the ValidatingAdmissionPolicy in `deploy/rbac/policies/rights`, even if that is not
 * stored: denies a changed spec if it names the own namespace, or if its author may read neither
 * the Secret nor every key.
 */
export function denyShareWithoutRights(
  share: KubeObject,
  old: KubeObject | undefined,
  { isAllowed }: Pick<StrategyContext, 'isAllowed'>,
): AdmissionDenial | undefined {
  if (!isSpecChanged(share, old)) return undefined;
  const { namespace = '' } = share.metadata;
  const spec = objectAt(share, 'spec') ?? {};
  if (objectsAt(spec, 'to').some((consumer) => consumer['namespace'] === namespace)) {
    return denied(`a share is for other namespaces: remove "${namespace}" from spec.to`);
  }
  const secret = textAt(spec, 'secretName');
  const mayGet = (group: string, resource: string, name: string): boolean =>
    isAllowed({ verb: 'get', group, resource, namespace, name });
  if (mayGet('', 'secrets', secret)) return undefined;
  const names = textsAt(spec, 'keys').map((key) => `${secret}/${key}`);
  const refused = names.findIndex((name) => !mayGet('sallyport.dev', 'secretkeys', name));
  if (refused < 0) return undefined;
  const first = refused - (refused % pairSize);
  const pair = names.slice(first, first + pairSize).map((name) => `"${name}"`);
  const keys = `secretkeys ${pair.join(' and ')} of group sallyport.dev`;
  return denied(
    `who writes this share needs the right to get ${keys}, or to get Secret "${secret}"`,
  );
}

function denied(message: string): AdmissionDenial {
  return { policy: POLICY, message };
}
