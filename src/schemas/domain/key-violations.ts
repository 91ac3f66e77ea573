import { bodyLimits } from '../../core/body-limits.js';
import type { CheckTime } from './check-time.js';
import type { SecretContents } from './secret-contents.js';
import type { SecretRules } from './secret-rules.js';
import { NOT_CHECKED, type Violation, violation } from './violation.js';

/** Returns which keys lack, of those that a schema demands. */
export function missingKeys(rules: SecretRules, contents: SecretContents): Violation[] {
  const { keys, oneAtLeast, alternatives } = rules;
  const missing = [...keys].filter(([key, { isRequired }]) => isRequired && !contents.has(key));
  const violations = missing.map(([key]) => violation([key], key, 'is required by the schema'));
  if (oneAtLeast.length > 0 && !oneAtLeast.some((key) => contents.has(key))) {
    violations.push(violation(oneAtLeast, undefined, `must have one of ${oneAtLeast.join(', ')}`));
  }
  const complete = alternatives.filter((set) => set.every((key) => contents.has(key)));
  if (alternatives.length > 0 && complete.length !== 1) {
    const sets = alternatives.map((set) => set.join(' and ')).join('; or ');
    const end =
      complete.length === 0 ? '' : `, and not ${alternatives.length === 2 ? 'both' : 'several'}`;
    violations.push(violation(alternatives.flat(), undefined, `must have either ${sets}${end}`));
  }
  return violations;
}

/** Reports whether a key is there that the schema does not allow. */
export function isUnknownKey(
  { keys, allowsOtherKeys }: SecretRules,
  contents: SecretContents,
  key: string,
): boolean {
  return !allowsOtherKeys && !keys.has(key) && contents.has(key);
}

/**
 * Returns the keys that the schema does not allow: a hundred of them each, and all others in one
 * violation, which concerns a write of any of them. With `named`, other keys take no time.
 */
export function unknownKeys(
  rules: SecretRules,
  contents: SecretContents,
  facts: {
    readonly time: Pick<CheckTime, 'isUsedUp'>;
    readonly named: ReadonlySet<string> | undefined;
  },
): Violation[] {
  if (rules.allowsOtherKeys) return [];
  const { time, named } = facts;
  const keys = named === undefined ? undefined : [...named];
  if (time.isUsedUp) return [violation(keys, undefined, NOT_CHECKED)];
  const unknown = (keys ?? contents.keys).filter((key) => isUnknownKey(rules, contents, key));
  const { errorsReportedMax } = bodyLimits;
  const listed = unknown
    .slice(0, errorsReportedMax)
    .map((key) => violation([key], key, 'is not in the schema'));
  const others = unknown.slice(errorsReportedMax);
  if (others.length === 0) return listed;
  const reason = `has ${others.length} further keys that are not in the schema`;
  return [...listed, violation(others, undefined, reason)];
}
