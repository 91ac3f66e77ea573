import type { FieldError } from '../../core/errors/sallyport-error.js';
import { parseJson } from '../../core/parse-json.js';
import { schemaLimits } from '../../core/schema-limits.js';
import { pointerTo } from '../../secrets/domain/json-pointer.js';
import type { CheckedSecret, Finding } from '../../secrets/domain/secret-checks.js';
import { CheckTime } from './check-time.js';
import type { KindContent } from './kinds/kind.js';
import { SecretContents } from './secret-contents.js';
import type { CrossRule, KeyRules, SecretRules } from './secret-rules.js';

const NOT_CHECKED = 'is not checked: the checks of the Secret take too long';

type Named = CheckFacts['named'];
type Violation = Pick<Finding, 'keys' | 'annotation' | 'error'>;

/** Facts outside the Secret. */
export interface CheckFacts {
  readonly nowMs: number;
  /** Shared by all schemas of the Secret. */
  readonly time?: Pick<CheckTime, 'isUsedUp'>;
  /** Keys whose values are checked, if not all are: other values must not take time. */
  readonly named?: ReadonlySet<string> | undefined;
}

/** Returns what a Secret breaks of a schema. What is not checked counts as broken. */
export function checkSecret(
  rules: SecretRules,
  { data, annotations }: Pick<CheckedSecret, 'data' | 'annotations'>,
  { nowMs, time = new CheckTime(), named }: CheckFacts,
): readonly Finding[] {
  const contents = new SecretContents(data);
  const { name: schema, isEnforced, isOfEachWrite } = rules;
  const ofKeys = [
    ...presenceViolations(rules, contents),
    ...valueViolations(rules, contents, { nowMs, time, named }),
  ];
  const broken = new Set(ofKeys.flatMap(({ keys }) => keys ?? []));
  // A rule over a key that is damaged would only repeat it.
  const ofRules = rules.crossRules
    .filter((rule) => isNamed(rule, named) && !rule.keys?.some((key) => broken.has(key)))
    .flatMap((rule): Violation[] => {
      const error = time.isUsedUp
        ? { pointer: '/data', reason: NOT_CHECKED }
        : rule.violation({ contents, annotations, nowMs });
      return error === undefined ? [] : [{ keys: rule.keys, annotation: rule.annotation, error }];
    });
  return [...ofKeys, ...ofRules].map((one) => ({ schema, isEnforced, isOfEachWrite, ...one }));
}

function presenceViolations(rules: SecretRules, contents: SecretContents): Violation[] {
  const { keys, oneAtLeast, alternatives, allowsOtherKeys } = rules;
  const missing = [...keys].filter(([key, { isRequired }]) => isRequired && !contents.has(key));
  const violations = missing.map(([key]) => violation([key], key, 'is required by the schema'));
  if (oneAtLeast.length > 0 && !oneAtLeast.some((key) => contents.has(key))) {
    violations.push(violation(oneAtLeast, undefined, `must have one of ${oneAtLeast.join(', ')}`));
  }
  const complete = alternatives.filter((set) => set.every((key) => contents.has(key)));
  if (alternatives.length > 0 && complete.length !== 1) {
    const sets = alternatives.map((set) => set.join(' and ')).join('; or ');
    violations.push(violation(alternatives.flat(), undefined, `must have either ${sets}`));
  }
  if (allowsOtherKeys) return violations;
  const others = contents.keys.filter((key) => !keys.has(key));
  return [...violations, ...others.map((key) => violation([key], key, 'is not in the schema'))];
}

/** Reports whether the caller names all that a rule reads; an annotation takes no time. */
function isNamed(
  { keys, annotation }: Pick<CrossRule, 'keys' | 'annotation'>,
  named: Named,
): boolean {
  if (named === undefined || annotation !== undefined) return true;
  return keys?.every((key) => named.has(key)) === true;
}

function valueViolations(
  rules: SecretRules,
  contents: SecretContents,
  { nowMs, time, named }: Required<CheckFacts>,
): Violation[] {
  return [...rules.keys].flatMap(([key, rule]) => {
    const keys = rule.passwordKey === undefined ? [key] : [key, rule.passwordKey];
    const content = isNamed({ keys }, named) ? contents.get(key) : undefined;
    if (content === undefined) return [];
    if (time.isUsedUp) return [violation([key], key, NOT_CHECKED)];
    const reasons = [
      ...kindReasons(rule, content, { contents, nowMs }),
      ...schemaReasons(rule, content),
    ];
    return reasons.slice(0, schemaLimits.reasonsMax).map((reason) => violation(keys, key, reason));
  });
}

interface KindFacts {
  readonly contents: SecretContents;
  readonly nowMs: number;
}

function kindReasons(
  { kind, passwordKey }: KeyRules,
  content: KindContent,
  { contents, nowMs }: KindFacts,
): readonly string[] {
  if (kind === undefined) return [];
  if (content.bytes.length > kind.bytesMax) return [`must have at most ${kind.bytesMax} bytes`];
  const password = passwordKey === undefined ? undefined : contents.get(passwordKey);
  if (passwordKey !== undefined && password?.text === undefined) {
    return [`needs a password in ${passwordKey}`];
  }
  return kind.reasons(content, { nowMs, password: password?.text });
}

function schemaReasons({ schema, isJson }: KeyRules, content: KindContent): readonly string[] {
  if (schema === undefined) return [];
  const { bytes, text } = content;
  if (bytes.length > schemaLimits.valueBytesMax) {
    return [`must have at most ${schemaLimits.valueBytesMax} bytes`];
  }
  if (text === undefined) return ['must be UTF-8'];
  if (isJson !== true) return schema.reasons(text);
  let document: unknown;
  try {
    document = parseJson(bytes);
  } catch {
    // The error's pointer names members of the value.
    return ['must be JSON, with each member once'];
  }
  return schema.reasons(document);
}

function violation(
  keys: readonly string[],
  key: string | undefined,
  reason: string,
): Violation & { readonly error: FieldError } {
  const pointer = key === undefined ? '/data' : pointerTo('data', key);
  return { keys, error: { pointer, reason } };
}
