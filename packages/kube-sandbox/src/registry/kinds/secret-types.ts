import { Buffer } from 'node:buffer';
import type { StatusCause } from '../../model/api-status.js';
import type { KubeObject } from '../../model/kube-object.js';
import { objectAt, textAt } from '../../table/columns/object-fields.js';
import { invalidValue, required } from '../field-errors.js';

const serviceAccountName = 'kubernetes.io/service-account.name';
const redacted = '<secret contents redacted>';

/**
 * Checks the keys that a type of Secret requires; other types, e.g. the bootstrap token's, have no
 * required keys.
 * https://kubernetes.io/docs/concepts/configuration/secret/#secret-types
 */
export function secretTypeCauses(secret: KubeObject): StatusCause[] {
  switch (textAt(secret, 'type')) {
    case 'kubernetes.io/service-account-token': {
      if (textAt(secret, 'metadata', 'annotations', serviceAccountName) !== '') return [];
      return [required(`metadata.annotations[${serviceAccountName}]`)];
    }
    case 'kubernetes.io/dockercfg':
      return jsonCauses(secret, '.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return jsonCauses(secret, '.dockerconfigjson');
    case 'kubernetes.io/basic-auth': {
      const missing = missingKeys(secret, ['username', 'password']);
      return missing.length === 2 ? missing : [];
    }
    case 'kubernetes.io/ssh-auth':
      return textAt(secret, 'data', 'ssh-privatekey') === ''
        ? [required('data[ssh-privatekey]')]
        : [];
    case 'kubernetes.io/tls':
      return missingKeys(secret, ['tls.crt', 'tls.key']);
    default:
      return [];
  }
}

function missingKeys(secret: KubeObject, keys: readonly string[]): StatusCause[] {
  const data = objectAt(secret, 'data') ?? {};
  return keys.filter((key) => data[key] === undefined).map((key) => required(`data[${key}]`));
}

function jsonCauses(secret: KubeObject, key: string): StatusCause[] {
  const missing = missingKeys(secret, [key]);
  if (missing.length > 0) return missing;
  const complaint = jsonComplaint(Buffer.from(textAt(secret, 'data', key), 'base64').toString());
  return complaint === undefined ? [] : [invalidValue(`data[${key}]`, redacted, complaint)];
}

function jsonComplaint(text: string): string | undefined {
  const into = 'into Go value of type map[string]interface {}';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The parser's message quotes the value, and the API server's one character, so neither is
    // used.
    return isUnfinished(text, error) ? 'unexpected end of JSON input' : 'invalid character';
  }
  if (Array.isArray(value)) return `json: cannot unmarshal array ${into}`;
  if (typeof value === 'boolean') return `json: cannot unmarshal bool ${into}`;
  return typeof value === 'object' ? undefined : `json: cannot unmarshal ${typeof value} ${into}`;
}

function isUnfinished(text: string, error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  if (/end of JSON input|^Unterminated string/.test(message)) return true;
  const position = /at position (\d+)/.exec(message)?.[1];
  return position !== undefined && Number(position) >= text.length;
}
