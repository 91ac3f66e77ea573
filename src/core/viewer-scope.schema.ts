import { z } from 'zod';

const names = (description: string) => z.array(z.string()).nullable().meta({ description });

/** Restriction of a token in responses; null restricts nothing. */
export const viewerScopeSchema = z.strictObject({
  namespaces: names('Namespaces, with `*` as a wildcard.'),
  secrets: names('Names of Secrets, with `*` as a wildcard.'),
  keys: names('Names of keys.'),
  actions: names('Actions, or sets of actions.'),
  cidrs: names('Addresses of clients.'),
});
