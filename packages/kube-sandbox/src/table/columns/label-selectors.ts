import type { JsonObject } from '../../model/kube-object.js';
import { objectsAt, pairsAt, textAt, textsAt } from './object-fields.js';

const setOperators = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
]);

/** Formats `a=b,c=d`, sorted; `<none>` without labels. */
export function formatLabels(labels: JsonObject | undefined): string {
  const pairs = pairsAt(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.join(',');
}

function formatExpression(expression: JsonObject): string | undefined {
  const key = textAt(expression, 'key');
  const operator = textAt(expression, 'operator');
  const values = textsAt(expression, 'values');
  const setOperator = setOperators.get(operator);
  if (setOperator !== undefined && values.length > 0) {
    return `${key} ${setOperator} (${values.toSorted().join(',')})`;
  }
  if (values.length > 0) return undefined;
  if (operator === 'Exists') return key;
  return operator === 'DoesNotExist' ? `!${key}` : undefined;
}

/** Formats a selector like a query: `app=web,tier in (a,b),!old`; undefined if it is malformed. */
export function selectorText(selector: JsonObject | undefined): string | undefined {
  const requirements: { readonly key: string; readonly text: string }[] = [];
  for (const [key, value] of pairsAt(selector ?? {}, 'matchLabels')) {
    requirements.push({ key, text: `${key}=${value}` });
  }
  for (const expression of objectsAt(selector ?? {}, 'matchExpressions')) {
    const text = formatExpression(expression);
    if (text === undefined) return undefined;
    requirements.push({ key: textAt(expression, 'key'), text });
  }
  const sorted = requirements.toSorted((a, b) => Number(a.key > b.key) - Number(a.key < b.key));
  return sorted.map(({ text }) => text).join(',');
}

/** Formats a selector as its Go type does, for tables of policy bindings. */
export function selectorDump(selector: JsonObject): string {
  const labels = pairsAt(selector, 'matchLabels').map(([key, value]) => `${key}: ${value},`);
  const expressions = objectsAt(selector, 'matchExpressions').map((expression) => {
    const key = textAt(expression, 'key');
    const operator = textAt(expression, 'operator');
    const values = textsAt(expression, 'values').join(' ');
    return `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values}],},`;
  });
  const matchLabels = `MatchLabels:map[string]string{${labels.join('')}},`;
  const matchExpressions = `MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},`;
  return `&LabelSelector{${matchLabels}${matchExpressions}}`;
}
