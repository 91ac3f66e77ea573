import { badRequest } from '../../core/errors/sallyport-error.js';
import type { SecretRef } from './secret.js';

const fields = ['metadata.namespace', 'metadata.name', 'type'] as const;
type Field = (typeof fields)[number];

interface Term {
  readonly field: Field;
  readonly equal: boolean;
  readonly value: string;
}

export interface FieldSelector {
  matches(secret: SecretRef & { readonly type: string }): boolean;
  /** Reports whether the namespace terms, taken alone, let this namespace through. */
  allowsNamespace(namespace: string): boolean;
  /** Namespaces that the selector names with `=`; undefined if it names none. */
  readonly namespaces: readonly string[] | undefined;
  /** Single name that it selects; undefined if it selects more. */
  readonly name: string | undefined;
  /** The selector without its namespace terms, for a list of one namespace; may be empty. */
  readonly withoutNamespaces: string;
}

/**
 * Parses the field selectors of Secrets: `=`, `==` and `!=`, all terms must hold; `\` escapes `\`,
 * `,` and `=` in values. Throws BadRequest for any other field or form. apimachinery
 * `fields/selector.go`;
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 */
export function parseFieldSelector(text: string): FieldSelector {
  const written = splitTerms(text).filter((term) => term !== '');
  const terms = written.map((term) => ({ ...parseTerm(term), term }));
  const ofNamespace = terms.filter(({ field }) => field === 'metadata.namespace');
  const named = ofNamespace.filter(({ equal }) => equal).map(({ value }) => value);
  const others = terms.filter(({ field }) => field !== 'metadata.namespace');
  return {
    matches: (secret) => terms.every((term) => holds(term, valueOf(secret, term.field))),
    allowsNamespace: (namespace) => ofNamespace.every((term) => holds(term, namespace)),
    namespaces: named.length === 0 ? undefined : [...new Set(named)],
    name: terms.find(({ field, equal }) => equal && field === 'metadata.name')?.value,
    withoutNamespaces: others.map(({ term }) => term).join(','),
  };
}

function splitTerms(text: string): string[] {
  return text.match(/(?:\\[^]|[^\\,]|\\$)+/g) ?? [];
}

function parseTerm(term: string): Term {
  const match = /^([^=!]*)(!=|==|=)([^]*)$/.exec(term);
  const value = unescaped(match?.[3] ?? '');
  if (match === null || value === undefined) {
    throw badRequest('fieldSelector must be terms like name=value or name!=value');
  }
  const field = fields.find((name) => name === match[1]);
  if (field === undefined) {
    throw badRequest(`fieldSelector takes ${fields.join(', ')} only`);
  }
  return { field, equal: match[2] !== '!=', value };
}

function unescaped(text: string): string | undefined {
  if (!/^(?:[^\\,=]|\\[\\,=])*$/.test(text)) return undefined;
  return text.replaceAll(/\\([\\,=])/g, '$1');
}

function holds({ equal, value }: Term, actual: string): boolean {
  return (actual === value) === equal;
}

function valueOf(secret: SecretRef & { readonly type: string }, field: Field): string {
  if (field === 'type') return secret.type;
  return field === 'metadata.name' ? secret.name : secret.namespace;
}
