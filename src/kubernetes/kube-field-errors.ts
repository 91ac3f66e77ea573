import type { FieldError } from '../core/errors/sallyport-error.js';
import type { KubeStatusCause } from './kube-status.js';

/** Go's `field.Error` kinds that are followed by the refused value. */
const QUOTES_VALUE =
  /^(Invalid value|Unsupported value|Duplicate value|Not found|Internal error): ?/;
const GO_STRING = /^(?:"(?:[^"\\]|\\.)*"|`[^`]*`|<[^>]*>)(?:: )?/;
/** Texts of encoding/json and base64 that quote a value that they could not read. */
const QUOTED_BY_DECODER = /\b(?:invalid character|illegal base64|cannot unmarshal|in literal)\b/;

/** Messages of rules in `deploy/crds`: they quote no value. */
const ownRules = [
  'from may not change; create another import instead',
  'revoked may not be taken back; create another share for this namespace instead',
  'revoked may not be taken back; create another share instead',
  'secretName may not change; create another share instead',
  'target.secretName may not change; create another import instead',
] as const;

/** Returns where and why the API server found a Secret invalid, without the quoted values. */
export function fieldErrors(causes: readonly KubeStatusCause[]): readonly FieldError[] {
  return causes.map((cause) => ({
    pointer: pointerOf(cause.field),
    reason: withoutValue(cause.message),
  }));
}

/** Converts `data[tls.crt]` → `/data/tls.crt`, `metadata.labels` → `/metadata/labels`. */
export function pointerOf(field: string): string {
  // `patch` represents the whole object that a patch would have made.
  if (field === '' || field === '<nil>' || field === 'patch') return '';
  const tokens: string[] = [];
  for (const match of field.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)) {
    tokens.push(match[1] ?? match[2] ?? '');
  }
  return tokens.map((token) => `/${escapeToken(token)}`).join('');
}

/** Returns a cause's message, cut to its kind if the value cannot be separated from it. */
export function withoutValue(message: string): string {
  if (QUOTED_BY_DECODER.test(message)) return 'cannot be decoded';
  const kind = QUOTES_VALUE.exec(message);
  if (kind === null)
    return message.replace(/^Forbidden: /, '').replaceAll(/"(?:[^"\\]|\\.)*"/g, '"…"');
  const afterKind = message.slice(kind[0].length);
  const value = GO_STRING.exec(afterKind);
  const label = (kind[1] ?? '').toLowerCase();
  if (value === null) return ownRules.find((rule) => afterKind === rule) ?? label;
  const explanation = afterKind.slice(value[0].length).replaceAll(/"(?:[^"\\]|\\.)*"/g, '"…"');
  return explanation === '' ? label : explanation;
}

function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}
