import type { Json, JsonObject } from '../model/kube-object.js';
import { readInteger, readObject, readText, readTexts } from './typed-member.js';

export interface BoundObjectRef {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly uid: string;
  /** Group and version of `apiVersion`; empty if `apiVersion` is malformed. */
  readonly group: string;
  readonly version: string;
}

/** `spec` of a TokenRequest, with its defaults. */
export interface TokenSpec {
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  readonly boundObjectRef: BoundObjectRef | undefined;
  readonly attestations: JsonObject;
}

const kind = 'TokenRequest';
/** Default life of a token. */
export const defaultSeconds = 60 * 60;

/** Throws BadRequest for members of a wrong type. */
export function readTokenSpec(value: Json | undefined): TokenSpec {
  const place = { kind, within: kind, path: 'spec' };
  const spec = readObject(value, place, 'v1.TokenRequestSpec') ?? {};
  const at = (name: string) => ({ kind, within: 'TokenRequestSpec', path: `spec.${name}` });
  const { audiences, expirationSeconds, boundObjectRef, attestations } = spec;
  const ref = readObject(boundObjectRef, at('boundObjectRef'), 'v1.BoundObjectReference');
  const attestationsType = 'map[string]v1.AttestationValue';
  return {
    audiences: readTexts(audiences, at('audiences')),
    expirationSeconds: readInteger(expirationSeconds, at('expirationSeconds')) ?? defaultSeconds,
    boundObjectRef: ref && readRef(ref),
    attestations: readObject(attestations, at('attestations'), attestationsType) ?? {},
  };
}

function readRef(ref: JsonObject): BoundObjectRef {
  const text = (name: string) => {
    const path = `spec.boundObjectRef.${name}`;
    return readText(ref[name], { kind, within: 'BoundObjectReference', path });
  };
  const apiVersion = text('apiVersion');
  const [first = '', second, ...more] = apiVersion.split('/');
  const parsed = second === undefined ? ['', first] : [first, second];
  const [group = '', version = ''] = more.length > 0 ? [] : parsed;
  return { kind: text('kind'), name: text('name'), uid: text('uid'), apiVersion, group, version };
}
