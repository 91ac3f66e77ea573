import { type FieldError, SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { parseBody } from '../../core/parse-with.js';
import { sealingLimits } from '../../core/sealing-limits.js';
import { metadataMember, placeErrors, stringMember } from '../../secrets/domain/body-members.js';
import { refuseIfAny } from '../../secrets/domain/field-errors.js';
import { pointerTo } from '../../secrets/domain/json-pointer.js';
import { dataKeyReason, secretNameReason } from '../../secrets/domain/names.js';
import type { WriteInput } from '../../secrets/domain/write-body.js';
import { PATCH_ANNOTATION, scopeAnnotations, scopeOf, type SealingScope } from './sealing-scope.js';
import { type SealedSecretManifest, sealedSecretSchema } from './sealed-secret.schema.js';
import { openedSizeBytes, readSealedValue, type SealedValue } from './sealed-value.js';

/** The Secret of a manifest, whose values are still encrypted. */
export interface ReadSealedSecret {
  readonly secret: Omit<WriteInput, 'data' | 'preconditions'>;
  readonly scope: SealingScope;
  /** In order of the keys; undefined for a text that is no sealed value. */
  readonly values: ReadonlyMap<string, SealedValue | undefined>;
}

const TEMPLATES = 'must be empty: templates are not evaluated; seal the rendered value instead';
const PATCHES = 'is not supported: the Secret would lose the keys that are not in the manifest';

/**
 * Reads a parsed manifest for a namespace. The template describes the whole Secret: without labels
 * or annotations, the Secret has none. Throws Invalid with all broken rules, or TooLarge; decides
 * before any decryption that all of the values can be opened within the limits.
 */
export function readSealedSecret(manifest: unknown, namespace: string): ReadSealedSecret {
  const { metadata, spec } = parseBody(sealedSecretSchema, manifest);
  const { name, annotations } = metadata;
  const scope = scopeOf(annotations ?? {});
  const errors = [
    ...under('/metadata', placeErrors({ namespace: metadata.namespace }, { namespace })),
    ...nameErrors(name),
    ...(scope === undefined ? [scopeError] : []),
    ...Object.keys(spec.encryptedData).flatMap(keyErrors),
  ];
  const template = readTemplate(spec.template ?? {}, errors);
  refuseIfAny(errors);
  const values = readValues(spec.encryptedData);
  return { secret: { namespace, name, ...template }, scope: scope ?? 'strict', values };
}

const scopeError: FieldError = {
  pointer: pointerTo('metadata', 'annotations', scopeAnnotations.clusterWide),
  reason: `is given in addition to ${scopeAnnotations.namespaceWide}`,
};

function readTemplate(
  { metadata, type, immutable, data }: NonNullable<SealedSecretManifest['spec']['template']>,
  errors: FieldError[],
): Pick<WriteInput, 'labels' | 'annotations' | 'type' | 'immutable'> {
  const [ofMetadata, ofTemplate]: [FieldError[], FieldError[]] = [[], []];
  const body = { labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {} };
  metadataMember(body, 'labels', 'refuseNull', ofMetadata);
  metadataMember(body, 'annotations', 'refuseNull', ofMetadata);
  if (body.annotations[PATCH_ANNOTATION] === 'true') {
    ofMetadata.push({ pointer: pointerTo('annotations', PATCH_ANNOTATION), reason: PATCHES });
  }
  if (Object.keys(data ?? {}).length > 0) ofTemplate.push({ pointer: '/data', reason: TEMPLATES });
  const read = { ...body, type: stringMember({ type }, 'type', ofTemplate) };
  errors.push(...under('/spec/template/metadata', ofMetadata));
  errors.push(...under('/spec/template', ofTemplate));
  return { ...read, immutable: immutable ?? undefined };
}

function readValues(encrypted: Readonly<Record<string, string>>): ReadSealedSecret['values'] {
  const names = Object.keys(encrypted).toSorted();
  if (names.length > sealingLimits.valuesMax) {
    throw new SallyportError(
      'TooLarge',
      `a SealedSecret holds at most ${sealingLimits.valuesMax} values`,
    );
  }
  const values = new Map(names.map((key) => [key, readSealedValue(encrypted[key] ?? '')]));
  let sizeBytes = 0;
  for (const value of values.values()) sizeBytes += value ? openedSizeBytes(value) : 0;
  if (sizeBytes <= limits.secretSizeBytesMax) return values;
  throw new SallyportError(
    'TooLarge',
    `a Secret holds at most ${limits.secretSizeBytesMax} bytes of decoded values`,
  );
}

function nameErrors(name: string): readonly FieldError[] {
  const reason = name === '' ? 'is required' : secretNameReason(name);
  return reason === undefined ? [] : [{ pointer: '/metadata/name', reason }];
}

function keyErrors(key: string): readonly FieldError[] {
  const reason = dataKeyReason(key);
  return reason === undefined ? [] : [{ pointer: pointerTo('spec', 'encryptedData', key), reason }];
}

function under(prefix: string, errors: readonly FieldError[]): readonly FieldError[] {
  return errors.map((error) => ({ ...error, pointer: `${prefix}${error.pointer}` }));
}
