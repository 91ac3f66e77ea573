import type { StatusCause } from '../../model/api-status.js';
import type { JsonObject } from '../../model/kube-object.js';
import { objectAt, textAt } from '../../table/columns/object-fields.js';
import { invalidValue, required } from '../field-errors.js';

/**
 * Checks that a schema is structural: the root is an object and every node has a type.
 * https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/
 */
export function schemaCauses(
  schema: JsonObject,
  field: string,
  hasStatusSubresource: boolean,
): StatusCause[] {
  const type = textAt(schema, 'type');
  const typeField = `${field}.type`;
  const causes: StatusCause[] = [];
  if (hasStatusSubresource && type !== '' && type !== 'object') {
    const detail =
      'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    causes.push(invalidValue(typeField, type, detail));
  }
  causes.push(...childCauses(schema, field));
  if (type === '') causes.push(required(typeField, 'must not be empty at the root'));
  else if (type !== 'object')
    causes.push(invalidValue(typeField, type, 'must be object at the root'));
  return causes;
}

function childCauses(schema: JsonObject, field: string): StatusCause[] {
  const properties = objectAt(schema, 'properties') ?? {};
  const values = objectAt(schema, 'additionalProperties');
  const items = objectAt(schema, 'items');
  return [
    ...(items === undefined ? [] : nodeCauses(items, `${field}.items`, 'array items')),
    ...Object.keys(properties).flatMap((name) => {
      const node = objectAt(properties, name) ?? {};
      return nodeCauses(node, `${field}.properties[${name}]`, 'object fields');
    }),
    ...(values === undefined
      ? []
      : nodeCauses(values, `${field}.additionalProperties`, 'object fields')),
  ];
}

function nodeCauses(node: JsonObject, field: string, what: string): StatusCause[] {
  const causes = childCauses(node, field);
  const isUntyped =
    node['x-kubernetes-int-or-string'] === true ||
    node['x-kubernetes-preserve-unknown-fields'] === true;
  if (textAt(node, 'type') !== '' || isUntyped) return causes;
  return [...causes, required(`${field}.type`, `must not be empty for specified ${what}`)];
}
