import type { FieldError } from '../../core/errors/sallyport-error.js';
import { pointerTo } from './json-pointer.js';
import type { SecretManifest } from './secret.js';

interface KeyRule {
  readonly pattern: RegExp;
  readonly reason: string;
  readonly required?: true;
}

const group = 'system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]';
const date = '\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:[Zz]|[+-]\\d\\d:\\d\\d)';
const flag: KeyRule = { pattern: /^(?:true|false)$/, reason: 'must be true or false' };

const keyRules: Readonly<Record<string, KeyRule>> = {
  'token-id': { pattern: /^[a-z0-9]{6}$/, reason: 'must match [a-z0-9]{6}', required: true },
  'token-secret': { pattern: /^[a-z0-9]{16}$/, reason: 'must match [a-z0-9]{16}', required: true },
  expiration: { pattern: new RegExp(`^${date}$`), reason: 'must be a time as in RFC 3339' },
  'auth-extra-groups': {
    pattern: new RegExp(`^(?:${group}(?:,${group})*)?$`),
    reason: `must be groups that match ${group}, separated by commas`,
  },
  'usage-bootstrap-authentication': flag,
  'usage-bootstrap-signing': flag,
};

/**
 * Returns violations of what the authenticator demands and the API server does not check: a Secret
 * with one is stored and never works.
 * https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/
 */
export function bootstrapTokenErrors(secret: SecretManifest): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, rule] of Object.entries(keyRules)) {
    const value = secret.data.get(key);
    const holds = value === undefined ? !rule.required : rule.pattern.test(textOf(secret, key));
    if (!holds) errors.push({ pointer: pointerTo('data', key), reason: rule.reason });
  }
  if (secret.namespace !== 'kube-system') {
    errors.push({ pointer: '/namespace', reason: 'must be kube-system for a bootstrap token' });
  }
  if (secret.name !== `bootstrap-token-${textOf(secret, 'token-id')}`) {
    errors.push({ pointer: '/name', reason: 'must be bootstrap-token- and the token-id' });
  }
  return errors;
}

function textOf(secret: SecretManifest, key: string): string {
  return secret.data.get(key)?.revealText() ?? '';
}
