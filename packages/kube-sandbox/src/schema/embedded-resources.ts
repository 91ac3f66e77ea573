import type { StatusCause } from '../model/api-status.js';
import type { Json } from '../model/kube-object.js';
import type { SchemaNode } from '../model/schema-node.js';
import { invalidValue, required } from '../registry/field-errors.js';
import { memberOf } from './raw-value.js';
import type { SchemaResult } from './schema-result.js';
import { forEachEmbedded } from './structural-schema.js';

const label = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const labelMax = 63;
const labelRule =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

/** Checks apiVersion and kind of embedded resources, but not their metadata. */
export function embeddedCauses(
  value: Json,
  schema: SchemaNode,
  path: string,
  to: SchemaResult,
): void {
  forEachEmbedded(value, schema, path, (object, at) => {
    const absent = ['apiVersion', 'kind'].filter((name) => memberOf(object, name) === undefined);
    const causes = [
      ...absent.map((name) => required(`${at}.${name}`)),
      ...apiVersionCauses(memberOf(object, 'apiVersion'), `${at}.apiVersion`),
      ...kindCauses(memberOf(object, 'kind'), `${at}.kind`),
    ];
    for (const cause of causes) to.add(cause);
  });
}

function apiVersionCauses(value: Json | undefined, field: string): StatusCause[] {
  if (value === undefined) return [];
  if (typeof value !== 'string') return [invalidValue(field, value, 'must be a string')];
  if (value === '') return [invalidValue(field, value, 'must not be empty')];
  if (value.split('/').length <= 2) return [];
  return [invalidValue(field, value, `unexpected GroupVersion string: ${value}`)];
}

function kindCauses(value: Json | undefined, field: string): StatusCause[] {
  if (value === undefined) return [];
  if (typeof value !== 'string') return [invalidValue(field, value, 'must be a string')];
  if (value === '') return [invalidValue(field, value, 'must not be empty')];
  const rules: string[] = [];
  if (value.length > labelMax) rules.push(`must be no more than ${labelMax} bytes`);
  if (!label.test(value.toLowerCase())) rules.push(labelRule);
  if (rules.length === 0) return [];
  const prefix = 'may have mixed case, but should otherwise match: ';
  return [invalidValue(field, value, `${prefix}${rules.join(',')}`)];
}
