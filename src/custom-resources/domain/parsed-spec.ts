import type { z } from 'zod';
import type { CustomResource } from './custom-resource.js';
import type { ParsedObject } from './object-registry.js';
import { hashOf } from './spec-hash.js';

const PLACES_MAX = 5;

/** Object whose spec is parsed. */
export interface ParsedSpec<Spec> extends ParsedObject {
  /** Undefined if it breaks a rule. */
  readonly spec: Spec | undefined;
  /** Hash of the parsed spec: the author is responsible for this spec. */
  readonly specHash: string;
  /** Broken rule. */
  readonly problem: string | undefined;
}

/** Returns the parser of a kind. It never throws: a broken rule is a member of the result. */
export function parserOf<Spec extends object>(schema: z.ZodType<Spec>) {
  return (object: CustomResource, namespaceUid: string): ParsedSpec<Spec> => {
    const { data: spec, error } = schema.safeParse(object.spec);
    const specHash = spec === undefined ? '' : hashOf(spec);
    return { object, namespaceUid, spec, specHash, problem: error && problemOf(error) };
  };
}

export function areDistinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

/** Returns the broken rules of a spec as one sentence. */
export function problemOf({ issues }: z.ZodError): string {
  return issues
    .slice(0, PLACES_MAX)
    .map(({ path, message }) => `/${path.join('/')}: ${message}`)
    .join('; ');
}
