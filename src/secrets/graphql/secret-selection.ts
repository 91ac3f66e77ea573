import { type GraphQLResolveInfo, getArgumentValues } from 'graphql';
import { selectedFields } from '../../graphql/selected-fields.js';

/** Which values a query selects: named keys, all, or none. */
export function selectedKeys(info: GraphQLResolveInfo): readonly string[] | 'all' | 'none' {
  const fields = selectedFields(info);
  if (fields.some(({ name }) => name.value === 'values')) return 'all';
  const definition = info.schema.getType('Secret');
  const value =
    definition && 'getFields' in definition ? definition.getFields()['value'] : undefined;
  if (!value || !('args' in value)) return 'none';
  const keys = fields
    .filter(({ name }) => name.value === 'value')
    .map((node) => String(getArgumentValues(value, node, info.variableValues)['key']));
  return keys.length === 0 ? 'none' : [...new Set(keys)];
}
