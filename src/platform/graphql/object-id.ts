import { Buffer } from 'node:buffer';

/**
 * Returns the `id` of an object: opaque, and unlike that of every other object of any type, because
 * stores of clients keep objects by it. https://relay.dev/graphql/objectidentification.htm
 */
export function objectId(type: string, ...names: readonly string[]): string {
  return Buffer.from(JSON.stringify([type, ...names]), 'utf8').toString('base64url');
}

/** The field `id` of objects that have one. */
export const idDescription = 'Id of the object for stores of clients; opaque.';
