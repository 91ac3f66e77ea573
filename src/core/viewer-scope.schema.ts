import { z } from 'zod';

const names = z.array(z.string()).nullable();

/** Restriction of a token in responses; null restricts nothing. */
export const viewerScopeSchema = z.strictObject({
  namespaces: names,
  secrets: names,
  keys: names,
  actions: names,
  cidrs: names,
});
