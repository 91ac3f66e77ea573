import { z } from 'zod';

const copiedSchema = z.strictObject({
  /** By uid of the import. */
  imports: z.record(
    z.string(),
    z.strictObject({ keys: z.array(z.string()), reshare: z.boolean() }),
  ),
});

/** Keys of a Secret that imports have written, as recorded in the database. */
export type CopiedKeys = z.output<typeof copiedSchema>;
export type CopiedBy = CopiedKeys['imports'][string];

export const noCopies: CopiedKeys = { imports: {} };

/** Returns recorded keys. Throws if the facts are others. */
export function parseCopiedKeys(
  facts: Readonly<Record<string, unknown>> | null | undefined,
): CopiedKeys {
  return facts ? copiedSchema.parse(facts) : noCopies;
}

/** Reports whether a copy is among the keys, and whether its share allows that it is shared on. */
export function copyAmong(
  { imports }: CopiedKeys,
  keys: readonly string[],
): 'none' | 'reshareable' | 'notReshareable' {
  const copies = Object.values(imports).filter((one) => one.keys.some((key) => keys.includes(key)));
  if (copies.length === 0) return 'none';
  return copies.every(({ reshare }) => reshare) ? 'reshareable' : 'notReshareable';
}

/** Returns the keys after a delivery of an import; undefined: after the end of its copy. */
export function copiedAfter(
  { imports }: CopiedKeys,
  importUid: string,
  copy: CopiedBy | undefined,
): CopiedKeys {
  const { [importUid]: _, ...others } = imports;
  return { imports: copy === undefined ? others : { ...others, [importUid]: copy } };
}
