import type { QueryParameter } from '../../core/forwarding.js';
import { isLabelSelector } from '../../secrets/domain/label-selector.js';
import { isTrue, parameter } from './query.js';

export interface ListOptions {
  readonly watch: boolean;
  /** The one name that the field selector selects; `''` if it selects more. */
  readonly name: string;
}

interface Term {
  readonly field: string;
  readonly operator: string;
  readonly value: string;
}

/**
 * Returns what the API server takes from a list's query before authorization. As there, an
 * unreadable query names nothing; its refusal comes later.
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

/** Implements `ParseSelector`, `RequiresExactMatch` of apimachinery `fields/selector.go`. */
function exactName(fieldSelector: string): string | undefined {
  const terms = termsOf(fieldSelector).toSorted().map(parseTerm);
  if (!terms.every((term) => term !== undefined)) return undefined;
  return terms.find(({ field, operator }) => field === 'metadata.name' && operator !== '!=')?.value;
}

/** Splits at commas without a backslash; ignores empty terms. */
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

/** Implements apimachinery `IsPathSegmentName`. */
function isPathSegmentName(name: string): boolean {
  return name !== '.' && name !== '..' && !/[/%]/.test(name);
}
