import type { QueryParameter } from '../../core/forwarding.js';
import { isLabelSelector } from '../../secrets/domain/label-selector.js';
import { isTrue, parameter } from './query.js';

export interface ListOptions {
  readonly watch: boolean;
  /** The one name that the field selector asks for; `''` where it leaves more open. */
  readonly name: string;
}

interface Term {
  readonly field: string;
  readonly operator: string;
  readonly value: string;
}

/**
 * What the API server takes from the query of a list before it authorises it. As there, a query
 * that cannot be read names nothing; its refusal comes later.
 * https://pkg.go.dev/k8s.io/apiserver/pkg/endpoints/request#RequestInfoFactory.NewRequestInfo
 */
export function readListOptions(query: readonly QueryParameter[]): ListOptions {
  const name = canBeRead(query) ? exactName(parameter(query, 'fieldSelector') ?? '') : undefined;
  const isName = name !== undefined && isPathSegmentName(name);
  return { watch: isTrue(query, 'watch'), name: isName ? name : '' };
}

function canBeRead(query: readonly QueryParameter[]): boolean {
  const numbers = [parameter(query, 'limit'), parameter(query, 'timeoutSeconds')];
  return (
    numbers.every((text) => text === undefined || isInt64(text)) &&
    isLabelSelector(parameter(query, 'labelSelector') ?? '')
  );
}

function isInt64(text: string): boolean {
  if (!/^[+-]?\d+$/.test(text)) return false;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value;
}

/** `ParseSelector` and `RequiresExactMatch` of apimachinery `fields/selector.go`. */
function exactName(fieldSelector: string): string | undefined {
  const terms = termsOf(fieldSelector).toSorted().map(parseTerm);
  if (!terms.every((term) => term !== undefined)) return undefined;
  return terms.find(({ field, operator }) => field === 'metadata.name' && operator !== '!=')?.value;
}

/** Divided at commas without a backslash; empty ones do not count. */
function termsOf(fieldSelector: string): string[] {
  return fieldSelector.match(/(?:[^\\,]|\\[^]|\\$)+/g) ?? [];
}

function parseTerm(term: string): Term | undefined {
  const match = /!=|==?/.exec(term);
  if (match === null) return undefined;
  const [operator] = match;
  const escaped = term.slice(match.index + operator.length);
  if (!/^(?:[^\\,=]|\\[\\,=])*$/.test(escaped)) return undefined;
  const value = escaped.replaceAll(/\\([\\,=])/g, '$1');
  return { field: term.slice(0, match.index), operator, value };
}

/** apimachinery `IsPathSegmentName`. */
function isPathSegmentName(name: string): boolean {
  return name !== '.' && name !== '..' && !/[/%]/.test(name);
}
