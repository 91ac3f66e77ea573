import { isRecord, metadataKeyReason } from '../../secrets/domain/body-members.js';
import { pointerTo } from '../../secrets/domain/json-pointer.js';
import { contradictions } from './json-schema/contradictions.js';
import { SchemaProblems } from './schema-problems.js';
import type { SchemaSpec } from './schema-spec.js';
import type { SecretRules } from './secret-rules.js';

const NO_TEXT = 'must include string: without `format: json`, the value is a text';
const OTHER_TYPE = 'must be a text: without `format: json`, the value is a text';
const EXCLUDED = 'additionalKeys is false, so that no Secret has it';

/**
 * Throws SchemaProblem for a spec that obviously allows no value of a key, or has a rule over a key
 * that it excludes. `crossRules` are its compiled rules. Only a write is refused: a schema that is
 * stored stays in force, because refusing all values can be its purpose.
 */
export function requireSatisfiable(spec: SchemaSpec, crossRules: SecretRules['crossRules']): void {
  const problems = new SchemaProblems();
  for (const [key, { schema, format }] of Object.entries(spec.keys)) {
    const pointer = pointerTo('keys', key, 'schema');
    const found = contradictions(schema, pointer);
    for (const problem of found) problems.add(problem.pointer, problem.reason);
    if (format === 'text') addNoTexts(schema, pointer, problems);
  }
  const { annotation } = spec.expires ?? {};
  const nameReason = annotation && metadataKeyReason('annotations', annotation);
  if (nameReason) problems.add('/expires/annotation', nameReason);
  for (const index of spec.rules.keys()) {
    const excluded = excludedKeys(spec, crossRules[index]?.keys ?? []);
    if (excluded.length === 0) continue;
    const reason = `reads ${excluded.join(', ')}, which keys does not name: ${EXCLUDED}`;
    problems.add(`/rules/${index}/rule`, reason);
  }
  problems.throwAny();
}

/** Returns the keys that a Secret of the schema cannot have. */
function excludedKeys(
  { keys, additionalKeys }: SchemaSpec,
  names: readonly string[],
): readonly string[] {
  return additionalKeys ? [] : names.filter((name) => !Object.hasOwn(keys, name));
}

/** Adds the parts of a schema that no text satisfies, which the value of the key is. */
function addNoTexts(schema: unknown, pointer: string, problems: SchemaProblems): void {
  if (!isRecord(schema)) return;
  const { type = 'string', const: constant = '', enum: members = [] } = schema;
  if (![type].flat().includes('string')) problems.add(`${pointer}/type`, NO_TEXT);
  if (typeof constant !== 'string') problems.add(`${pointer}/const`, OTHER_TYPE);
  for (const [index, member] of (members as unknown[]).entries()) {
    if (typeof member !== 'string') problems.add(`${pointer}/enum/${index}`, OTHER_TYPE);
  }
}
