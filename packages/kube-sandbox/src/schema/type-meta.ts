import { cannotUnmarshal, outside } from './decode-problems.js';
import { DecodeFailure, type ObjectOptions } from './decode-options.js';
import { kindOf, RawObject, type RawValue } from './raw-value.js';
import { kubernetesSchemas } from './schema-source.js';

/** Group, version and kind of a document. */
export interface TypeMeta {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const probeType =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
const schemeName = 'pkg/runtime/scheme.go:111';
const definitionsGroup = 'apiextensions.k8s.io';

/** Reads apiVersion and kind, ignoring case as the API server does. Throws DecodeFailure. */
export function readTypeMeta(document: RawValue): TypeMeta {
  if (document === null) return { group: '', version: '', kind: '' };
  if (!(document instanceof RawObject)) {
    throw unreadable(cannotUnmarshal(kindOf(document), outside, probeType).message);
  }
  const apiVersion = textMember(document, 'apiVersion');
  return { ...parseApiVersion(apiVersion), kind: textMember(document, 'kind') };
}

function textMember(document: RawObject, field: string): string {
  let text = '';
  for (const [name, value] of document.entries) {
    if (name.toLowerCase() !== field.toLowerCase() || value === null) continue;
    if (typeof value !== 'string') {
      const place = { struct: '', fields: [field] };
      throw unreadable(cannotUnmarshal(kindOf(value), place, 'string').message);
    }
    text = value;
  }
  return text;
}

function unreadable(why: string): DecodeFailure {
  return new DecodeFailure(`couldn't get version/kind; json parse error: ${why}`);
}

/** Returns the empty group for `v1`. Throws DecodeFailure for more than one slash. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  if (apiVersion === '' || apiVersion === '/') return { group: '', version: '' };
  const [first = '', second, ...more] = apiVersion.split('/');
  if (more.length > 0) throw new DecodeFailure(`unexpected GroupVersion string: ${apiVersion}`);
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

/** Completes what a document omits from the request's path. */
export function withDefaults(given: TypeMeta, expected: TypeMeta): TypeMeta {
  const kind = given.kind === '' ? expected.kind : given.kind;
  if (given.version === '' && given.group === '') {
    return { group: expected.group, version: expected.version, kind };
  }
  const isVersionOpen = given.version === '' && given.group === expected.group;
  return { group: given.group, version: isVersionOpen ? expected.version : given.version, kind };
}

/** Throws DecodeFailure if a built-in object is of another kind than expected. */
export function checkBuiltInType(given: TypeMeta, expected: TypeMeta): void {
  const { group, version, kind } = given;
  if (group === expected.group && version === expected.version && kind === expected.kind) return;
  if (isKnown(given, expected)) {
    const into = `${internalPackage(expected.group)}.${expected.kind}`;
    const why = `converting (${version}.${kind}) to (${into}): unknown conversion`;
    throw new DecodeFailure(why, given);
  }
  throw notRegistered(given);
}

/** Returns `no kind "X" is registered for version "v1" in scheme …`. */
export function notRegistered(given: TypeMeta): DecodeFailure {
  const { group, version, kind } = given;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const registered = `registered for version "${apiVersion}" in scheme "${schemeName}"`;
  return new DecodeFailure(`no kind "${kind}" is ${registered}`, given);
}

/** A separate server decodes CustomResourceDefinitions and knows only its own group. */
function isKnown(given: TypeMeta, { group }: ObjectOptions | TypeMeta): boolean {
  const isSameServer = (given.group === definitionsGroup) === (group === definitionsGroup);
  const { version, kind } = given;
  return (
    isSameServer && kubernetesSchemas().definitionName(given.group, version, kind) !== undefined
  );
}

function internalPackage(group: string): string {
  return group === '' ? 'core' : (group.split('.')[0] ?? group);
}
