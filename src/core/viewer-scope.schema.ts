import { z } from 'zod';

const names = z.array(z.string()).nullable();

/** What a token is narrowed to, as it is shown; null restricts nothing. */
export const viewerScopeSchema = z.strictObject({
  namespaces: names,
  secrets: names,
  keys: names,
  actions: names,
  cidrs: names,
});
