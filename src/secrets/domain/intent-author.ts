import { annotation, type KubernetesAuditEvent } from '../../audit/domain/kubernetes-event.js';
import type { WriteAuthor, WriteOrigin } from './secret-history.js';

type PrincipalKind = WriteAuthor['principal']['kind'];

const SERVICE_ACCOUNT = /^system:serviceaccount:/;
const CERTIFICATE = /^X509SHA256=/;

/** Returns the author of a write from its intent in the audit trail. */
export function authorOfIntent(intent: KubernetesAuditEvent): WriteAuthor {
  const { user, impersonatedUser, annotations, auditID } = intent;
  const { username } = impersonatedUser ?? user;
  const credentialId = annotations[annotation.credentialId] ?? '';
  const reason = annotations[annotation.reason];
  const onBehalfOf = annotations[annotation.onBehalfOf];
  return {
    door: transportOf(intent.requestURI),
    auditId: auditID,
    principal: { username, credentialId, kind: kindOf(username, intent) },
    ...(reason !== undefined && { changeReason: reason }),
    ...(onBehalfOf !== undefined && { onBehalfOf }),
  };
}

/** Returns the origin of the write, if its transport does not define it. */
export function originOfIntent({ annotations }: KubernetesAuditEvent): WriteOrigin | undefined {
  const action = annotations[annotation.action];
  if (action === 'versions.restore') return { door: 'restore' };
  if (action === 'syncs.pull') return { door: 'sync' };
  return action === 'imports.deliver' ? { door: 'share' } : undefined;
}

function transportOf(requestUri: string): WriteAuthor['door'] {
  if (requestUri === '') return 'job';
  return requestUri.startsWith('/graphql') ? 'graphql' : 'rest';
}

/** Returns the kind of the credential, derived from the event's credential fields. */
function kindOf(username: string, { annotations }: KubernetesAuditEvent): PrincipalKind {
  if (annotations[annotation.tokenId] !== undefined) return 'token';
  if (SERVICE_ACCOUNT.test(username)) return 'serviceAccount';
  return CERTIFICATE.test(annotations[annotation.credentialId] ?? '') ? 'certificate' : 'oidc';
}
