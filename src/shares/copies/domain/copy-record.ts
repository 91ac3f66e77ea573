import { z } from 'zod';

const recordSchema = z.strictObject({
  namespace: z.string(),
  /** Name of the import. */
  name: z.string(),
  secretName: z.string(),
  type: z.string(),
  /** Random id of the delivery that created the Secret, or is to create it. */
  delivery: z.string(),
  secretUID: z.string().optional(),
  isCreated: z.boolean(),
  keys: z.array(z.string()),
  /** Keys of these whose first delivery was begun, but is not confirmed; if absent, none. */
  pending: z.array(z.string()).optional(),
  /** Whether the share allows that the copy is shared. */
  reshare: z.boolean(),
});

/**
 * Copy of an import, as recorded in the database before the cluster has it: what a removal may
 * take away. It is no source of rights.
 */
export type CopyRecord = z.output<typeof recordSchema>;

/** Returns a recorded copy; undefined if there is none. Throws if the facts are others. */
export function parseCopyRecord(
  facts: Readonly<Record<string, unknown>> | null | undefined,
): CopyRecord | undefined {
  return facts ? recordSchema.parse(facts) : undefined;
}

/** Returns the keys that the target has had from the import, as far as that is confirmed. */
export function confirmedKeys(record: CopyRecord | undefined): ReadonlySet<string> {
  const { keys = [], pending = [] } = record ?? {};
  return new Set(keys.filter((key) => !pending.includes(key)));
}

/** Reports a record of a Secret that is to be created, or was without a response. */
export function isPending({ isCreated, secretUID }: CopyRecord): boolean {
  return isCreated && secretUID === undefined;
}
