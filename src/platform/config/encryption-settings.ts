import { z } from 'zod';
import { limits } from '../../core/limits.js';
import { isSecretVariable } from './env.js';

const RESERVED: readonly string[] = ['embedded', 'mac'];
/** Length of a Unix socket's path, limited by the operating system. */
const SOCKET_PATH_MAX = 107;

/** Source of a key's bytes: exactly one of the three. */
const source = z
  .strictObject({
    /** 32 bytes, raw or in base64; not readable by every user. */
    file: z.string().min(1).optional(),
    /** Name of a variable that contains 32 bytes in base64. */
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
  /** Stored in the database: never changed, and never reused for another key. */
  id: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
      error: 'up to 63 of a-z, 0-9 and -, neither first nor last a -',
    })
    .refine((id) => !RESERVED.includes(id), { error: `neither ${RESERVED.join(' nor ')}` }),
  source,
  /** `active`: wraps new data. `decrypt-only`: opens old data. `retired`: nothing needs the key. */
  state: z.enum(['active', 'decrypt-only', 'retired']).default('active'),
});

/** Keys that encrypt history; by default, one key in the data folder. */
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
