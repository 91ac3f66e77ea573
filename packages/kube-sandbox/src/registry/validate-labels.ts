import type { StatusCause } from '../model/api-status.js';
import type { JsonObject } from '../model/kube-object.js';
import { isJsonObject } from '../model/kube-object.js';
import { forbiddenField, invalidValue, required } from './field-errors.js';
import { labelValueComplaints, qualifiedNameComplaints } from './name-rules.js';

/** Checks a map of labels; `field` is the path of the map, as in the API server. */
export function labelCauses(labels: JsonObject, field: string): StatusCause[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const text = typeof value === 'string' ? value : '';
    return [
      ...qualifiedNameComplaints(key).map((it) => invalidValue(field, key, it)),
      ...labelValueComplaints(text).map((it) => invalidValue(field, text, it)),
    ];
  });
}

/** Checks a LabelSelector with matchLabels and matchExpressions. */
export function labelSelectorCauses(selector: JsonObject, field: string): StatusCause[] {
  const labels = isJsonObject(selector['matchLabels']) ? selector['matchLabels'] : {};
  const given = selector['matchExpressions'];
  const expressions = Array.isArray(given) ? given.filter(isJsonObject) : [];
  return [
    ...labelCauses(labels, `${field}.matchLabels`),
    ...expressions.flatMap((it, index) =>
      expressionCauses(it, `${field}.matchExpressions[${index}]`),
    ),
  ];
}

function expressionCauses(expression: JsonObject, field: string): StatusCause[] {
  const key = typeof expression['key'] === 'string' ? expression['key'] : '';
  const given = expression['values'];
  const values = Array.isArray(given) ? given.filter((it) => typeof it === 'string') : [];
  return [
    ...operatorCauses(expression['operator'], values, field),
    ...qualifiedNameComplaints(key).map((it) => invalidValue(`${field}.key`, key, it)),
    ...values.flatMap((value, index) => {
      const complaints = labelValueComplaints(value);
      return complaints.map((it) => invalidValue(`${field}.values[${index}]`, value, it));
    }),
  ];
}

function operatorCauses(
  operator: JsonObject[string],
  values: readonly string[],
  field: string,
): StatusCause[] {
  switch (operator) {
    case 'In':
    case 'NotIn': {
      if (values.length > 0) return [];
      const detail = "must be specified when `operator` is 'In' or 'NotIn'";
      return [required(`${field}.values`, detail)];
    }
    case 'Exists':
    case 'DoesNotExist': {
      if (values.length === 0) return [];
      const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      return [forbiddenField(`${field}.values`, detail)];
    }
    default:
      return [invalidValue(`${field}.operator`, operator ?? '', 'not a valid selector operator')];
  }
}
