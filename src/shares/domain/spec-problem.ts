import type { z } from 'zod';

const PLACES_MAX = 5;

/** Returns the broken rules of a spec as one sentence. */
export function problemOf({ issues }: z.ZodError): string {
  return issues
    .slice(0, PLACES_MAX)
    .map(({ path, message }) => `/${path.join('/')}: ${message}`)
    .join('; ');
}
