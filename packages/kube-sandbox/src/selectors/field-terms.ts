import { badRequest } from '../model/api-status.js';

export interface FieldTerm {
  readonly field: string;
  readonly isEqual: boolean;
  readonly value: string;
}

/** Returns the terms of a field selector in the API server's order; throws the API server's 400. */
export function fieldTerms(selector: string): readonly FieldTerm[] {
  const parts = partsOf(selector).filter((part) => part !== '');
  return parts.toSorted().map((part) => termOf(part, selector));
}

/** Returns the name in `metadata.name=…`; undefined without such a term. */
export function nameIn(terms: readonly FieldTerm[]): string | undefined {
  return terms.find(({ field, isEqual }) => field === 'metadata.name' && isEqual)?.value;
}

/** Splits at commas without a preceding backslash. */
function partsOf(selector: string): readonly string[] {
  const parts = [''];
  for (const [piece] of selector.matchAll(/\\[^]|\\$|,|[^\\,]+/g)) {
    if (piece === ',') parts.push('');
    else parts.push(`${parts.pop() ?? ''}${piece}`);
  }
  return parts;
}

function termOf(part: string, selector: string): FieldTerm {
  const [, field = '', operator = '', value = ''] = /^([^]*?)(!=|==|=)([^]*)$/.exec(part) ?? [];
  if (operator === '') {
    throw badRequest(`invalid selector: '${selector}'; can't understand '${part}'`);
  }
  return { field, isEqual: operator !== '!=', value: unescaped(value) };
}

function unescaped(value: string): string {
  return value.replace(/\\([^]?)|[,=]/gu, (found, escaped: string | undefined) => {
    if (escaped === undefined) {
      const code = found.codePointAt(0);
      throw badRequest(`invalid field selector: unescaped character in value: ${code}`);
    }
    if (['\\', ',', '='].includes(escaped)) return escaped;
    throw badRequest(`invalid field selector: invalid escape sequence: ${found}`);
  });
}
