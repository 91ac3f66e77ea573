import { type GraphQLResolveInfo, getArgumentValues } from 'graphql';
import { selectedFields } from '../../graphql/selected-fields.js';
import type { Selection } from '../selected-read.js';

/** What the request itself names, and what has a right of its own. */
const noMetadata: readonly string[] = [
  '__typename',
  'namespace',
  'name',
  'value',
  'values',
  'auditEvents',
];

/** Which parts of a Secret a query selects; its bare name counts as metadata where it is all. */
export function selectionOf(info: GraphQLResolveInfo): Selection {
  const fields = selectedFields(info);
  const names = fields.map(({ name }) => name.value);
  const isWhole = names.includes('values');
  const keys = selectedKeys(info, fields);
  const hasMetadata = names.some((name) => !noMetadata.includes(name));
  return { hasMetadata: hasMetadata || (!isWhole && keys.length === 0), isWhole, keys };
}

function selectedKeys(
  info: GraphQLResolveInfo,
  fields: ReturnType<typeof selectedFields>,
): readonly string[] {
  const definition = info.schema.getType('Secret');
  const value =
    definition && 'getFields' in definition ? definition.getFields()['value'] : undefined;
  if (!value || !('args' in value)) return [];
  const keys = fields
    .filter(({ name }) => name.value === 'value')
    .map((node) => String(getArgumentValues(value, node, info.variableValues)['key']));
  return [...new Set(keys)];
}
