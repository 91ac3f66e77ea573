import type { KeyGroup } from '../../secrets/domain/secret-checks.js';
import type { SecretRules } from './secret-rules.js';

/** Returns the keys that the rules of a schema read together. */
export function keyGroups(rules: SecretRules): readonly KeyGroup[] {
  const { keys, oneAtLeast, alternatives, crossRules, isOfEachWrite } = rules;
  const group = (of: readonly string[] | undefined, isPresence = false): KeyGroup => {
    return { keys: of, isPresence, isOfEachWrite };
  };
  const stores = [...keys].flatMap(([key, { passwordKey }]) =>
    passwordKey === undefined ? [] : [group([key, passwordKey])],
  );
  return [
    ...stores,
    ...(oneAtLeast.length === 0 ? [] : [group(oneAtLeast, true)]),
    ...(alternatives.length === 0 ? [] : [group(alternatives.flat())]),
    ...crossRules.map((rule) => group(rule.keys)),
    ...(isOfEachWrite ? [group([])] : []),
  ];
}
