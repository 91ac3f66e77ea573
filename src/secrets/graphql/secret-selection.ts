import { type GraphQLResolveInfo, getArgumentValues } from 'graphql';
import type { AnswerBudget } from '../../core/answer-budget.js';
import type { SecretValue } from '../../core/secret-value.js';
import { selectedFields } from '../../platform/graphql/selected-fields.js';
import type { AdmitValues, Selection } from '../read/selected-read.js';

/** JSON of an entry of `values` without its texts: `{"key":,"text":,"base64":null},`. */
const ENTRY_BYTES = 32;
/** Fields that the request itself names, and fields with a right of their own. */
const noMetadata: readonly string[] = [
  '__typename',
  'id',
  'namespace',
  'name',
  'value',
  'values',
  'auditEvents',
];

/**
 * Returns the parts that a query selects; the name alone counts as metadata. A member of a document
 * is no part: it is a read of its own.
 */
export function selectionOf(info: GraphQLResolveInfo): Selection {
  const fields = selectedFields(info);
  const names = fields.map(({ name }) => name.value);
  const isWhole = names.includes('values');
  const values = selectedValues(info, fields);
  const keys = [...new Set(wholeValues(values).map(({ key }) => key))];
  const hasMetadata = names.some((name) => !noMetadata.includes(name));
  return { hasMetadata: hasMetadata || (!isWhole && values.length === 0), isWhole, keys };
}

/** Reports whether a selection has a part, and not only members of documents. */
export function hasParts({ hasMetadata, isWhole, keys }: Selection): boolean {
  return hasMetadata || isWhole || keys.length > 0;
}

/** Charges what a query renders of values: an alias repeats a value. Throws TooLarge. */
export function chargeShown(budget: AnswerBudget, info: GraphQLResolveInfo): AdmitValues {
  const fields = selectedFields(info);
  const wholes = fields.filter(({ name }) => name.value === 'values').length;
  const keys = wholeValues(selectedValues(info, fields));
  const textBytes = (value: SecretValue): number => {
    // No text has fewer bytes: skip the slower measurement if it is too large anyway.
    budget.requireRoom(value.sizeBytes);
    return value.jsonSizeBytes;
  };
  return (data) => {
    for (const { key, encoding } of keys) {
      const value = data.get(key);
      if (value) budget.charge(encoding === 'BASE64' ? value.base64SizeBytes : textBytes(value));
    }
    for (let count = 0; count < wholes; count += 1) {
      for (const [key, value] of data) {
        budget.charge(key.length + textBytes(value) + ENTRY_BYTES);
      }
    }
  };
}

interface SelectedValue {
  readonly key: string;
  readonly encoding: string;
  readonly isMember: boolean;
}

function wholeValues(values: readonly SelectedValue[]): readonly SelectedValue[] {
  return values.filter(({ isMember }) => !isMember);
}

function selectedValues(
  info: GraphQLResolveInfo,
  fields: ReturnType<typeof selectedFields>,
): readonly SelectedValue[] {
  const definition = info.schema.getType('Secret');
  const value =
    definition && 'getFields' in definition ? definition.getFields()['value'] : undefined;
  if (!value || !('args' in value)) return [];
  return fields
    .filter(({ name }) => name.value === 'value')
    .map((node) => {
      const { key, encoding, pointer } = getArgumentValues(value, node, info.variableValues);
      const isMember = pointer !== null && pointer !== undefined;
      return { key: String(key), encoding: String(encoding), isMember };
    });
}
