import { rotationLimits } from '../../../core/rotation-limits.js';
import type { GeneratedKey } from '../rotation-spec.js';
import { writtenKeys } from './generated-keys.js';
import { type TemplatePlace, parseTemplate } from './template.js';

/** Kind of value that a name in a template refers to. */
type NameKind = 'text' | 'octets' | 'template';

/**
 * Returns why a template is refused; undefined if it is valid. A name refers to a generated key, or
 * else to a fact. Templates take nothing from templates, so there are no cycles.
 */
export function templateReason(
  template: string,
  generate: readonly GeneratedKey[],
  factNames: readonly string[],
): string | undefined {
  const { templateCharactersMax } = rotationLimits;
  if (template.length > templateCharactersMax || !template.isWellFormed()) {
    return `must be text of at most ${templateCharactersMax} characters`;
  }
  const parsed = parseTemplate(template);
  if ('problem' in parsed) return parsed.problem;
  const kinds = nameKinds(generate, factNames);
  for (const part of parsed.parts) {
    const reason = 'literal' in part ? undefined : placeReason(part, kinds);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function nameKinds(
  generate: readonly GeneratedKey[],
  factNames: readonly string[],
): ReadonlyMap<string, NameKind> {
  const kinds = new Map<string, NameKind>();
  for (const { key, generator } of generate) {
    if (generator.kind === 'template') kinds.set(key, 'template');
  }
  for (const name of factNames) kinds.set(name, 'text');
  for (const generated of generate) {
    if (generated.generator.kind === 'template') continue;
    for (const { name } of writtenKeys(generated)) kinds.set(name, 'text');
    if (isRaw(generated)) kinds.set(generated.key, 'octets');
  }
  return kinds;
}

function isRaw({ generator }: GeneratedKey): boolean {
  return generator.kind === 'bytes' && generator.bytes.encoding === 'raw';
}

function placeReason(
  { name, filters }: TemplatePlace,
  kinds: ReadonlyMap<string, NameKind>,
): string | undefined {
  const kind = kinds.get(name);
  if (kind === undefined) {
    return `must use names of generated keys or of the target's facts: ${name} is neither`;
  }
  if (kind === 'template') return `must not use ${name}, which is made by a template itself`;
  if (kind === 'octets' && filters[0] !== 'base64') {
    return `must put ${name}, which is raw bytes, through base64 first`;
  }
  return undefined;
}
