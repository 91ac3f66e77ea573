import { parseJson } from '../../core/parse-json.js';
import { schemaLimits } from '../../core/schema-limits.js';
import type { CheckedSecret, Finding } from '../../secrets/domain/secret-checks.js';
import { CheckTime } from './check-time.js';
import { isUnknownKey, missingKeys, unknownKeys } from './key-violations.js';
import { noJson } from './kinds/json-mistake.js';
import type { KindContent } from './kinds/kind.js';
import { SecretContents } from './secret-contents.js';
import type { CrossRule, KeyRules, SecretRules } from './secret-rules.js';
import { NOT_CHECKED, type Violation, violation } from './violation.js';

type Named = CheckFacts['named'];

/** Facts outside the Secret. */
export interface CheckFacts {
  readonly nowMs: number;
  /** Shared by all schemas of the Secret. */
  readonly time?: Pick<CheckTime, 'isUsedUp'>;
  /** Keys whose values are checked, if not all are: other values must not take time. */
  readonly named?: ReadonlySet<string> | undefined;
  /** Contents of the Secret, if several schemas check them. */
  readonly contents?: SecretContents;
}

/** Returns what a Secret breaks of a schema. What is not checked counts as broken. */
export function checkSecret(
  rules: SecretRules,
  { data, annotations }: Pick<CheckedSecret, 'data' | 'annotations'>,
  { nowMs, time = new CheckTime(), named, contents = new SecretContents(data) }: CheckFacts,
): readonly Finding[] {
  const { name: schema, isEnforced, isOfEachWrite } = rules;
  const missing = missingKeys(rules, contents);
  const unknown = unknownKeys(rules, contents, { time, named });
  const ofValues = valueViolations(rules, contents, { nowMs, time, named });
  const broken = new Set([...missing, ...ofValues].flatMap(({ keys }) => keys ?? []));
  const isBroken = (key: string) => broken.has(key) || isUnknownKey(rules, contents, key);
  // A rule over a key that is damaged would only repeat it.
  const ofRules = rules.crossRules
    .filter((rule) => isNamed(rule, named) && !rule.keys?.some(isBroken))
    .flatMap((rule): Violation[] => {
      const error = time.isUsedUp
        ? { pointer: '/data', reason: NOT_CHECKED }
        : rule.violation({ contents, annotations, nowMs });
      return error === undefined ? [] : [{ keys: rule.keys, annotation: rule.annotation, error }];
    });
  const all = [...missing, ...unknown, ...ofValues, ...ofRules];
  return all.map((one) => ({ schema, isEnforced, isOfEachWrite, ...one }));
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
  { nowMs, time, named }: Required<Omit<CheckFacts, 'contents'>>,
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
    return [noJson(text)];
  }
  return schema.reasons(document);
}
