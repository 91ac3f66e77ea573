import type { StatusCause } from '../model/api-status.js';
import { isJsonObject, type Json, type JsonObject } from '../model/kube-object.js';

const PATH = 'spec.resourceAttributes';
const WITH_VALUES: readonly unknown[] = ['In', 'NotIn'];
const WITHOUT_VALUES: readonly unknown[] = ['Exists', 'DoesNotExist'];

/** Returns what is invalid in the selectors of `resourceAttributes`, except unknown operators. */
export function selectorCauses(attributes: JsonObject): readonly StatusCause[] {
  return (['fieldSelector', 'labelSelector'] as const).flatMap((name) => {
    const selector = attributes[name];
    return isJsonObject(selector) ? causesOf(selector, name) : [];
  });
}

function causesOf(
  selector: JsonObject,
  name: 'fieldSelector' | 'labelSelector',
): readonly StatusCause[] {
  const path = `${PATH}.${name}`;
  const raw = typeof selector['rawSelector'] === 'string' ? selector['rawSelector'] : '';
  const requirements = Array.isArray(selector['requirements']) ? selector['requirements'] : [];
  const causes: StatusCause[] = [];
  if (raw !== '' && requirements.length > 0) {
    const shown = JSON.stringify(raw);
    const message = `Invalid value: ${shown}: may not specified at the same time as requirements`;
    causes.push({ reason: 'FieldValueInvalid', message, field: `${path}.rawSelector` });
  }
  if (raw === '' && requirements.length === 0) {
    const why = `when ${path} is specified, requirements or rawSelector is required`;
    causes.push(required(`${path}.requirements`, why));
  }
  const each = requirements.flatMap((requirement, index) =>
    requirementCauses(requirement, `${path}.requirements[${index}]`, name === 'fieldSelector'),
  );
  return [...causes, ...each];
}

function requirementCauses(
  requirement: Json,
  path: string,
  needsKey: boolean,
): readonly StatusCause[] {
  const { key, operator, values } = isJsonObject(requirement) ? requirement : {};
  const hasValues = Array.isArray(values) && values.length > 0;
  const causes: StatusCause[] = [];
  if (needsKey && (key === undefined || key === '')) {
    causes.push(required(`${path}.key`, 'must be specified'));
  }
  if (WITH_VALUES.includes(operator) && !hasValues) {
    const why = "must be specified when `operator` is 'In' or 'NotIn'";
    causes.push(required(`${path}.values`, why));
  }
  if (WITHOUT_VALUES.includes(operator) && hasValues) {
    const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    const message = `Forbidden: ${why}`;
    causes.push({ reason: 'FieldValueForbidden', message, field: `${path}.values` });
  }
  return causes;
}

function required(field: string, why: string): StatusCause {
  return { reason: 'FieldValueRequired', message: `Required value: ${why}`, field };
}
