import type { FieldError } from '../../../core/errors/sallyport-error.js';
import { rotationLimits } from '../../../core/rotation-limits.js';
import { dataKeyReason } from '../../../secrets/domain/names.js';
import { pointerTo } from '../../../secrets/domain/json-pointer.js';
import type { GeneratedKey, JwksRules, SshKeyPairRules } from '../rotation-spec.js';
import { certificateProblems, isOneLine } from './certificate-problems.js';
import { writtenKeys } from './generated-keys.js';
import { singleValueProblems } from './single-value-problems.js';
import { templateReason } from './template-problems.js';

/**
 * Returns why these generators are refused, with pointers from the spec. `factNames` are names that
 * templates may use in addition to generated keys.
 */
export function generatorProblems(
  generate: readonly GeneratedKey[],
  factNames: readonly string[],
): readonly FieldError[] {
  const rules = generate.flatMap((generated, index) =>
    rulesProblems(generated, generate, factNames).map(({ pointer, reason }) => {
      return { pointer: `${entryPointer(index)}${pointer}`, reason };
    }),
  );
  return [...keyProblems(generate), ...rules];
}

function keyProblems(generate: readonly GeneratedKey[]): readonly FieldError[] {
  const problems: FieldError[] = [];
  const taken = new Set<string>();
  for (const [index, generated] of generate.entries()) {
    for (const { name, place } of writtenKeys(generated)) {
      const reason = taken.has(name) ? 'must not be generated twice' : dataKeyReason(name);
      taken.add(name);
      const pointer = `${entryPointer(index)}${pointerTo(...place)}`;
      if (reason !== undefined) problems.push({ pointer, reason });
    }
  }
  const { generatedKeysMax } = rotationLimits;
  if (taken.size > generatedKeysMax) {
    problems.push({ pointer: '/generate', reason: `must make at most ${generatedKeysMax} keys` });
  }
  return problems;
}

/** Pointers from the entry. */
function rulesProblems(
  { generator }: GeneratedKey,
  generate: readonly GeneratedKey[],
  factNames: readonly string[],
): readonly FieldError[] {
  switch (generator.kind) {
    case 'password':
    case 'bytes':
    case 'uuid':
      return singleValueProblems(generator);
    case 'sshKeyPair':
      return problem('/sshKeyPair/comment', commentReason(generator.sshKeyPair));
    case 'certificate':
      return below('/certificate', certificateProblems(generator.certificate));
    case 'jwks':
      return problem('/jwks/keepOld', keepOldReason(generator.jwks));
    case 'template':
      return problem('/template', templateReason(generator.template, generate, factNames));
    default:
      return [];
  }
}

function commentReason({ comment }: SshKeyPairRules): string | undefined {
  const { sshCommentCharactersMax } = rotationLimits;
  if (comment.length <= sshCommentCharactersMax && isOneLine(comment)) return undefined;
  return `must be one line of at most ${sshCommentCharactersMax} characters`;
}

function keepOldReason({ keepOld }: JwksRules): string | undefined {
  const { jwksKeepOldMax } = rotationLimits;
  if (keepOld >= 0 && keepOld <= jwksKeepOldMax) return undefined;
  return `must be from 0 to ${jwksKeepOldMax}`;
}

function entryPointer(index: number): string {
  return pointerTo('generate', String(index));
}

function below(prefix: string, problems: readonly FieldError[]): readonly FieldError[] {
  return problems.map(({ pointer, reason }) => ({ pointer: `${prefix}${pointer}`, reason }));
}

function problem(pointer: string, reason: string | undefined): readonly FieldError[] {
  return reason === undefined ? [] : [{ pointer, reason }];
}
