import { z } from 'zod';
import { limits } from '../../core/limits.js';
import { isSecretVariable } from './env.js';

const RESERVED: readonly string[] = ['embedded', 'mac'];
/** Of a Unix socket's path, by the operating system. */
const SOCKET_PATH_MAX = 107;

/** Where the bytes of a key come from: exactly one of the three. */
const source = z
  .strictObject({
    /** 32 bytes, raw or in base64; not readable by every user. */
    file: z.string().min(1).optional(),
    /** Name of a variable that holds 32 bytes in base64. */
    environment: z
      .string()
      .refine(isSecretVariable, { error: 'the name of a variable without the prefix SALLYPORT_' })
      .optional(),
    /** Path of the socket of a Kubernetes KMS v2 plugin. */
    kms: z.string().min(1).max(SOCKET_PATH_MAX).optional(),
  })
  .superRefine((given, context) => {
    if (Object.values(given).filter((value) => value !== undefined).length === 1) return;
    const message = 'expected exactly one of file, environment, kms';
    context.addIssue({ code: 'custom', message });
  });

const key = z.strictObject({
  /** Stands in the database: neither changed nor given to another key later. */
  id: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
      error: 'up to 63 of a-z, 0-9 and -, neither first nor last a -',
    })
    .refine((id) => !RESERVED.includes(id), { error: `neither ${RESERVED.join(' nor ')}` }),
  source,
  /**
   * `active`: wraps what is new. `decrypt-only`: opens what is old. `retired`: nothing needs it.
   */
  state: z.enum(['active', 'decrypt-only', 'retired']).default('active'),
});

/** The keys that history is encrypted with; one in the data folder if none is named. */
export const encryptionSettings = z.strictObject({
  keys: z.array(key).max(limits.encryptionKeysMax).default([]).superRefine(checkKeys),
});

export type EncryptionSettings = z.infer<typeof encryptionSettings>;

function checkKeys(keys: readonly z.infer<typeof key>[], context: z.core.$RefinementCtx): void {
  keys.forEach(({ id }, index) => {
    if (keys.findIndex((other) => other.id === id) === index) return;
    const message = `another key has the id ${id}`;
    context.addIssue({ code: 'custom', path: [index, 'id'], message });
  });
  const active = keys.filter(({ state }) => state === 'active');
  if (active.length <= 1) return;
  const message = 'expected at most one key with the state active, which is that of a key without';
  context.addIssue({ code: 'custom', message });
}
