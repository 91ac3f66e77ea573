import { type MemberPlace, readObject, readText, readTexts } from '../authn/typed-member.js';
import type { Attributes, UserInfo } from '../model/identity.js';
import { isJsonObject, type Json, type JsonObject } from '../model/kube-object.js';

const RESOURCE_TEXTS = [
  'namespace',
  'verb',
  'group',
  'version',
  'resource',
  'subresource',
  'name',
] as const;

/** `spec` of an access review, without empty members, in the API server's order. */
export interface ReviewSpec {
  readonly resourceAttributes: JsonObject | undefined;
  readonly nonResourceAttributes: JsonObject | undefined;
  readonly user: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
  readonly uid: string;
}

/** Reads `spec`. Throws BadRequest for members of a wrong type. */
export function reviewSpecOf(value: Json | undefined, kind: string): ReviewSpec {
  const within = `${kind.replace('Local', '')}Spec`;
  const at = (path: string): MemberPlace => ({ kind, within, path: `spec${path}` });
  const spec = readObject(value, { ...at(''), within: kind }, `v1.${within}`) ?? {};
  const extra = readObject(spec['extra'], at('.extra'), 'map[string]v1.ExtraValue') ?? {};
  return {
    resourceAttributes: resourceAttributesOf(spec['resourceAttributes'], kind),
    nonResourceAttributes: nonResourceAttributesOf(spec['nonResourceAttributes'], kind),
    user: readText(spec['user'], at('.user')),
    groups: readTexts(spec['groups'], at('.groups')),
    extra: Object.fromEntries(
      Object.entries(extra).map(([key, values]) => [key, readTexts(values, at('.extra'))]),
    ),
    uid: readText(spec['uid'], at('.uid')),
  };
}

/** Returns the spec for the response; `attributesOnly` for a SelfSubjectAccessReview. */
export function echoedSpec(spec: ReviewSpec, attributesOnly: boolean): JsonObject {
  const { resourceAttributes, nonResourceAttributes, user, groups, extra, uid } = spec;
  const attributes = {
    ...(resourceAttributes && { resourceAttributes }),
    ...(nonResourceAttributes && { nonResourceAttributes }),
  };
  if (attributesOnly) return attributes;
  const copies = Object.entries(extra).map(([key, values]): [string, Json] => [key, [...values]]);
  return {
    ...attributes,
    ...(user && { user }),
    ...(groups.length > 0 && { groups: [...groups] }),
    ...(copies.length > 0 && { extra: Object.fromEntries(copies) }),
    ...(uid && { uid }),
  };
}

/** Returns the request that a review is about, for the given user. */
export function askedOf(spec: ReviewSpec, user: UserInfo): Attributes {
  const attributes = spec.resourceAttributes ?? spec.nonResourceAttributes ?? {};
  const version = textOf(attributes['version']);
  return {
    user,
    verb: textOf(attributes['verb']),
    isResource: spec.resourceAttributes !== undefined,
    group: textOf(attributes['group']),
    version: version === '' ? '*' : version,
    resource: textOf(attributes['resource']),
    subresource: textOf(attributes['subresource']),
    namespace: textOf(attributes['namespace']),
    name: textOf(attributes['name']),
    path: textOf(attributes['path']),
  };
}

function resourceAttributesOf(value: Json | undefined, kind: string): JsonObject | undefined {
  const place = { kind, within: 'ResourceAttributes', path: 'spec.resourceAttributes' };
  const given = readObject(value, place, 'v1.ResourceAttributes');
  if (given === undefined) return undefined;
  const selectors = (['fieldSelector', 'labelSelector'] as const).filter((name) =>
    isJsonObject(given[name]),
  );
  return {
    ...filled(given, RESOURCE_TEXTS, place),
    ...Object.fromEntries(selectors.map((name) => [name, given[name]])),
  };
}

function nonResourceAttributesOf(value: Json | undefined, kind: string): JsonObject | undefined {
  const place = { kind, within: 'NonResourceAttributes', path: 'spec.nonResourceAttributes' };
  const given = readObject(value, place, 'v1.NonResourceAttributes');
  return given === undefined ? undefined : filled(given, ['path', 'verb'], place);
}

function filled(source: JsonObject, names: readonly string[], place: MemberPlace): JsonObject {
  const entries = names.map((name): [string, string] => {
    return [name, readText(source[name], { ...place, path: `${place.path}.${name}` })];
  });
  return Object.fromEntries(entries.filter(([, text]) => text !== ''));
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
