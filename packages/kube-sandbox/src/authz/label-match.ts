import { isJsonObject, type Json, type JsonObject } from '../model/kube-object.js';

type Labels = Readonly<Record<string, string>>;

/**
 * Reports whether a `LabelSelector` object selects labels; an empty selector selects all. Returns
 * undefined if the selector is invalid.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
 */
export function selectsLabels(selector: JsonObject, labels: Labels): boolean | undefined {
  const pairs = isJsonObject(selector['matchLabels']) ? selector['matchLabels'] : {};
  const expressions = Array.isArray(selector['matchExpressions'])
    ? selector['matchExpressions']
    : [];
  const answers = expressions.map((expression) => holds(expression, labels));
  if (answers.includes(undefined)) return undefined;
  return (
    Object.entries(pairs).every(([key, value]) => valueOf(labels, key) === value) &&
    answers.every((answer) => answer === true)
  );
}

function holds(expression: Json, labels: Labels): boolean | undefined {
  if (!isJsonObject(expression) || typeof expression['key'] !== 'string') return undefined;
  const value = valueOf(labels, expression['key']);
  const values: readonly Json[] = Array.isArray(expression['values']) ? expression['values'] : [];
  switch (expression['operator']) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return undefined;
  }
}

function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
